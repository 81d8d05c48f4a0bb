using System.Buffers;

namespace Marketplace.Core.Coding;

/// <summary>Addresses of fragments that are held in place until this is disposed of. The arrays behind it are pooled.</summary>
internal readonly unsafe struct PinnedFragments : IDisposable
{
    readonly MemoryHandle[] handles;
    readonly int count;

    /// <param name="fragments">Runs of one length.</param>
    /// <param name="length">That length.</param>
    /// <param name="addresses">As many places as fragments; filled.</param>
    /// <exception cref="ArgumentException">A run has another length.</exception>
    public PinnedFragments(IReadOnlyList<ReadOnlyMemory<byte>> fragments, int length, byte** addresses)
        : this(fragments.Count)
    {
        for (var i = 0; i < count; i++)
            addresses[i] = Pin(i, fragments[i], length);
    }

    /// <inheritdoc cref="PinnedFragments(IReadOnlyList{ReadOnlyMemory{byte}}, int, byte**)"/>
    public PinnedFragments(IReadOnlyList<Memory<byte>> fragments, int length, byte** addresses)
        : this(fragments.Count)
    {
        for (var i = 0; i < count; i++)
            addresses[i] = Pin(i, fragments[i], length);
    }

    PinnedFragments(int count)
    {
        this.count = count;
        handles = ArrayPool<MemoryHandle>.Shared.Rent(count);
        handles.AsSpan(0, count).Clear();
    }

    public void Dispose()
    {
        foreach (ref var handle in handles.AsSpan(0, count))
            handle.Dispose();
        ArrayPool<MemoryHandle>.Shared.Return(handles, clearArray: true);
    }

    byte* Pin(int index, ReadOnlyMemory<byte> fragment, int length)
    {
        if (fragment.Length != length)
        {
            Dispose();
            throw new ArgumentException($"Fragment {index} has {fragment.Length} bytes, another {length}.", nameof(fragment));
        }
        handles[index] = fragment.Pin();
        return (byte*)handles[index].Pointer;
    }
}
