namespace Marketplace.Client.Catalog;

public sealed partial class CatalogTransaction
{
    const string RetentionProperty = "retention", IsKept = "state = 3 AND since IS NOT NULL AND hidden = 0";

    /// <summary>How long earlier versions are kept.</summary>
    public Retention GetRetention() => Retention.Read(GetProperty(RetentionProperty));

    /// <summary>Whether it was ever said how long earlier versions are kept.</summary>
    public bool HasRetention() => GetProperty(RetentionProperty) is not null;

    /// <summary>Sets how long earlier versions are kept; what is older is pruned with the next change.</summary>
    public void SetRetention(Retention retention) => SetProperty(RetentionProperty, retention.Write());

    /// <summary>The versions that are kept for restoring: by name, and of each the one that was replaced last first.</summary>
    public IReadOnlyList<StoredVersion> ListKept() =>
        [.. Many<VersionRow>($"SELECT {VersionColumns} FROM versions WHERE {IsKept} ORDER BY name, since DESC, id DESC").Select(row => row.ToVersion())];

    /// <summary>The kept versions of a name, the one that was replaced last first.</summary>
    public IReadOnlyList<StoredVersion> ListKept(ObjectName name) =>
        [.. Many<VersionRow>($"SELECT {VersionColumns} FROM versions WHERE {IsKept} AND name = @name ORDER BY since DESC, id DESC", new { name = name.ToBytes() })
            .Select(row => row.ToVersion())];

    /// <summary>What is kept, and the space that it occupies.</summary>
    public KeptSpace CountKept() => new(
        One<long>($"SELECT count(*) FROM versions WHERE {IsKept}"),
        One<long>($"SELECT coalesce(sum(leaves), 0) * 1024 FROM slots WHERE version IN (SELECT id FROM versions WHERE {IsKept})"));

    /// <summary>What is kept of a name, and the space that it occupies.</summary>
    public KeptSpace CountKept(ObjectName name) => new(
        One<long>($"SELECT count(*) FROM versions WHERE {IsKept} AND name = @name", new { name = name.ToBytes() }),
        One<long>($"SELECT coalesce(sum(leaves), 0) * 1024 FROM slots WHERE version IN (SELECT id FROM versions WHERE {IsKept} AND name = @name)", new { name = name.ToBytes() }));

    /// <summary>What is kept, each with the space that it occupies; what was replaced or removed longest ago first.</summary>
    internal IReadOnlyList<OccupyingVersion> ListKeptByAge() =>
        [.. Many<OccupyingRow>(
            $"""
            SELECT v.id, s.agreement, coalesce(sum(s.leaves), 0) AS leaves FROM versions AS v LEFT JOIN slots AS s ON s.version = v.id
            WHERE v.state = 3 AND v.since IS NOT NULL AND v.hidden = 0 GROUP BY v.since, v.id, s.agreement ORDER BY v.since, v.id
            """)
            .GroupBy(row => row.Id)
            .Select(rows => new OccupyingVersion(
                new VersionId(rows.Key), [.. rows.Where(row => row.Agreement is not null).Select(row => (ParseId(row.Agreement!), (ulong)row.Leaves))]))];

    /// <summary>A live version is one no longer, but whole and kept for restoring.</summary>
    public void Keep(VersionId version, DateTimeOffset since) =>
        Execute("UPDATE versions SET state = 3, since = max(@since, created) WHERE id = @id", new { id = version.Value, since = since.ToUnixTimeMilliseconds() });

    /// <summary>Adds a version that was recovered as one that is kept.</summary>
    public VersionId AddKept(ObjectName name, ulong number, long size, DateTimeOffset created, byte[] manifest, DateTimeOffset since)
    {
        var id = AddCommitting(name, hidden: false, number, size, created, manifest);
        Keep(id, since);
        return id;
    }

    /// <summary>Makes a kept version the live one of its name; the one that was live until now is kept in its place.</summary>
    public void Restore(StoredVersion kept, DateTimeOffset now)
    {
        if (FindLive(kept.Name) is { } live)
            Keep(live.Id, now);
        MarkRestored(kept.Id, now);
    }

    /// <summary>Makes a version live that was restored at some time; no other version of its name is live.</summary>
    public void MarkRestored(VersionId version, DateTimeOffset since) =>
        Execute("UPDATE versions SET state = 2, since = @since WHERE id = @id", new { id = version.Value, since = since.ToUnixTimeMilliseconds() });

    /// <summary>Gives an object another name, with its kept versions and its tags.</summary>
    public void RenameAll(ObjectName from, ObjectName to)
    {
        var names = new { from = from.ToBytes(), to = to.ToBytes() };
        Execute($"UPDATE versions SET name = @to WHERE name = @from AND hidden = 0 AND (state = 2 OR ({IsKept}))", names);
        Execute(
            """
            DELETE FROM tags WHERE name = @to;
            UPDATE tags SET name = @to WHERE name = @from
            """,
            names);
    }

