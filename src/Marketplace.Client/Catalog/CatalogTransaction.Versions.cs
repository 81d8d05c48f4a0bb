using System.Text;
using Dapper;

namespace Marketplace.Client.Catalog;

public sealed partial class CatalogTransaction
{
    const string VersionColumns = "id, name, number, state, hidden, size, created, manifest, since";

    /// <summary>The listed objects, by name.</summary>
    /// <param name="prefix">Only those whose names begin so.</param>
    public IReadOnlyList<StoredVersion> ListLive(string prefix = "") =>
        [.. Many<VersionRow>(
            $"SELECT {VersionColumns} FROM versions WHERE state = 2 AND hidden = 0 AND name >= @prefix AND (@end IS NULL OR name < @end) ORDER BY name",
            new { prefix = Encoding.UTF8.GetBytes(prefix), end = ObjectName.EndOf(prefix) }).Select(row => row.ToVersion())];

    /// <summary>The listed objects, by name, without their manifests.</summary>
    public IReadOnlyList<ObjectSummary> ListSummaries() =>
        [.. Many<VersionRow>(
            """
            SELECT v.id, v.name, v.number, v.size, v.created, t.tags FROM versions AS v LEFT JOIN tags AS t ON t.name = v.name
            WHERE v.state = 2 AND v.hidden = 0 ORDER BY v.name
            """).Select(row => row.ToSummary())];

    /// <summary>What some versions' manifests say, whoever signed them; null of one that makes no sense.</summary>
    internal IReadOnlyList<(VersionId Version, Content.ObjectManifest? Manifest)> PeekManifests(IEnumerable<VersionId> versions) =>
        [.. connection.Query<VersionRow>("SELECT id, manifest FROM versions WHERE id IN @ids", new { ids = versions.Select(version => version.Value).ToList() }, transaction, buffered: false)
            .Select(row => (new VersionId(row.Id), Content.ManifestCodec.Peek(row.Manifest)))];

    /// <summary>Live and kept versions of the names after one, by name, each read when it is asked for.</summary>
    /// <param name="after">A name; null for the first.</param>
    internal IEnumerable<StoredVersion> EnumerateAfter(ObjectName? after) =>
        connection.Query<VersionRow>(
            $"SELECT {VersionColumns} FROM versions WHERE hidden = 0 AND name > @after AND (state = 2 OR ({IsKept})) ORDER BY name, number, created",
            new { after = after?.ToBytes() ?? [] }, transaction, buffered: false).Select(row => row.ToVersion());

    /// <summary>The listed objects of which one of some agreements holds something, each read when it is asked for.</summary>
    internal IEnumerable<StoredVersion> EnumerateHeld(IEnumerable<Core.Primitives.AgreementId> agreements) =>
        connection.Query<VersionRow>(
            $"SELECT {VersionColumns} FROM versions WHERE state = 2 AND hidden = 0 AND id IN (SELECT version FROM slots WHERE agreement IN @ids)",
            new { ids = agreements.Select(agreement => agreement.ToString()).ToList() }, transaction, buffered: false).Select(row => row.ToVersion());

    /// <summary>What is stored of the catalog itself: its snapshot, and pages of a large one.</summary>
    internal IReadOnlyList<StoredVersion> ListHidden() =>
        [.. Many<VersionRow>($"SELECT {VersionColumns} FROM versions WHERE state = 2 AND hidden = 1 ORDER BY name").Select(row => row.ToVersion())];

    /// <summary>The live version of a name, or null.</summary>
    public StoredVersion? FindLive(ObjectName name, bool hidden = false)
    {
        using var rows = Repeated(
            $"SELECT {VersionColumns} FROM versions WHERE state = 2 AND hidden = @hidden AND name = @name", ("@name", name.ToBytes()), ("@hidden", hidden)).ExecuteReader();
        return rows.Read() ? rows.GetRowParser<VersionRow>()(rows).ToVersion() : null;
    }

    /// <summary>A version by the catalog's number; null when there is none.</summary>
    public StoredVersion? Find(VersionId version) =>
        One<VersionRow>($"SELECT {VersionColumns} FROM versions WHERE id = @id", new { id = version.Value })?.ToVersion();

    /// <summary>Uploads that wait for countersignatures, oldest first.</summary>
    public IReadOnlyList<StoredVersion> ListCommitting() =>
        [.. Many<VersionRow>($"SELECT {VersionColumns} FROM versions WHERE state = 1 ORDER BY id").Select(row => row.ToVersion())];

    /// <summary>Writes an upload down whose fragments are all at their providers.</summary>
    public VersionId AddCommitting(ObjectName name, bool hidden, ulong number, long size, DateTimeOffset created, byte[] manifest) =>
        new((long)Repeated(
            """
            INSERT INTO versions (name, number, state, hidden, size, created, manifest)
            VALUES (@name, @number, 1, @hidden, @size, @created, @manifest) RETURNING id
            """,
            ("@name", name.ToBytes()), ("@number", Signed(number)), ("@hidden", hidden), ("@size", size), ("@created", created.ToUnixTimeMilliseconds()),
            ("@manifest", manifest)).ExecuteScalar()!);

