using System.Runtime.CompilerServices;
using Marketplace.Chain.Deployments;
using Marketplace.Client.Catalog;
using Marketplace.Client.Watching;
using Marketplace.Core.Primitives;

namespace Marketplace.Application.Objects;

/// <summary>Objects that do alike, since they are spread alike and were stored in the same epoch.</summary>
/// <param name="Spread">The same instance for all that are spread alike.</param>
/// <param name="Stored">By the clock of whoever stored them, which may be ahead of the chain's.</param>
readonly record struct Cohort(ObjectSpread Spread, Epoch Stored)
{
    /// <inheritdoc/>
    public bool Equals(Cohort other) => ReferenceEquals(Spread, other.Spread) && Stored == other.Stored;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(RuntimeHelpers.GetHashCode(Spread), Stored);
}

/// <summary>A vault's listed objects by what they do alike: counted once, however often it is asked how they do.</summary>
sealed class Cohorts
{
    readonly Dictionary<VersionId, Cohort> members = [];
    readonly Dictionary<Cohort, int> counts = [];

    /// <param name="objects">That are listed.</param>
    /// <param name="spreads">Of each of them; without those whose manifests are damaged.</param>
    /// <param name="clock">The market's.</param>
    public Cohorts(IReadOnlyList<ObjectSummary> objects, IReadOnlyDictionary<VersionId, ObjectSpread> spreads, EpochClock clock)
    {
        Objects = objects;
        members.EnsureCapacity(spreads.Count);
        foreach (var file in objects)
        {
            if (!spreads.TryGetValue(file.Version, out var spread))
                continue;
            var cohort = new Cohort(spread, ProofCover.EpochOf(file.Created, clock, new Epoch(ulong.MaxValue)));
            members[file.Version] = cohort;
            counts[cohort] = counts.GetValueOrDefault(cohort) + 1;
        }
    }

    /// <summary>All of them.</summary>
    public IReadOnlyList<ObjectSummary> Objects { get; }

    /// <summary>How many there are of each.</summary>
    public IReadOnlyDictionary<Cohort, int> Counts => counts;

    /// <summary>To which an object belongs; null where its manifest is damaged, or it is none of them.</summary>
    public Cohort? Find(ObjectSummary file) => members.TryGetValue(file.Version, out var cohort) ? cohort : null;

    /// <summary>Those of some versions that are among them.</summary>
    public IReadOnlyList<(VersionId Version, Cohort Cohort)> FindMembers(IReadOnlySet<VersionId> versions) => versions.Count == 0 ? []
        : [.. from file in Objects where versions.Contains(file.Version) let cohort = Find(file) where cohort is not null select (file.Version, cohort.Value)];

    /// <summary>All places in which their fragments lie.</summary>
    public IEnumerable<Client.Content.Placement> Placements => counts.Keys.Select(cohort => cohort.Spread).Distinct(ReferenceEqualityComparer.Instance).Cast<ObjectSpread>().SelectMany(spread => spread.Placements);
}