    /// <summary>Gives objects other names, all or none; what is kept of a removed object of a new name makes way.</summary>
    internal Renaming RenameAll(IReadOnlyList<(ObjectName From, ObjectName To)> moves)
    {
        var wanted = new Dictionary<ObjectName, ObjectName>();
        foreach (var (from, to) in moves.Where(move => move.From != move.To))
        {
            if (FindLive(from) is null)
                return new Renaming.Gone(from);
            wanted[from] = to;
        }
        var targets = new HashSet<ObjectName>();
        if (wanted.Values.FirstOrDefault(to => !targets.Add(to) || (FindLive(to) is not null && !wanted.ContainsKey(to))) is { } taken)
            return new Renaming.Taken(taken);
        var order = FromTheEnds(wanted, targets);
        // Those that are no part of a way to a free name are in each other's way.
        if (order.Count < wanted.Count)
            return new Renaming.Taken(wanted.Keys.First(name => !order.ContainsKey(name)));
        foreach (var (from, to) in order)
        {
            MakeWay(to);
            RenameAll(from, to);
        }
        return new Renaming.Done();
    }

    /// <summary>Gives what is kept of a removed object another name.</summary>
    public void RenameKept(ObjectName from, ObjectName to) =>
        Execute($"UPDATE versions SET name = @to WHERE name = @from AND {IsKept}", new { from = from.ToBytes(), to = to.ToBytes() });

    /// <summary>Deletes an object with its kept versions and its tags; false when there is none.</summary>
    internal bool DeleteAll(ObjectName name, DateTimeOffset now)
    {
        var versions = ListKept(name).Concat(FindLive(name) is { } live ? [live] : []).ToList();
        versions.ForEach(version => Delete(version.Id));
        if (versions.Count > 0 && FindTagged(name) is { } tagged)
            SetTags(tagged with { Tags = TagSet.None, Changed = now });
        return versions.Count > 0;
    }

    /// <summary>The kept versions beyond what the vault keeps.</summary>
    /// <param name="clock">By which terms end; before a block was seen none does.</param>
    internal IReadOnlyList<StoredVersion> ListExpired(KeepingClock clock)
    {
        if (clock.Earlier is not null)
            BeginTermsBy(clock.GetUtcNow());
        return ListBeyond(GetRetention(), clock.Earlier);
    }

    /// <summary>What a vault that keeps no more than this would let go of by now, and the space that it occupies.</summary>
    internal KeptSpace CountBeyond(Retention retention, DateTimeOffset now)
    {
        var beyond = ListBeyond(retention, now).Select(version => version.Id).ToHashSet();
        return new KeptSpace(beyond.Count, ListKeptByAge().Where(version => beyond.Contains(version.Id)).Sum(version => version.Bytes));
    }

    /// <summary>
    /// Lets kept versions beyond what the vault keeps go. Their slots stay until the providers have a catalog without them, as those of replaced ones:
    /// nobody asked for it at this moment, and another machine may have restored one of them.
    /// </summary>
    /// <returns>How many.</returns>
    internal int PruneExpired(KeepingClock clock)
    {
        var expired = ListExpired(clock);
        foreach (var version in expired)
            Replace(version.Id);
        return expired.Count;
    }

    /// <summary>Each after the one whose name it takes; without circles, which have no end.</summary>
    static OrderedDictionary<ObjectName, ObjectName> FromTheEnds(Dictionary<ObjectName, ObjectName> wanted, HashSet<ObjectName> targets)
    {
        var order = new OrderedDictionary<ObjectName, ObjectName>();
        foreach (var first in wanted.Keys.Where(name => !targets.Contains(name)))
        {
            var way = new Stack<ObjectName>();
            for (var name = first; wanted.TryGetValue(name, out var to); name = to)
                way.Push(name);
            foreach (var name in way)
                order.Add(name, wanted[name]);
        }
        return order;
    }

    void MakeWay(ObjectName name)
    {
        if (ListKept(name).Count > 0)
            RenameKept(name, RemovedNames.For(name, other => FindLive(other) is null && ListKept(other).Count == 0));
    }

    /// <param name="retention">How long versions are kept.</param>
    /// <param name="now">By which terms end; null where none does.</param>
    List<StoredVersion> ListBeyond(Retention retention, DateTimeOffset? now)
    {
        var oldest = now?.AddDays(-retention.Days);
        return [.. ListKept().GroupBy(version => version.Name)
            .SelectMany(versions => versions.Where((version, index) => retention.IsNone || index >= retention.Versions || version.Since <= oldest))];
    }

    /// <summary>A term that would begin later begins now: one wrong answer about the time must not keep a version for good.</summary>
    void BeginTermsBy(DateTimeOffset now) =>
        Execute($"UPDATE versions SET since = @now WHERE since > @now AND {IsKept}", new { now = now.ToUnixTimeMilliseconds() });

    sealed class OccupyingRow
    {
        public long Id { get; init; }

        public string? Agreement { get; init; }

        public long Leaves { get; init; }
    }
}
