using System.Runtime.InteropServices;

namespace Marketplace.Benchmarks.Kernels;

/// <summary>Memory that starts at a page and never moves, filled with bytes that are the same every time.</summary>
sealed unsafe class AlignedMemory : IDisposable
{
    const int PageSize = 4096;

    /// <param name="length">Bytes.</param>
    /// <param name="seed">Of the bytes.</param>
    public AlignedMemory(int length, int seed)
    {
        Length = length;
        Start = (byte*)NativeMemory.AlignedAlloc((nuint)length, PageSize);
        new Random(seed).NextBytes(Span);
    }

    /// <summary>The first byte.</summary>
    public byte* Start { get; }

    /// <summary>Bytes.</summary>
    public int Length { get; }

    /// <summary>All of it.</summary>
    public Span<byte> Span => new(Start, Length);

    /// <inheritdoc/>
    public void Dispose() => NativeMemory.AlignedFree(Start);
}
