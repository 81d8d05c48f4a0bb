using Marketplace.Chain.Deployments;
using Marketplace.Client.Catalog;
using Marketplace.Client.Watching;
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
    readonly Func<ObjectSummary, FileHealth?> of;

    internal VaultHealth(Epoch now, int objects, IReadOnlyList<EndangeredFiles> endangered, IReadOnlySet<Address> lost, Func<ObjectSummary, FileHealth?> of) =>
        (Now, Objects, Endangered, Lost, this.of) = (now, objects, endangered, lost, of);

    /// <summary>The epoch.</summary>
    public Epoch Now { get; }

    /// <summary>How many objects there are.</summary>
    public int Objects { get; }

    /// <summary>Those of which fragments are amiss; the nearest to loss first.</summary>
    public IReadOnlyList<EndangeredFiles> Endangered { get; }

    /// <summary>Providers of endangered objects that do not keep what they have, or do not show it. Who only declared a fragment lost may keep the next.</summary>
    public IReadOnlySet<Address> Lost { get; }

    /// <summary>How an object does; null where that is not known: its manifest is damaged, or it came since.</summary>
    public FileHealth? Of(ObjectSummary file) => of(file);
}

/// <summary>Counts how objects do.</summary>
sealed class HealthCount(Epoch now, EpochClock clock, IReadOnlyDictionary<VersionId, ObjectSpread> spreads, FragmentGround ground)
{
    readonly Dictionary<ObjectSpread, Dictionary<Epoch, FileHealth>> alike = new(ReferenceEqualityComparer.Instance);
    readonly Dictionary<VersionId, FileHealth> single = [];
    readonly HashSet<Address> lost = [];

    /// <summary>Of all that are listed.</summary>
    public VaultHealth Of(IReadOnlyList<ObjectSummary> objects)
    {
        var named = ground.FindNamed();
        var counts = new Dictionary<FileHealth, int>(ReferenceEqualityComparer.Instance);
        foreach (var file in objects)
        {
            if (!spreads.TryGetValue(file.Version, out var spread))
                continue;
            var stored = ProofCover.EpochOf(file.Created, clock, now);
            var health = named.Contains(file.Version) ? single[file.Version] = Measure(spread, stored, file.Version) : OfAlike(spread, stored);
            counts[health] = counts.GetValueOrDefault(health) + 1;
        }
        return new VaultHealth(now, objects.Count, [.. Join(counts)], lost, Find);
    }

    /// <summary>Only what was counted: whoever asks later asks of many at once.</summary>
    FileHealth? Find(ObjectSummary file) => single.TryGetValue(file.Version, out var own) ? own
        : spreads.TryGetValue(file.Version, out var spread) && alike.TryGetValue(spread, out var epochs)
            ? epochs.GetValueOrDefault(ProofCover.EpochOf(file.Created, clock, now)) : null;

    FileHealth OfAlike(ObjectSpread spread, Epoch stored)
    {
        if (!alike.TryGetValue(spread, out var epochs))
            alike.Add(spread, epochs = []);
        if (!epochs.TryGetValue(stored, out var health))
            epochs.Add(stored, health = Measure(spread, stored, null));
        return health;
    }

    FileHealth Measure(ObjectSpread spread, Epoch stored, VersionId? version)
    {
        var places = spread.Placements.Select((placement, index) => ground.PlaceOf(index, placement, stored, version)).ToList();
        lost.UnionWith(places.Where(place => !place.IsRunning || place.LacksProof(now)).Select(place => place.Provider));
        return FileHealth.Of(places, spread.Coding.DataFragments, spread.Coding.RepairAt, now);
    }

    static IEnumerable<EndangeredFiles> Join(Dictionary<FileHealth, int> counts) =>
        counts.Where(row => row.Key.IsEndangered).GroupBy(row => row.Key with { Unproven = 0 }, row => row.Value)
            .Select(group => new EndangeredFiles(group.Sum(), group.Key)).OrderBy(row => row.Health.Margin);
}
