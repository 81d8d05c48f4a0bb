using System.Buffers.Binary;
using System.Security.Cryptography;
using Marketplace.Client.Catalog;

namespace Marketplace.Client.Recovery;

/// <summary>
/// Rows of a catalog whose names follow each other. Where a page ends is decided by the names alone, so that an object that comes, goes or changes
/// changes one page (or two, where it was at an end), and all others are as they were.
/// </summary>
/// <param name="Rows">Live and kept versions, and tags.</param>
/// <param name="Last">The name after which the next page begins; null where there is none.</param>
sealed record CatalogPage(SnapshotContents Rows, ObjectName? Last)
{
    /// <summary>Names to a page, on average: about a megabyte.</summary>
    public const int MeanNames = 2048;

    /// <summary>A page that has this many times its mean ends whatever its names are; and one whose manifests have so many bytes.</summary>
    const int LongestMeans = 4, LongestBytes = 8 << 20;

    /// <summary>Reads the page after a name; the first for null.</summary>
    public static CatalogPage Read(CatalogTransaction read, ObjectName? after, int meanNames)
    {
        var (live, kept) = (new List<SnapshotEntry>(), new List<SnapshotEntry>());
        ObjectName? name = null;
        var bytes = 0L;
        foreach (var version in read.EnumerateAfter(after))
        {
            if (name is not null && version.Name != name
                && (live.Count + kept.Count >= LongestMeans * meanNames || bytes >= LongestBytes || IsEnd(name, meanNames)))
                return Of(name);
            name = version.Name;
            bytes += version.Manifest.Length;
            (version.State == VersionState.Live ? live : kept).Add(SnapshotEntry.Of(version));
        }
        return Of(null);

        CatalogPage Of(ObjectName? last) => new(new SnapshotContents(live, []) { Kept = kept, Tags = read.ListTagged(after, last) }, last);
    }

    static bool IsEnd(ObjectName name, int meanNames) =>
        BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(name.ToBytes())) % (ulong)meanNames == 0;
}
