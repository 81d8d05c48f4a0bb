using System.Buffers;
using Marketplace.Core.Primitives;

namespace Marketplace.Provider.Fragments;

/// <summary>
/// Small fragments in memory as they will lie in a volume, one record behind the other: one write brings them all there. Not safe for concurrent use.
/// </summary>
internal sealed class FragmentPack : IDisposable
{
    /// <summary>A single block, which needs no block hashes behind the data.</summary>
    public const int LongestFragment = FragmentBlocks.BlockBytes;

    const int Capacity = 256 << 10;

    readonly byte[] buffer = ArrayPool<byte>.Shared.Rent(Capacity);
    readonly List<PackedFragment> packed = [];

    /// <summary>What is in it, in order.</summary>
    public IReadOnlyList<PackedFragment> Fragments => packed;

    /// <summary>The records' bytes.</summary>
    public ReadOnlyMemory<byte> Records => buffer.AsMemory(0, End);

    int End => packed.Count == 0 ? 0 : packed[^1].At + packed[^1].Size;

    public bool HasRoomFor(int length) => End + FragmentRecord.SizeOf(length) <= Capacity;

    /// <summary>Where the next fragment's bytes go, if there is room; nothing is kept of them before <see cref="Add"/>.</summary>
    public Memory<byte> Place(int length) => buffer.AsMemory(End + FragmentRecord.HeaderSize, length);

    /// <summary>Whether the bytes in <see cref="Place"/> lead to a root.</summary>
    public bool LeadTo(ReadOnlySpan<byte> root, int length)
    {
        Span<byte> hash = stackalloc byte[FragmentBlocks.HashSize];
        FragmentBlocks.Hash(Place(length).Span, FragmentBlocks.BlockDepth(length), hash);
        return hash.SequenceEqual(root);
    }

    /// <summary>Takes the fragment whose bytes are in <see cref="Place"/>.</summary>
    public void Add(AgreementId agreement, byte[] root, int length, int number)
    {
        var at = End;
        var record = buffer.AsSpan(at, (int)FragmentRecord.SizeOf(length));
        FragmentRecord.WriteHeader(record, agreement, root, length);
        record[(FragmentRecord.HeaderSize + length)..].Clear();
        packed.Add(new PackedFragment(number, root, length, at));
    }

    /// <summary>Keeps only some, by their numbers, and moves them together.</summary>
    public void Keep(HashSet<int> numbers)
    {
        if (numbers.Count == packed.Count)
            return;
        var all = packed.ToArray();
        packed.Clear();
        foreach (var fragment in all.Where(fragment => numbers.Contains(fragment.Number)))
        {
            var at = End;
            buffer.AsSpan(fragment.At, fragment.Size).CopyTo(buffer.AsSpan(at));
            packed.Add(fragment with { At = at });
        }
    }

    public void Clear() => packed.Clear();

    public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);
}

/// <summary>A fragment in a pack.</summary>
/// <param name="Number">Its number among those of its request.</param>
/// <param name="Root">Its root.</param>
/// <param name="Length">Bytes.</param>
/// <param name="At">Where in the pack its record begins.</param>
internal readonly record struct PackedFragment(int Number, byte[] Root, int Length, int At)
{
    /// <summary>Bytes of its record.</summary>
    public int Size => (int)FragmentRecord.SizeOf(Length);
}
