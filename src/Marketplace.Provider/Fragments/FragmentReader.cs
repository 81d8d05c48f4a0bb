using System.Buffers;
using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;
using Marketplace.Ethereum.Primitives;
using Microsoft.Win32.SafeHandles;

namespace Marketplace.Provider.Fragments;

/// <summary>
/// An open fragment. Data is read in blocks of 64 KiB and each block is checked against the root before any byte of it is handed out.
/// Not safe for concurrent use; deleting the fragment meanwhile ends its reads with <see cref="FragmentReadResult.NotStored"/>, and one
/// that is moved is read on where it is then.
/// </summary>
public sealed class FragmentReader : IDisposable
{
    readonly VolumeSet volumes;
    readonly byte[] blockHashes;
    readonly Func<FragmentRow?> current;
    FragmentRow row;
    SafeFileHandle volume;

    FragmentReader(FragmentRow row, SafeFileHandle volume, byte[] blockHashes, bool areHashesDamaged, VolumeSet volumes, Func<FragmentRow?> current)
    {
        AreHashesDamaged = areHashesDamaged;
        this.row = row;
        this.volume = volume;
        this.blockHashes = blockHashes;
        this.volumes = volumes;
        this.current = current;
    }

    /// <summary>The fragment's root.</summary>
    public Hash256 Root => new(row.Root);

    /// <summary>Bytes.</summary>
    public long Length => row.Length;

    /// <summary>Leaves of 1,024 bytes.</summary>
    public long Leaves => row.Leaves;

    /// <summary>Whether the block hashes on disk are damaged, and these were made from the data.</summary>
    internal bool AreHashesDamaged { get; }

    /// <summary>The hashes of the blocks, as they lie behind the data.</summary>
    internal ReadOnlySpan<byte> BlockHashes => blockHashes.AsSpan(0, FragmentBlocks.HashBytes(Length));

    /// <param name="row">The fragment, as it was found.</param>
    /// <param name="volumes">Where it lies.</param>
    /// <param name="current">Where it lies now; null once it is deleted. Asked when it cannot be read.</param>
    internal static FragmentOpenResult Open(FragmentRow row, VolumeSet volumes, Func<FragmentRow?> current)
    {
        while (true)
        {
            var volume = volumes.TryOpenRead(row.Volume);
            var kept = volume is null ? null : ReadBlockHashes(row, volume);
            var hashes = kept ?? (volume is null ? null : RebuildBlockHashes(row, volume));
            if (hashes is not null)
                return new FragmentOpenResult.Found(new FragmentReader(row, volume!, hashes, kept is null, volumes, current));
            volume?.Dispose();
            if (current() is not { } now)
                return FragmentOpenResult.NotStored.Instance;
            if (now.Space == row.Space)
                return FragmentOpenResult.Corrupt.Instance;
            row = now;
        }
    }

    /// <summary>Whether a record's data is what its root says.</summary>
    internal static bool LeadsToRoot(FragmentRow row, SafeFileHandle volume) => RebuildBlockHashes(row, volume) is not null;

