using System.Collections.Frozen;

namespace Marketplace.Core.Coding;

/// <summary>How a segment is spread: any <paramref name="DataFragments"/> of <paramref name="TotalFragments"/> give it back.</summary>
/// <param name="Name">As users name it.</param>
/// <param name="DataFragments">k.</param>
/// <param name="TotalFragments">n.</param>
/// <param name="RepairAt">Repair starts when so many healthy fragments are left.</param>
public sealed record CodingScheme(string Name, int DataFragments, int TotalFragments, int RepairAt)
{
    /// <summary>10-of-30: designed for nine nines a segment-year at up to 5 % churn a month.</summary>
    public static CodingScheme Standard { get; } = new("standard", 10, 30, 20);

    /// <summary>8-of-20.</summary>
    public static CodingScheme Lean { get; } = new("lean", 8, 20, 14);

    /// <summary>4-of-12, for small networks.</summary>
    public static CodingScheme Small { get; } = new("small", 4, 12, 8);

    /// <summary>6-of-10, for one's own devices; no nines are promised.</summary>
    public static CodingScheme Devices { get; } = new("devices", 6, 10, 8);

    /// <summary>All named codings, the strongest first.</summary>
    public static IReadOnlyList<CodingScheme> All { get; } = [Standard, Lean, Small, Devices];

    static readonly FrozenDictionary<(int, int), Lazy<ReedSolomon>> Named = All.ToFrozenDictionary(
        scheme => (scheme.DataFragments, scheme.TotalFragments),
        scheme => new Lazy<ReedSolomon>(() => new ReedSolomon(scheme.DataFragments, scheme.TotalFragments)));

    /// <summary>The bytes stored for a byte of content, before padding.</summary>
    public double Expansion => (double)TotalFragments / DataFragments;

    /// <summary>The coding with that name; null if there is none.</summary>
    public static CodingScheme? Find(string name) => All.FirstOrDefault(scheme => scheme.Name == name);

    /// <summary>
    /// The strongest coding with a promise that so many providers can hold, one fragment each; null if there are fewer than twelve.
    /// <see cref="Devices"/> has to be asked for.
    /// </summary>
    public static CodingScheme? StrongestFor(int providers) =>
        All.FirstOrDefault(scheme => scheme != Devices && scheme.TotalFragments <= providers);

    /// <summary>The code itself; of a named coding always the same one, so that small objects need not make its matrices anew.</summary>
    public ReedSolomon CreateCode() =>
        Named.TryGetValue((DataFragments, TotalFragments), out var code) ? code.Value : new(DataFragments, TotalFragments);
}
