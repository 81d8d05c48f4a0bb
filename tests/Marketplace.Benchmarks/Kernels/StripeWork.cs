namespace Marketplace.Benchmarks.Kernels;

/// <summary>Everything that is computed for a stripe of content, in one go while it is in a second-level cache.</summary>
/// <param name="DataFragments">k.</param>
/// <param name="TotalFragments">n.</param>
/// <param name="Length">Bytes of each fragment; n of them fit into the cache.</param>
/// <param name="IsUpload">Encrypt, code, mask and hash; or else hash, take the mask off, rebuild and decrypt.</param>
/// <param name="Threads">Each with stripes of its own.</param>
public sealed record StripeWork(int DataFragments, int TotalFragments, int Length, bool IsUpload, int Threads) : IWork
{
    const int EnoughBytes = 4 << 20;

    /// <inheritdoc/>
    public string Name => $"{DataFragments}-of-{TotalFragments} {(IsUpload ? "upload" : $"download, {Lost} lost,")} {Threads}t";

    /// <summary>Data fragments that a download has to do without: as many as can be.</summary>
    public int Lost => Math.Min(DataFragments, TotalFragments - DataFragments);

    /// <summary>How often one invocation does it.</summary>
    public int Repeats => Math.Max(1, EnoughBytes / (DataFragments * Length));

    /// <inheritdoc/>
    public long Bytes => (long)DataFragments * Length * Repeats * Threads;

    /// <inheritdoc/>
    public double? BarAgainst(string peer) => null;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
