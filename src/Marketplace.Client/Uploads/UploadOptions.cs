using Marketplace.Client.Catalog;
using Marketplace.Client.Selection;
using Marketplace.Core.Coding;
using Marketplace.Core.Content;
using Marketplace.Protocol.Transfer;

namespace Marketplace.Client.Uploads;

/// <summary>How uploads are done.</summary>
public sealed record UploadOptions
{
    /// <summary>Bytes for segments in flight. Default 256 MiB; one segment is always in flight, whatever it takes.</summary>
    public long MemoryBudget { get; init; } = 256L << 20;

    /// <summary>Ciphertext bytes of a segment. Default 16 MiB; less where three of them would not fit into the memory.</summary>
    public int SegmentSize { get; init; } = 16 << 20;

    /// <summary>The coding; null for the strongest that the rented providers can hold.</summary>
    public CodingScheme? Coding { get; init; }

    /// <summary>
    /// The codings that an upload chooses among, the strongest first. Where less is rented than any other asks for, it was rented for the owner's own devices.
    /// </summary>
    /// <param name="providers">That are rented from.</param>
    internal IReadOnlyList<CodingScheme> CodingsFor(int providers)
    {
        if (Coding is { } only)
            return [only];
        var isForDevices = providers >= CodingScheme.Devices.TotalFragments && providers < CodingScheme.Small.TotalFragments;
        return [.. CodingScheme.All.Where(coding => coding != CodingScheme.Devices || isForDevices)];
    }

    /// <summary>
    /// Ciphertext bytes of a segment of an object: so many that one can be sent while another is made and a third is about to end; but not
    /// fewer than what an object of that length may be cut into.
    /// </summary>
    internal int SegmentSizeFor(CodingScheme coding, long length)
    {
        const int inWork = 3, smallest = 1 << 20;
        var size = SegmentSize;
        while (size / 2 >= smallest && size % (2 * SegmentLayout.LeafSize) == 0 && size * coding.Expansion * inWork > MemoryBudget
            && ContentLayout.CiphertextLength(length) <= TransferLimits.MaxChangesPerRevision * (size / 2L))
            size /= 2;
        return size;
    }

    /// <summary>How different the providers must be.</summary>
    public DiversityRule Diversity { get; init; } = DiversityRule.Standard;

    /// <summary>A provider is replaced when it takes this long for a fragment, and four times as long as half of the others did. Default 5
    /// s.</summary>
    public TimeSpan SlowAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a provider may take to answer the probe before the upload. Default 5 s.</summary>
    public TimeSpan ProbePatience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a provider that fails and that no other can stand in for is tried again, at each step. Default 60 s.</summary>
    public TimeSpan OutagePatience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a provider may take to see a newly opened agreement on the chain. Default 60 s.</summary>
    public TimeSpan NewAgreementPatience { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>What an upload is doing.</summary>
public enum UploadStage
{
    /// <summary>Finding out which providers can take it.</summary>
    Planning,

    /// <summary>Encrypting, coding and sending.</summary>
    Sending,

    /// <summary>Collecting countersignatures.</summary>
    Committing,

    /// <summary>Leaving the new catalog with the providers.</summary>
    Publishing,
}

/// <summary>How far an upload is.</summary>
/// <param name="Stage">What it is doing.</param>
/// <param name="ContentBytes">Content whose fragments are all at their providers.</param>
/// <param name="ContentSize">All of the content.</param>
/// <param name="SentBytes">Fragment bytes that providers have stored, all copies counted.</param>
/// <param name="Note">A provider that was replaced, and why; null otherwise.</param>
public readonly record struct UploadProgress(UploadStage Stage, long ContentBytes, long ContentSize, long SentBytes, string? Note = null)
{
    /// <summary>What is stored, though not yet in the providers' copy of the catalog; null before <see cref="UploadStage.Publishing"/>.</summary>
    public IReadOnlySet<ObjectName>? Stored { get; init; }
}
