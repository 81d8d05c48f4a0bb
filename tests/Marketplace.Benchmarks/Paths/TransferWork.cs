using System.Globalization;

namespace Marketplace.Benchmarks.Paths;

/// <summary>Content of one size that goes to providers and back in one coding.</summary>
/// <param name="Coding">As users name it.</param>
/// <param name="DataFragments">k.</param>
/// <param name="TotalFragments">n: as many providers.</param>
/// <param name="Bytes">Of the content.</param>
sealed record TransferWork(string Coding, int DataFragments, int TotalFragments, long Bytes)
{
    /// <summary>Which and how much.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{DataFragments}-of-{TotalFragments} {Bytes >> 20} MiB");

    /// <summary>Fragment bytes for each byte of content.</summary>
    public double Expansion => (double)TotalFragments / DataFragments;

    public override string ToString() => Name;
}
