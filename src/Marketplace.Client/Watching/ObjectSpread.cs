using Marketplace.Client.Content;
using Marketplace.Core.Coding;

namespace Marketplace.Client.Watching;

/// <summary>How objects are spread that lie in the same agreements. Usually all that was stored since a rental share one.</summary>
/// <param name="Coding">How their segments are cut.</param>
/// <param name="Placements">By agreement: which of them holds which fragment differs from upload to upload, and makes no difference.</param>
public sealed record ObjectSpread(CodingScheme Coding, IReadOnlyList<Placement> Placements)
{
    /// <inheritdoc/>
    public bool Equals(ObjectSpread? other) => other is not null && Coding == other.Coding && Placements.SequenceEqual(other.Placements);

    /// <inheritdoc/>
    public override int GetHashCode() => Placements.Aggregate(Coding.GetHashCode(), HashCode.Combine);
}
