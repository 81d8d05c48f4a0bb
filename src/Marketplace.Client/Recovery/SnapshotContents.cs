using Marketplace.Client.Catalog;

namespace Marketplace.Client.Recovery;

/// <summary>A version as a snapshot carries it.</summary>
/// <param name="Name">The object's name.</param>
/// <param name="Number">The version's.</param>
/// <param name="Size">Bytes of the content.</param>
/// <param name="Created">When the upload was finished.</param>
/// <param name="Manifest">The signed manifest's bytes.</param>
/// <param name="Since">Since when it is kept; of a live one when it was restored, null if it never was anything else.</param>
sealed record SnapshotEntry(ObjectName Name, ulong Number, long Size, DateTimeOffset Created, byte[] Manifest, DateTimeOffset? Since = null)
{
    public static SnapshotEntry Of(StoredVersion version) =>
        new(version.Name, version.Number, version.Size, version.Created, version.Manifest, version.Since);
}

/// <summary>What a snapshot says.</summary>
/// <param name="Entries">The live versions.</param>
/// <param name="Garbage">Slots that whoever wrote it was going to clear, the snapshot before this one among them.</param>
sealed record SnapshotContents(IReadOnlyList<SnapshotEntry> Entries, IReadOnlyList<GarbageSlot> Garbage)
{
    /// <summary>The versions that are kept for restoring.</summary>
    public IReadOnlyList<SnapshotEntry> Kept { get; init; } = [];

    /// <summary>Whatever was ever tagged.</summary>
    public IReadOnlyList<TaggedName> Tags { get; init; } = [];

    /// <summary>How long versions are kept; null where it was never said.</summary>
    public Retention? Retention { get; init; }

    /// <summary>Pages that were stored each by itself; their rows belong to the catalog, too.</summary>
    public IReadOnlyList<SnapshotPart> Parts { get; init; } = [];

    /// <summary>With what no page has.</summary>
    public SnapshotContents Complete(CatalogTransaction read) => this with
    {
        Garbage = read.ListGarbage(SnapshotCodec.MaxGarbage, CatalogPublisher.SnapshotName),
        Retention = read.HasRetention() ? read.GetRetention() : null,
    };

    /// <summary>With the rows of its pages.</summary>
    public SnapshotContents With(IReadOnlyCollection<SnapshotContents> pages) => this with
    {
        Entries = [.. Entries, .. pages.SelectMany(page => page.Entries)],
        Kept = [.. Kept, .. pages.SelectMany(page => page.Kept)],
        Tags = [.. Tags, .. pages.SelectMany(page => page.Tags)],
    };
}
