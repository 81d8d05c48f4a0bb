using Marketplace.Core.Coding;
using Marketplace.Client.Catalog;
using Marketplace.Client.Content;
using Marketplace.Client.Renting;
using Marketplace.Client.Revisions;
using Marketplace.Client.Transport;
using Marketplace.Protocol.Transfer;

namespace Marketplace.Client.Uploads;

/// <summary>How an upload ended.</summary>
public abstract record UploadResult
{
    UploadResult()
    {
    }

    /// <summary>Every fragment is countersigned and the object is in the catalog.</summary>
    /// <param name="Version">The new version.</param>
    /// <param name="Coding">How it is spread.</param>
    /// <param name="Replaced">Providers that failed on the way and were replaced, with the reason.</param>
    public sealed record Stored(VersionId Version, CodingScheme Coding, IReadOnlyList<string> Replaced) : UploadResult;

    /// <summary>Nothing is in the catalog.</summary>
    /// <param name="Refusal">Why.</param>
    public sealed record Refused(UploadRefusal Refusal) : UploadResult;
}

/// <summary>Stores content with the rented providers, wholly or not at all. The caller holds the writer lock.</summary>
sealed class UploadService(
    CatalogDatabase catalog,
    IMarketView market,
    IProviderTransport transport,
    RevisionSettler settler,
    IVersionKeys keys,
    UploadOptions options,
    TimeProvider time)
{
    /// <summary>Uploads content under a name; an earlier version of it is replaced once the new one is whole.</summary>
    /// <param name="name">The object's name.</param>
    /// <param name="isHidden">Whether it is the catalog's own snapshot.</param>
    /// <param name="source">Read more than once when providers must be replaced; not disposed.</param>
    /// <param name="progress">Hears how far it is.</param>
    /// <param name="cancellationToken">Ends the upload; what was stored by then is garbage.</param>
    public async Task<UploadResult> PutAsync(
        ObjectName name, bool isHidden, IUploadSource source, IProgress<UploadProgress>? progress, CancellationToken cancellationToken)
    {
        progress?.Report(new UploadProgress(UploadStage.Planning, 0, source.Length, 0));
        if (LayoutFor(CodingScheme.Small, source.Length).Segments > TransferLimits.MaxChangesPerRevision)
            return Refuse(UploadProblem.TooLarge,
                $"An object has at most {(long)TransferLimits.MaxChangesPerRevision * options.SegmentSize >> 30} GiB.");

        var (plan, refusal) = await PlanAsync(source.Length, isHidden, cancellationToken);
        if (plan is null)
            return new UploadResult.Refused(refusal!);

        var layout = LayoutFor(plan.Coding, source.Length);
        using var lanes = new UploadLanes(plan.Chosen, plan.Spares, plan.Diversity, layout.Segments);
        var (number, previous) = catalog.Read(read => (read.NextNumber(name, isHidden), read.FindLive(name, isHidden)));
        using var version = keys.Create(layout, number, previous);
        var notes = new NoteCollector(progress);
        var distributor = new FragmentDistributor(new SegmentEncoder(source, version.Codec), layout, lanes, options, time, notes);
        var target = new UploadTarget(name, isHidden, number, version);
        var commit = new UploadCommit(catalog, settler, keys, lanes, [target], options.OutagePatience, time);
        try
        {
            while (true)
            {
                if (await distributor.RunAsync(cancellationToken) is { } failed)
                    return commit.GiveUp(failed);
                if (source.FindChange() is { } change)
                    return commit.GiveUp(UploadRefusal.Of(UploadProblem.ContentChanged, change));
                cancellationToken.ThrowIfCancellationRequested();
                notes.Report(new UploadProgress(UploadStage.Committing, layout.Size, layout.Size, 0));
                target.Roots = distributor.Roots;
                var (isDone, problem) = await commit.TryCommitAsync(notes, cancellationToken);
                if (isDone)
                    return new UploadResult.Stored(target.Version!.Value, plan.Coding, notes.Notes);
                if (problem is not null)
                    return commit.GiveUp(problem);
            }
        }
        catch (IOException e)
        {
            return commit.GiveUp(UploadRefusal.Of(UploadProblem.ContentChanged, $"The content cannot be read: {e.Message}"));
        }
        catch
        {
            commit.GiveUp(UploadRefusal.Of(UploadProblem.ProviderFailed, "Cancelled."));
            throw;
        }
    }

    /// <summary>Why content of so many bytes could not be stored now; null if it could.</summary>
    public async Task<UploadRefusal?> FindRefusalAsync(long length, CancellationToken cancellationToken) =>
        (await PlanAsync(length, isHidden: false, cancellationToken)).Refusal;

    Task<(LanePlan? Plan, UploadRefusal? Refusal)> PlanAsync(long length, bool isHidden, CancellationToken cancellationToken) =>
        new LanePlanner(catalog, market, transport, options, time).PlanAsync(coding => LayoutFor(coding, length).LeavesPerProvider, orFewer: isHidden, cancellationToken);

    ObjectLayout LayoutFor(CodingScheme coding, long length) => new(length, coding, options.SegmentSizeFor(coding, length));

    static UploadResult.Refused Refuse(UploadProblem problem, string message) => new(UploadRefusal.Of(problem, message));

    /// <summary>Passes progress on and keeps the notes for the result.</summary>
    internal sealed class NoteCollector(IProgress<UploadProgress>? next) : IProgress<UploadProgress>
    {
        readonly Lock gate = new();
        readonly List<string> notes = [];

        public IReadOnlyList<string> Notes
        {
            get
            {
                lock (gate)
                    return [.. notes];
            }
        }

        public void Report(UploadProgress value)
        {
            if (value.Note is { } note)
                lock (gate)
                    notes.Add(note);
            next?.Report(value);
        }
    }
}