    /// <summary>Adds a version that is whole already: one that was recovered.</summary>
    public VersionId AddLive(ObjectName name, bool hidden, ulong number, long size, DateTimeOffset created, byte[] manifest)
    {
        var id = AddCommitting(name, hidden, number, size, created, manifest);
        SetLive(id);
        return id;
    }

    /// <summary>Makes a committing version live under a name that no other live version has.</summary>
    public void SetLive(VersionId version) => Repeated("UPDATE versions SET state = 2 WHERE id = @id AND state = 1", ("@id", version.Value)).ExecuteNonQuery();

    /// <summary>Replaces the manifest of an upload that still collects countersignatures.</summary>
    public void UpdateManifest(VersionId version, byte[] manifest) =>
        Execute("UPDATE versions SET manifest = @manifest WHERE id = @id AND state = 1", new { id = version.Value, manifest });

    /// <summary>How many fragments of a version are countersigned, and how many wait in pending revisions.</summary>
    public (long Countersigned, long Pending) CountFragments(VersionId version) =>
        (One<long>("SELECT count(*) FROM slots WHERE version = @id", new { id = version.Value }),
            One<long>("SELECT count(*) FROM pending_changes WHERE version = @id", new { id = version.Value }));

    /// <summary>The number that the next version of a name gets.</summary>
    public ulong NextNumber(ObjectName name, bool hidden) =>
        (ulong)(long)Repeated(
            "SELECT coalesce(max(number), 0) + 1 FROM versions WHERE name = @name AND hidden = @hidden", ("@name", name.ToBytes()), ("@hidden", hidden)).ExecuteScalar()!;

    /// <summary>
    /// Makes a committing version the live one of its name. The version that it replaces is kept for restoring, if the vault keeps any; else it is
    /// deleted in the same moment, but keeps its slots until <see cref="ReleaseReplaced"/>. Deletes the new one instead if a later version is live already.
    /// </summary>
    /// <param name="version">All of it is countersigned.</param>
    /// <param name="finished">When the last countersignature came, which can be long after its upload began.</param>
    public void MakeLive(StoredVersion version, DateTimeOffset finished)
    {
        var old = FindLive(version.Name, version.IsHidden);
        if (old is { Since: null } && old.Number > version.Number)
        {
            Delete(version.Id);
            return;
        }
        if (old is not null && !version.IsHidden && !GetRetention().IsNone)
            Keep(old.Id, finished);
        else if (old is not null)
            Replace(old.Id);
        Repeated("UPDATE versions SET state = 2, created = @finished WHERE id = @id AND state = 1",
            ("@id", version.Id.Value), ("@finished", finished.ToUnixTimeMilliseconds())).ExecuteNonQuery();
    }

    /// <summary>Deletes a version; its slots become garbage, its manifest (with the wrapped content key) is erased.</summary>
    public void Delete(VersionId version)
    {
        Execute("UPDATE slots SET version = NULL WHERE version = @id", new { id = version.Value });
        Execute("UPDATE versions SET state = 3, since = NULL, manifest = x'' WHERE id = @id", new { id = version.Value });
    }

    /// <summary>Gives one version another name, under which no other is live.</summary>
    public void Rename(VersionId version, ObjectName name) =>
        Execute("UPDATE versions SET name = @name WHERE id = @id", new { id = version.Value, name = name.ToBytes() });

    /// <summary>Deletes a version that a later one stands in for. Its slots stay until the providers have a catalog without it: until then
    /// whoever loses this machine gets the old version back.</summary>
    public void Replace(VersionId version) =>
        Execute("UPDATE versions SET state = 3, since = NULL, manifest = x'' WHERE id = @id", new { id = version.Value });

    sealed class VersionRow
    {
        public long Id { get; init; }
        public byte[] Name { get; init; } = [];
        public long Number { get; init; }
        public long State { get; init; }
        public long Hidden { get; init; }
        public long Size { get; init; }
        public long Created { get; init; }
        public byte[] Manifest { get; init; } = [];
        public long? Since { get; init; }
        public string? Tags { get; init; }

        public ObjectSummary ToSummary() =>
            new(ReadName(), (ulong)Number, Size, DateTimeOffset.FromUnixTimeMilliseconds(Created)) { Version = new VersionId(Id), Tags = TagSet.Read(Tags) };

        public StoredVersion ToVersion() =>
            new(
                new VersionId(Id),
                ReadName(),
                (ulong)Number, StateOf(), Hidden == 1, Size, DateTimeOffset.FromUnixTimeMilliseconds(Created), Manifest)
            {
                Since = Since is { } since ? DateTimeOffset.FromUnixTimeMilliseconds(since) : null,
            };

        VersionState StateOf() => State == (long)VersionState.Deleted && Since is not null ? VersionState.Kept : (VersionState)State;

        ObjectName ReadName() =>
            ObjectName.TryRead(Name) ?? throw new CatalogUnusableException($"The catalog holds an impossible name (version {Id}).");
    }
}
