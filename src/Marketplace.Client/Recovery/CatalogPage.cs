using System.Buffers.Binary;
using System.Security.Cryptography;
using Marketplace.Client.Catalog;

namespace Marketplace.Client.Recovery;

/// <summary>
/// Rows of a catalog whose names follow each other. Where a page ends is decided by its names (and, of very long ones, by what is in it), so that an object
/// that comes, goes or changes changes one page or two, rarely more, and all others are as they were.
/// </summary>
/// <param name="Rows">Live and kept versions, and tags.</param>
/// <param name="Last">The name after which the next page begins, which may be empty; null where there is none.</param>
sealed record CatalogPage(SnapshotContents Rows, ObjectName? Last)
{
    /// <summary>Names to a page, on average: one to two megabytes of usual manifests.</summary>
    public const int MeanNames = 1024;

    /// <summary>A page that has this many times its mean, or so many bytes of manifests, ends whatever its names are.</summary>
    const int LongestMeans = 4, LongestBytes = 8 << 20;

    /// <summary>Beyond so many bytes every name is that much likelier to be the last one: large manifests come with large files.</summary>
    static readonly (int Bytes, int Likelier)[] Long = [(4 << 20, 128), (1 << 20, 16), (0, 1)];

    /// <summary>All rows of a catalog that needs no pages; null for a larger one.</summary>
    public static SnapshotContents? TryReadAll(CatalogTransaction read, int meanNames)
    {
        var (rows, bytes) = read.MeasureRows(2 * meanNames + 1);
        return rows > 2 * meanNames || bytes > LongestBytes ? null : Read(read, null, static (_, _, _) => false).Rows;
    }

    /// <summary>Reads the page after a name; the first for null.</summary>
    public static CatalogPage Read(CatalogTransaction read, ObjectName? after, int meanNames) => Read(read, after, (name, rows, bytes) =>
        rows >= LongestMeans * meanNames || bytes >= LongestBytes || IsEnd(name, Math.Max(1, meanNames / Long.First(row => bytes >= row.Bytes).Likelier)));

    static CatalogPage Read(CatalogTransaction read, ObjectName? after, Func<ObjectName, int, long, bool> isFull)
    {
        var (live, kept) = (new List<SnapshotEntry>(), new List<SnapshotEntry>());
        ObjectName? name = null;
        var bytes = 0L;
        foreach (var version in read.EnumerateAfter(after))
        {
            if (version.Name != name && IsFull())
                return Of(name);
            name = version.Name;
            bytes += version.Manifest.Length;
            (version.State == VersionState.Live ? live : kept).Add(SnapshotEntry.Of(version));
        }
        return Of(IsFull() ? name : null);

        bool IsFull() => name is not null && isFull(name, live.Count + kept.Count, bytes);

        CatalogPage Of(ObjectName? last) => new(new SnapshotContents(live, []) { Kept = kept, Tags = read.ListTagged(after, last) }, last);
    }

    /// <summary>Without its rows.</summary>
    public PageOutline Outline()
    {
        var (size, digest) = SnapshotCodec.Measure(Rows);
        return new PageOutline(Last, size, digest);
    }

    static bool IsEnd(ObjectName name, int meanNames) =>
        BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(name.ToBytes())) % (ulong)meanNames == 0;
}
