using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;

namespace Marketplace.Provider.Transfer;

/// <summary>
/// Memory for the server's connections in blocks of 64 KiB; the server's own pool has 4 KiB, so that it asks the system sixteen times as
/// often for what a socket holds. Blocks beyond those that are kept go to the collector.
/// </summary>
sealed class BlockPool : MemoryPool<byte>
{
    const int BlockBytes = 64 << 10, KeptBlocks = 512;

    readonly ConcurrentQueue<Block> free = new();
    int kept;
    volatile bool isOver;

    /// <inheritdoc/>
    public override int MaxBufferSize => BlockBytes;

    /// <summary>A block of 64 KiB with undefined contents, whatever fewer bytes are asked for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More are asked for.</exception>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockBytes);
        if (!free.TryDequeue(out var block))
            return new Block(this);
        Interlocked.Decrement(ref kept);
        block.Take();
        return block;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        isOver = true;
        free.Clear();
    }

    void Return(Block block)
    {
        if (!isOver && Interlocked.Increment(ref kept) <= KeptBlocks)
            free.Enqueue(block);
        else
            Interlocked.Decrement(ref kept);
    }

    /// <summary>Never moved by the collector, so that handing it to the system pins nothing.</summary>
    sealed class Block(BlockPool pool) : MemoryManager<byte>
    {
        readonly byte[] bytes = GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true);
        int isFree;

        public void Take() => Volatile.Write(ref isFree, 0);

        public override Span<byte> GetSpan() => bytes;

        public override unsafe MemoryHandle Pin(int elementIndex = 0)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)BlockBytes, nameof(elementIndex));
            return new MemoryHandle(Unsafe.AsPointer(ref Unsafe.AddByteOffset(ref MemoryMarshal.GetArrayDataReference(bytes), elementIndex)));
        }

        public override void Unpin()
        {
        }

        protected override bool TryGetArray(out ArraySegment<byte> segment)
        {
            segment = new ArraySegment<byte>(bytes);
            return true;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing && Interlocked.Exchange(ref isFree, 1) == 0)
                pool.Return(this);
        }
    }
}

/// <summary>Gives each of the server's endpoints a pool.</summary>
sealed class BlockPoolFactory : IMemoryPoolFactory<byte>
{
    /// <inheritdoc/>
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new BlockPool();
}
