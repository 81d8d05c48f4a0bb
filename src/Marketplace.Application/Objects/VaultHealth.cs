using Marketplace.Client.Catalog;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Application.Objects;

/// <summary>How many of an object's fragments are left, by what the chain says.</summary>
/// <param name="Total">n: fragments that there were to begin with.</param>
/// <param name="Needed">k: with fewer it is lost.</param>
/// <param name="RepairAt">r: at so few it should be stored again.</param>
/// <param name="Left">Fragments with which nothing is amiss.</param>
/// <param name="Unproven">Of those, the ones that are too new to be proven.</param>
public sealed record FileHealth(int Total, int Needed, int RepairAt, int Left, int Unproven)
{
    /// <summary>So many more can be lost before it is; less than nothing where it cannot be read by what the chain says.</summary>
    public int Margin => Left - Needed;

    /// <summary>Whether any fragment is amiss.</summary>
    public bool IsEndangered => Left < Total;

    /// <summary>Whether it is nearer to its loss than to where its repair should have begun.</summary>
    public bool IsGrave => IsEndangered && 2 * Margin <= RepairAt - Needed;

    /// <summary>How an object does whose fragments are these.</summary>
    public static FileHealth Of(IReadOnlyCollection<FragmentPlace> places, int needed, int repairAt, Epoch now)
    {
        var left = places.Where(place => !place.IsTroubled(now)).ToList();
        return new FileHealth(places.Count, needed, repairAt, left.Count, left.Count(place => place.IsTooNew(now)));
    }
}

/// <summary>Objects that do alike.</summary>
/// <param name="Count">How many.</param>
/// <param name="Health">How.</param>
public sealed record EndangeredFiles(int Count, FileHealth Health);

/// <summary>How a vault's objects do at one epoch.</summary>
public sealed class VaultHealth
{
    readonly IReadOnlyDictionary<Cohort, FileHealth> alike;
    readonly IReadOnlyDictionary<VersionId, FileHealth> single;

    internal VaultHealth(
        Epoch now, Cohorts cohorts, IReadOnlyDictionary<Cohort, FileHealth> alike, IReadOnlyDictionary<VersionId, FileHealth> single,
        IReadOnlyList<EndangeredFiles> endangered, IReadOnlySet<Address> lost) =>
        (Now, Cohorts, this.alike, this.single, Endangered, Lost) = (now, cohorts, alike, single, endangered, lost);

    /// <summary>The epoch.</summary>
    public Epoch Now { get; }

    /// <summary>Those of which fragments are amiss; the nearest to loss first.</summary>
    public IReadOnlyList<EndangeredFiles> Endangered { get; }

    /// <summary>Providers of endangered objects that do not keep what they have, or do not show it. Who only declared a fragment lost may keep the next.</summary>
    public IReadOnlySet<Address> Lost { get; }

    /// <summary>How many nobody can say it of, since their manifests are damaged.</summary>
    public int Unknown => Cohorts.Objects.Count - Cohorts.Counts.Values.Sum();

    /// <summary>The objects.</summary>
    internal Cohorts Cohorts { get; }

    /// <summary>How an object does; null where that is not known: its manifest is damaged, or it came since.</summary>
    public FileHealth? Of(ObjectSummary file) =>
        single.GetValueOrDefault(file.Version) ?? (Cohorts.Find(file) is { } cohort ? alike.GetValueOrDefault(cohort) : null);

    /// <summary>Whether another says the same of the same objects.</summary>
    internal bool IsLike(VaultHealth other) =>
        Now == other.Now && Cohorts == other.Cohorts && Lost.SetEquals(other.Lost) && AreEqual(single, other.single) && AreEqual(alike, other.alike);

    static bool AreEqual<TKey>(IReadOnlyDictionary<TKey, FileHealth> one, IReadOnlyDictionary<TKey, FileHealth> other) =>
        one.Count == other.Count && one.All(row => other.GetValueOrDefault(row.Key) == row.Value);
}

/// <summary>Measures how objects do: all that do alike at once.</summary>
sealed class HealthCount(Epoch now, Cohorts cohorts, FragmentGround ground)
{
    readonly HashSet<Address> lost = [], kept = [];

    /// <summary>Of all of them.</summary>
    public VaultHealth Measure()
    {
        var named = cohorts.FindMembers(ground.FindNamed());
        var single = named.ToDictionary(member => member.Version, member => Measure(member.Cohort, member.Version));
        var apart = named.CountBy(member => member.Cohort).ToDictionary();
        var alike = cohorts.Counts.ToDictionary(row => row.Key, row => Measure(row.Key, null));
        var counts = alike.Select(row => (row.Value, Count: cohorts.Counts[row.Key] - apart.GetValueOrDefault(row.Key))).Concat(single.Values.Select(health => (health, Count: 1)));
        // Who proves what another agreement holds is there.
        lost.ExceptWith(kept);
        return new VaultHealth(now, cohorts, alike, single, [.. Join(counts)], lost);
    }

    FileHealth Measure(Cohort cohort, VersionId? version)
    {
        var stored = cohort.Stored < now ? cohort.Stored : now;
        var places = cohort.Spread.Placements.Select((placement, index) => ground.PlaceOf(index, placement, stored, version)).ToList();
        lost.UnionWith(places.Where(place => !place.IsRunning || place.LacksProof(now)).Select(place => place.Provider));
        kept.UnionWith(places.Where(place => place.IsProven(now)).Select(place => place.Provider));
        return FileHealth.Of(places, cohort.Spread.Coding.DataFragments, cohort.Spread.Coding.RepairAt, now);
    }

    static IEnumerable<EndangeredFiles> Join(IEnumerable<(FileHealth Health, int Count)> counts) =>
        counts.Where(row => row.Count > 0 && row.Health.IsEndangered).GroupBy(row => row.Health with { Unproven = 0 }, row => row.Count)
            .Select(group => new EndangeredFiles(group.Sum(), group.Key)).OrderBy(row => row.Health.Margin);
}
