using System.Collections.Concurrent;

namespace Marketplace.Client.Downloads;

/// <summary>
/// Large buffers of one download, used again and again: memory stays at what is in use at once, whatever the collector makes of large
/// objects.
/// </summary>
/// <param name="size">Bytes of every buffer.</param>
sealed class BufferPool(int size)
{
    readonly ConcurrentBag<byte[]> free = [];

    /// <summary>A buffer with undefined contents.</summary>
    public byte[] Rent() => free.TryTake(out var buffer) ? buffer : GC.AllocateUninitializedArray<byte>(size);

    /// <summary>Takes a buffer back that nobody uses any more.</summary>
    public void Return(byte[] buffer) => free.Add(buffer);
}
