using Marketplace.Client.Catalog;
using Marketplace.Core.Coding;
using Marketplace.Core.Content;
using Marketplace.Protocol.Transfer;

namespace Marketplace.Client.Uploads;

/// <summary>An object that is stored with others.</summary>
/// <param name="Name">Its name; a later item of the same name is a later version.</param>
/// <param name="Open">Opens its content when it is its turn.</param>
public sealed record UploadItem(ObjectName Name, Func<IUploadSource> Open);

/// <summary>What became of an object that was stored with others.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Size">Bytes of its content; 0 when it could not be read.</param>
/// <param name="Result">Small objects that went together share theirs.</param>
public sealed record UploadedItem(ObjectName Name, long Size, UploadResult Result);

/// <summary>Stores many objects: small ones in batches, large ones each by itself. The caller holds the writer lock.</summary>
sealed class ManyUploads(UploadService single, BatchUpload batches, UploadOptions options)
{
    /// <summary>Content of more bytes goes by itself: it is sent while it is made, and needs no memory of its own.</summary>
    internal const int MostBytes = 128 << 10;

    /// <summary>A batch may fill the memory to a third: what it is made of and what it becomes are there at the same time.</summary>
    const int ShareOfMemory = 3;

    readonly List<SmallObject> batch = [];
    readonly HashSet<ObjectName> names = [];
    readonly List<UploadedItem> results = [];
    long bytes;

    /// <summary>Stores all that can be stored. Ends early, with what was tried so far, when a refusal would meet the others too.</summary>
    public async Task<IReadOnlyList<UploadedItem>> PutAsync(
        IEnumerable<UploadItem> items, IProgress<UploadProgress>? progress, CancellationToken cancellationToken)
    {
        foreach (var item in items)
        {
            if (!await TakeAsync(item, progress, cancellationToken))
                return results;
        }
        await FlushAsync(progress, cancellationToken);
        return results;
    }

    /// <summary>False when nothing more can be stored.</summary>
    async Task<bool> TakeAsync(UploadItem item, IProgress<UploadProgress>? progress, CancellationToken cancellationToken)
    {
        IUploadSource? source = null;
        try
        {
            source = item.Open();
            if (!FitsABatch(source.Length))
                return await FlushAsync(progress, cancellationToken) && await PutAloneAsync(item.Name, source, progress, cancellationToken);
            var content = await ReadAsync(source, cancellationToken);
            if (content is null || source.FindChange() is not null)
                return Refuse(item, "It changed while it was read.");
            return await AddAsync(new SmallObject(item.Name, content), progress, cancellationToken);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return Refuse(item, $"It cannot be read: {unreadable.Message}");
        }
        finally
        {
            source?.Dispose();
        }
    }

    /// <summary>Whether content is small, and of one segment.</summary>
    bool FitsABatch(long length) => length <= MostBytes && ContentLayout.CiphertextLength(length) <= options.SegmentSize;

    async Task<bool> AddAsync(SmallObject item, IProgress<UploadProgress>? progress, CancellationToken cancellationToken)
    {
        // The coding is chosen for the batch as a whole; the strongest takes the most.
        var takes = item.Content.Length + BatchParcel.BytesFor(item.Content.Length, options.Coding ?? CodingScheme.Standard, options.SegmentSize);
        var isFull = batch.Count >= TransferLimits.MaxFragmentsPerRequest || bytes + takes > options.MemoryBudget / ShareOfMemory || names.Contains(item.Name);
        if (isFull && !await FlushAsync(progress, cancellationToken))
            return false;
        batch.Add(item);
        names.Add(item.Name);
        bytes += takes;
        return true;
    }

    async Task<bool> FlushAsync(IProgress<UploadProgress>? progress, CancellationToken cancellationToken)
    {
        if (batch.Count == 0)
            return true;
        var result = await batches.PutAsync(batch, progress, cancellationToken);
        results.AddRange(batch.Select(item => new UploadedItem(item.Name, item.Content.Length, result)));
        batch.Clear();
        names.Clear();
        bytes = 0;
        return result is UploadResult.Stored;
    }

    async Task<bool> PutAloneAsync(ObjectName name, IUploadSource source, IProgress<UploadProgress>? progress, CancellationToken cancellationToken)
    {
        var result = await single.PutAsync(name, isHidden: false, source, progress, cancellationToken);
        results.Add(new UploadedItem(name, source.Length, result));
        return result is UploadResult.Stored or UploadResult.Refused { Refusal.Problem: UploadProblem.ContentChanged };
    }

    /// <summary>The others are stored all the same.</summary>
    bool Refuse(UploadItem item, string why)
    {
        results.Add(new UploadedItem(item.Name, 0, new UploadResult.Refused(UploadRefusal.Of(UploadProblem.ContentChanged, why))));
        return true;
    }

    static async Task<byte[]?> ReadAsync(IUploadSource source, CancellationToken cancellationToken)
    {
        var content = new byte[source.Length];
        return await source.ReadAsync(0, content, cancellationToken) == content.Length ? content : null;
    }
}
