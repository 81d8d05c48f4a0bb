using Marketplace.Core.Coding;

namespace Marketplace.Benchmarks.Kernels;

/// <summary>What is computed from what.</summary>
public enum CodingOperation
{
    /// <summary>Parity from data.</summary>
    Encode,

    /// <summary>Lost data from what is left when n - k fragments are lost, as many of them data as can be.</summary>
    Decode,
}

/// <summary>Coding one segment, by each of some threads.</summary>
/// <param name="DataFragments">k.</param>
/// <param name="TotalFragments">n.</param>
/// <param name="Operation">What is computed.</param>
/// <param name="SegmentSize">Bytes of data in all k fragments, about.</param>
/// <param name="Threads">Each with a segment of its own.</param>
public sealed record CodingWork(int DataFragments, int TotalFragments, CodingOperation Operation, int SegmentSize, int Threads) : IWork
{
    const int Leaf = 1024, EnoughBytes = 16 << 20;

    /// <summary>A segment that lies in a second-level cache with its parity.</summary>
    public const int InCache = 256 << 10;

    /// <inheritdoc/>
    public string Name =>
        $"{DataFragments}-of-{TotalFragments} {(Operation == CodingOperation.Encode ? "encode" : "decode")} {Size(SegmentSize)} {Threads}t";

    /// <summary>Bytes of each fragment: whole leaves.</summary>
    public int FragmentLength => SegmentSize / DataFragments / Leaf * Leaf;

    /// <summary>How often one invocation does it, so that starting several threads does not count.</summary>
    public int Repeats => Math.Max(1, EnoughBytes / SegmentSize);

    /// <inheritdoc/>
    public long Bytes => (long)FragmentLength * DataFragments * Repeats * Threads;

    /// <summary>How many data fragments are lost.</summary>
    public int Lost => Math.Min(DataFragments, TotalFragments - DataFragments);

    /// <summary>The numbers of the fragments that are read.</summary>
    public int[] Sources => Operation == CodingOperation.Encode
        ? [.. Enumerable.Range(0, DataFragments)]
        : [.. Enumerable.Range(Lost, DataFragments)];

    /// <summary>The numbers of the fragments that are computed.</summary>
    public int[] Destinations => Operation == CodingOperation.Encode
        ? [.. Enumerable.Range(DataFragments, TotalFragments - DataFragments)]
        : [.. Enumerable.Range(0, Lost)];

    /// <summary>All fragments of a segment in memory.</summary>
    public int StripeSize => FragmentStripe.SizeFor(TotalFragments, FragmentLength);

    /// <inheritdoc/>
    public double? BarAgainst(string peer) => peer != CodingBenchmarks.IsaLName ? null : SegmentSize == InCache ? 2.5 : 1.2;

    /// <inheritdoc/>
    public override string ToString() => Name;

    static string Size(int bytes) => bytes < 1 << 20 ? $"{bytes >> 10} KiB" : $"{bytes >> 20} MiB";
}
