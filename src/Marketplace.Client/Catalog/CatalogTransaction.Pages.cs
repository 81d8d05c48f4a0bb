using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Client.Catalog;

/// <summary>What is known of a page of the catalog (docs/protocol.md, section 7), without its rows.</summary>
/// <param name="Last">The name after which the next page begins; null where there is none.</param>
/// <param name="Size">Bytes of its rows before they are packed; 0 where it has none.</param>
/// <param name="Digest">Of its rows.</param>
sealed record PageOutline(ObjectName? Last, long Size, Hash256 Digest);

public sealed partial class CatalogTransaction
{
    /// <summary>A page as it was noted; null where a row of it has changed since, or it never was.</summary>
    /// <param name="after">The name before its first; null for the first page.</param>
    internal PageOutline? FindPage(ObjectName? after) =>
        One<PageRow>("SELECT last, size, digest FROM pages WHERE after = @after", new { after = after?.ToBytes() ?? [] })?.ToOutline();

    /// <summary>Notes a page, until one of its rows changes, in the place of those that began within it.</summary>
    internal void NotePage(ObjectName? after, PageOutline page) =>
        Execute(
            """
            DELETE FROM pages WHERE after >= @after AND (@last IS NULL OR after < @last);
            INSERT INTO pages (after, last, size, digest) VALUES (@after, @last, @size, @digest)
            """,
            new { after = after?.ToBytes() ?? [], last = page.Last?.ToBytes(), size = page.Size, digest = page.Digest.ToArray() });

    /// <summary>How many versions are live or kept, and the bytes of their manifests.</summary>
    /// <param name="most">So many are counted.</param>
    internal (long Rows, long Bytes) MeasureRows(int most) =>
        One<(long, long)>(
            $"SELECT count(*), coalesce(sum(bytes), 0) FROM (SELECT length(manifest) AS bytes FROM versions WHERE hidden = 0 AND (state = 2 OR ({IsKept})) LIMIT @most)",
            new { most });

    /// <summary>How many slots a version has in each agreement.</summary>
    internal Dictionary<AgreementId, long> CountSlots(VersionId version) =>
        Many<(string Agreement, long Slots)>("SELECT agreement, count(*) FROM slots WHERE version = @id GROUP BY agreement", new { id = version.Value })
            .ToDictionary(row => ParseId(row.Agreement), row => row.Slots);

    sealed class PageRow
    {
        public byte[]? Last { get; init; }
        public long Size { get; init; }
        public byte[] Digest { get; init; } = [];

        public PageOutline ToOutline() => new(
            Last is null ? null : ObjectName.TryRead(Last) ?? throw new CatalogUnusableException("The catalog holds a page of an impossible name."),
            Size, new Hash256(Digest));
    }
}
