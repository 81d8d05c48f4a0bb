namespace Marketplace.Web.Maps;

/// <summary>What a <see cref="RegionMap"/> says of a region.</summary>
/// <param name="Region">The region's code (ISO 3166-1), as providers claim it; one that is no region's is told in the list only.</param>
/// <param name="Count">The number in its mark, whose size follows it: providers, fragments; at least 1.</param>
/// <param name="Words">What is said of it beside its name: "3 providers, 1.5 TiB".</param>
/// <param name="IsTroubled">Whether something is amiss there: the mark is then a diamond, the line has a sign of warning, and Words should say what.</param>
/// <param name="Link">Where its name in the list leads; null for nowhere.</param>
public sealed record MapPlace(string Region, int Count, string Words, bool IsTroubled = false, string? Link = null);