    /// <summary>Copies leaves [first, first + count) to a stream.</summary>
    /// <returns>Complete; or, with nothing further written, why the rest cannot be read.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The range is not within the fragment.</exception>
    public async Task<FragmentReadResult> CopyToAsync(Stream destination, long first, long count, CancellationToken cancellationToken)
    {
        RequireRange(first, count);
        var buffer = ArrayPool<byte>.Shared.Rent(FragmentBlocks.BlockBytes);
        try
        {
            for (var leaf = first; leaf < first + count;)
            {
                var block = (int)(leaf / FragmentBlocks.BlockLeaves);
                if (!TryReadBlock(block, buffer))
                    return Failure();
                var from = (int)(leaf % FragmentBlocks.BlockLeaves);
                var leaves = (int)Math.Min(FragmentBlocks.BlockLeaves - from, first + count - leaf);
                await destination.WriteAsync(buffer.AsMemory(from * FragmentBlocks.LeafBytes, leaves * FragmentBlocks.LeafBytes),
                    cancellationToken)
                    .ConfigureAwait(false);
                leaf += leaves;
            }
            return FragmentReadResult.Complete;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Reads one leaf and its siblings from the leaf upward.</summary>
    /// <param name="leaf">The leaf's number.</param>
    /// <param name="bytes">1,024 bytes, filled if complete.</param>
    /// <param name="siblings">Filled if complete: each level's sibling with its weight; EMPTY is (zero, 0).</param>
    public FragmentReadResult ReadLeaf(long leaf, Span<byte> bytes, out IReadOnlyList<(Hash256 Hash, long Weight)> siblings)
    {
        RequireRange(leaf, 1);
        siblings = [];
        if (TryReadNodes((int)(leaf / FragmentBlocks.BlockLeaves), (int)(leaf % FragmentBlocks.BlockLeaves), bytes) is not { } nodes)
            return Failure();
        var path = new (Hash256, long)[FragmentBlocks.TreeDepth(Length)];
        for (var level = 0; level < path.Length; level++)
        {
            var sibling = (leaf >> level) ^ 1;
            path[level] = (nodes.HashAt(level, sibling), FragmentBlocks.WeightAt(level, sibling, Leaves));
        }
        siblings = path;
        return FragmentReadResult.Complete;
    }

    /// <summary>The hashes that prove leaves [first, first + count) (protocol, section 4.2), in its order.</summary>
    public FragmentReadResult ReadRangeProof(long first, long count, out IReadOnlyList<Hash256> hashes)
    {
        RequireRange(first, count);
        hashes = [];
        var last = first + count - 1;
        var nodes = TryReadNodes((int)(first / FragmentBlocks.BlockLeaves), 0, []);
        var lastNodes = nodes is null ? null : TryReadNodes((int)(last / FragmentBlocks.BlockLeaves), 0, []);
        if (nodes is null || lastNodes is null)
            return Failure();
        var shape = new FragmentShape((ulong)Leaves);
        hashes = [.. RangeProof.Hashes(shape, (ulong)first, (ulong)count, HashAt).Select(digest => digest.ToHash256())];
        return FragmentReadResult.Complete;

        Digest HashAt(int level, ulong index) =>
            (nodes.Covers(level, (long)index) ? nodes : lastNodes).HashAt(level, (long)index).ToDigest();
    }

    /// <inheritdoc/>
    public void Dispose() => volume.Dispose();

    void RequireRange(long first, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, Leaves - count);
    }

    FragmentReadResult Failure() => current() is null ? FragmentReadResult.NotStored : FragmentReadResult.Corrupt;

    FragmentNodes? TryReadNodes(int block, int leafInBlock, Span<byte> leaf)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(FragmentBlocks.BlockBytes);
        try
        {
            if (!TryReadBlock(block, buffer))
                return null;
            var bytes = buffer.AsSpan(0, FragmentBlocks.SizeOf(block, Length));
            if (!leaf.IsEmpty)
                bytes.Slice(leafInBlock * FragmentBlocks.LeafBytes, FragmentBlocks.LeafBytes).CopyTo(leaf);
            return new FragmentNodes(bytes, block, blockHashes, Length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    bool TryReadBlock(int block, byte[] buffer)
    {
        while (!TryReadBlockHere(block, buffer))
        {
            if (!TryFollow())
                return false;
        }
        return true;
    }

    /// <summary>False if the fragment is where it was, or nowhere.</summary>
    bool TryFollow()
    {
        while (current() is { } now && now.Space != row.Space)
        {
            row = now;
            if (volumes.TryOpenRead(now.Volume) is not { } next)
                continue;
            volume.Dispose();
            volume = next;
            return true;
        }
        return false;
    }

    bool TryReadBlockHere(int block, byte[] buffer)
    {
        var bytes = buffer.AsSpan(0, FragmentBlocks.SizeOf(block, Length));
        if (!TryReadData(row, volume, (long)block * FragmentBlocks.BlockBytes, bytes))
            return false;
        Span<byte> hash = stackalloc byte[FragmentBlocks.HashSize];
        FragmentBlocks.Hash(bytes, FragmentBlocks.BlockDepth(Length), hash);
        return hash.SequenceEqual(blockHashes.AsSpan(block * FragmentBlocks.HashSize, FragmentBlocks.HashSize));
    }

    static byte[]? ReadBlockHashes(FragmentRow row, SafeFileHandle volume)
    {
        if (FragmentBlocks.HashBytes(row.Length) == 0)
            return row.Root;
        var hashes = new byte[FragmentBlocks.HashBytes(row.Length)];
        return TryReadData(row, volume, row.Length, hashes) && FragmentBlocks.Root(hashes, row.Length).AsSpan().SequenceEqual(row.Root)
            ? hashes
            : null;
    }

    /// <summary>The block hashes are damaged, the data may not be.</summary>
    static byte[]? RebuildBlockHashes(FragmentRow row, SafeFileHandle volume)
    {
        var buffer = new byte[FragmentBlocks.BlockBytes];
        var hashes = new byte[FragmentBlocks.Count(row.Length) * FragmentBlocks.HashSize];
        for (var i = 0; i < FragmentBlocks.Count(row.Length); i++)
        {
            var bytes = buffer.AsSpan(0, FragmentBlocks.SizeOf(i, row.Length));
            if (!TryReadData(row, volume, (long)i * FragmentBlocks.BlockBytes, bytes))
                return null;
            FragmentBlocks.Hash(bytes, FragmentBlocks.BlockDepth(row.Length), hashes.AsSpan(i * FragmentBlocks.HashSize));
        }
        return FragmentBlocks.Root(hashes, row.Length).AsSpan().SequenceEqual(row.Root) ? hashes : null;
    }

    /// <summary>False at the file's end, or if the disk reports that it cannot read.</summary>
    static bool TryReadData(FragmentRow row, SafeFileHandle volume, long at, Span<byte> bytes)
    {
        try
        {
            var offset = row.Offset + FragmentRecord.HeaderSize + at;
            while (bytes.Length > 0)
            {
                var read = RandomAccess.Read(volume, bytes, offset);
                if (read == 0)
                    return false;
                bytes = bytes[read..];
                offset += read;
            }
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
