namespace Marketplace.Client.Catalog;

/// <summary>The tags of an object, and when they were set last.</summary>
/// <param name="Name">The object's name; it need not be live.</param>
/// <param name="Tags">Its tags.</param>
/// <param name="Changed">Of two copies of the catalog the later one's hold.</param>
public sealed record TaggedName(ObjectName Name, TagSet Tags, DateTimeOffset Changed);

public sealed partial class CatalogTransaction
{
    /// <summary>An object's tags.</summary>
    public TagSet GetTags(ObjectName name) => FindTagged(name)?.Tags ?? TagSet.None;

    /// <summary>An object's tags with the time of their last change; null when none were ever set.</summary>
    public TaggedName? FindTagged(ObjectName name) =>
        One<TagRow>("SELECT name, tags, changed FROM tags WHERE name = @name", new { name = name.ToBytes() })?.ToTagged();

    /// <summary>Sets an object's tags.</summary>
    public void SetTags(TaggedName tagged) =>
        Execute(
            """
            INSERT INTO tags (name, tags, changed) VALUES (@name, @tags, @changed)
            ON CONFLICT (name) DO UPDATE SET tags = excluded.tags, changed = excluded.changed
            """,
            new { name = tagged.Name.ToBytes(), tags = tagged.Tags.Write(), changed = tagged.Changed.ToUnixTimeMilliseconds() });

    /// <summary>Whatever was ever tagged, by name.</summary>
    /// <param name="after">Only names after this one; null for the first.</param>
    /// <param name="last">Only names up to this one; null for all that follow.</param>
    public IReadOnlyList<TaggedName> ListTagged(ObjectName? after = null, ObjectName? last = null) =>
        [.. Many<TagRow>(
            "SELECT name, tags, changed FROM tags WHERE name > @after AND (@last IS NULL OR name <= @last) ORDER BY name",
            new { after = after?.ToBytes() ?? [], last = last?.ToBytes() }).Select(row => row.ToTagged())];

    sealed class TagRow
    {
        public byte[] Name { get; init; } = [];
        public string Tags { get; init; } = "";
        public long Changed { get; init; }

        public TaggedName ToTagged() => new(
            ObjectName.TryRead(Name) ?? throw new CatalogUnusableException("The catalog holds tags of an impossible name."),
            TagSet.Read(Tags), DateTimeOffset.FromUnixTimeMilliseconds(Changed));
    }
}
