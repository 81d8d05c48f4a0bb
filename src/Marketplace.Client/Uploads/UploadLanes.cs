using Marketplace.Client.Selection;
using Marketplace.Client.Transport;
using Marketplace.Core.Primitives;

namespace Marketplace.Client.Uploads;

/// <summary>An agreement that could take one of an object's fragments of every segment.</summary>
/// <param name="Channel">Its calls.</param>
/// <param name="Subnet">The provider's /24 or /48.</param>
/// <param name="Region">The provider's region.</param>
public sealed record LaneCandidate(IAgreementChannel Channel, string Subnet, string Region)
{
    /// <summary>The agreement.</summary>
    public AgreementId Agreement => Channel.Agreement;
}

/// <summary>The agreement that holds the fragments of one index, and which of them it has stored.</summary>
sealed class UploadLane(int index, LaneCandidate candidate, int segments) : IDisposable
{
    const int RequestsAtOnce = 2;

    readonly CancellationTokenSource retired = new();

    public int Index => index;

    public LaneCandidate Candidate => candidate;

    public bool[] Stored { get; } = new bool[segments];

    /// <summary>Lets two requests run at once: one is on its way while the provider syncs the other to its disk.</summary>
    public SemaphoreSlim Turns { get; } = new(RequestsAtOnce);

    /// <summary>Cancelled when another agreement has taken this one's place: nothing more needs to be sent to it.</summary>
    public CancellationToken Retired => retired.Token;

    public void Retire() => retired.Cancel();

    public void Dispose()
    {
        Turns.Dispose();
        retired.Dispose();
    }
}

/// <summary>One lane for each fragment index, and the agreements that can take over from one that fails.</summary>
sealed class UploadLanes : IDisposable
{
    readonly Lock gate = new();
    readonly UploadLane[] lanes;
    readonly List<LaneCandidate> spares;
    readonly List<UploadLane> retired = [];
    readonly DiversityRule diversity;
    readonly int segments;

    public UploadLanes(IReadOnlyList<LaneCandidate> chosen, IEnumerable<LaneCandidate> spares, DiversityRule diversity, int segments)
    {
        (this.diversity, this.segments, this.spares) = (diversity, segments, [.. spares]);
        lanes = [.. chosen.Select((candidate, index) => new UploadLane(index, candidate, segments))];
    }

    public int Count => lanes.Length;

    /// <summary>The agreements now in charge, by fragment index.</summary>
    public UploadLane[] Current()
    {
        lock (gate)
            return [.. lanes];
    }

    public UploadLane Current(int index)
    {
        lock (gate)
            return lanes[index];
    }

    /// <summary>Whether some agreement could take over from that lane.</summary>
    public bool HasSpareFor(int index)
    {
        lock (gate)
            return FindSpare(index) is not null;
    }

    /// <summary>Lanes that lack that segment's fragment.</summary>
    public List<UploadLane> Lacking(int segment)
    {
        lock (gate)
            return [.. lanes.Where(lane => !lane.Stored[segment])];
    }

    /// <summary>Segments that some lane lacks, rising.</summary>
    public List<int> Incomplete()
    {
        lock (gate)
            return [.. Enumerable.Range(0, segments).Where(segment => lanes.Any(lane => !lane.Stored[segment]))];
    }

    /// <summary>
    /// Puts a spare agreement in the place of a failed one; it has stored nothing yet. Answers with whoever is in charge afterwards, and
    /// whether this
    /// call put it there (another task may have done it already); or with null when there is no spare.
    /// </summary>
    public (UploadLane? Lane, bool IsNew) Replace(UploadLane failed)
    {
        UploadLane next;
        lock (gate)
        {
            if (lanes[failed.Index] != failed)
                return (lanes[failed.Index], false);
            if (FindSpare(failed.Index) is not { } spare)
                return (null, false);
            spares.Remove(spare);
            retired.Add(failed);
            next = lanes[failed.Index] = new UploadLane(failed.Index, spare, segments);
        }
        failed.Retire();
        return (next, true);
    }

    public void Dispose()
    {
        foreach (var lane in lanes.Concat(retired))
            lane.Dispose();
    }

    LaneCandidate? FindSpare(int index)
    {
        var others = lanes.Where(lane => lane.Index != index).Select(lane => lane.Candidate).ToList();
        return spares.FirstOrDefault(spare =>
            others.All(other => other.Channel.Provider.Provider != spare.Channel.Provider.Provider)
            && (!diversity.OnePerSubnet || others.All(other => other.Subnet != spare.Subnet))
            && others.Count(other => other.Region == spare.Region) < diversity.RegionLimit(lanes.Length));
    }
}
