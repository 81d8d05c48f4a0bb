using System.Runtime.InteropServices;

namespace Marketplace.Core.Tests.Coding;

/// <summary>
/// Runs of bytes at chosen distances from a 64-byte boundary, with guards around each that show whether anything wrote outside.
/// </summary>
internal sealed unsafe class NativeRuns : IDisposable
{
    const int Guard = 256;
    const byte GuardByte = 0xA5;

    readonly int length;
    readonly byte* memory;
    readonly byte** starts;

    public NativeRuns(int count, int length, int offset, bool haveSameAlignment = false)
    {
        this.length = length;
        Count = count;
        // Unless they are to be alike, each run is displaced from the one before, so that no two share an alignment.
        var stride = (length + 2 * Guard + offset + 63) / 64 * 64 + (haveSameAlignment ? 0 : 1);
        var size = (nuint)(stride * Math.Max(count, 1) + Guard);
        memory = (byte*)NativeMemory.AlignedAlloc(size, 64);
        starts = (byte**)NativeMemory.Alloc((nuint)Math.Max(count, 1), (nuint)sizeof(byte*));
        new Span<byte>(memory, (int)size).Fill(GuardByte);
        for (var i = 0; i < count; i++)
            starts[i] = memory + i * stride + Guard + offset;
    }

    public int Count { get; }

    public byte** Starts => starts;

    public Span<byte> this[int run] => new(starts[run], length);

    public bool IsIntactAround(int run) =>
        !new Span<byte>(starts[run] - Guard / 2, Guard / 2).ContainsAnyExcept(GuardByte)
        && !new Span<byte>(starts[run] + length, Guard / 2).ContainsAnyExcept(GuardByte);

    public void Dispose()
    {
        NativeMemory.AlignedFree(memory);
        NativeMemory.Free(starts);
    }
}
