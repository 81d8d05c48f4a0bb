using Dapper;
using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;
using Marketplace.Provider.Fragments;
using Marketplace.Provider.Persistence;
using Microsoft.Data.Sqlite;

namespace Marketplace.Provider.Agreements;

/// <summary>Builds the next checkpoint inside the writer's transaction. Only what changed since the one before it is written.</summary>
internal sealed class CheckpointBuilder(TimeProvider time)
{
    public StoredCheckpoint Build(WriteScope scope)
    {
        var connection = scope.Connection;
        var previous = CheckpointIndex.Newest(connection);
        var placed = Place(connection);
        var members = placed.Select(entry => KeyValuePair.Create((uint)entry.Key, entry.Value.ToContents()));
        var top = ProviderTree.Load(members).Checkpoint;
        if (previous is not null && (previous.Root, previous.Leaves, previous.Agreements) == (top.Root.ToHash256(), top.Leaves, top.Agreements))
            return previous;
        var next = new StoredCheckpoint((previous?.Sequence ?? 0) + 1, top.Root.ToHash256(), top.Leaves, top.Agreements, time.GetUtcNow());
        CheckpointIndex.Insert(connection, next);
        WriteChanges(connection, (long)next.Sequence, placed);
        return next;
    }

    /// <summary>In the order of the agreements' numbers, as the chain demands. A member keeps its slot while
    /// that is possible, so that little is rewritten; when more than half of the slots are free, all move up.</summary>
    static SortedDictionary<long, Candidate> Place(SqliteConnection connection)
    {
        var slots = connection.Query<(long Agreement, long Slot)>(
            $"SELECT agreement, slot FROM members WHERE to_checkpoint = {Schema.Open}").ToDictionary(row => row.Agreement, row => row.Slot);
        var candidates = connection.Query<Candidate>(Candidate.Query).OrderBy(candidate => FragmentIndex.FromBlob(candidate.Agreement)).ToList();
        var placed = Place(candidates, slots);
        return placed.Count == 0 || placed.Keys.Last() < 2 * placed.Count ? placed : Place(candidates, []);
    }

    static SortedDictionary<long, Candidate> Place(IEnumerable<Candidate> candidates, Dictionary<long, long> slots)
    {
        var placed = new SortedDictionary<long, Candidate>();
        var next = 0L;
        foreach (var candidate in candidates)
        {
            var slot = Math.Max(next, slots.GetValueOrDefault(candidate.Key, next));
            placed.Add(slot, candidate);
            next = slot + 1;
        }
        return placed;
    }

    static void WriteChanges(SqliteConnection connection, long sequence, SortedDictionary<long, Candidate> placed)
    {
        var before = connection.Query<(long Slot, long Agreement, long Revision)>(
            $"SELECT slot, agreement, revision FROM members WHERE to_checkpoint = {Schema.Open}").ToDictionary(row => row.Slot);
        var ended = before.Values.Where(row => !placed.TryGetValue(row.Slot, out var now) || !IsSame(row, now));
        connection.Execute(
            $"UPDATE members SET to_checkpoint = @sequence WHERE slot = @Slot AND to_checkpoint = {Schema.Open}",
            ended.Select(row => new { sequence, row.Slot }));
        var begun = placed.Where(entry => !before.TryGetValue(entry.Key, out var was) || !IsSame(was, entry.Value));
        connection.Execute(
            $"""
            INSERT INTO members(slot, from_checkpoint, to_checkpoint, agreement, revision)
            VALUES (@slot, @sequence, {Schema.Open}, @key, @revision)
            """,
            begun.Select(entry => new { slot = entry.Key, sequence, key = entry.Value.Key, revision = entry.Value.Revision }));
    }

    static bool IsSame((long Slot, long Agreement, long Revision) member, Candidate candidate) =>
        (member.Agreement, member.Revision) == (candidate.Key, candidate.Revision);

    sealed record Candidate(long Key, byte[] Agreement, long Revision, byte[] DataRoot, long Weight)
    {
        public const string Query = """
            SELECT a.key AS Key, a.agreement AS Agreement, a.revision AS Revision, r.data_root AS DataRoot, r.weight AS Weight
            FROM agreements a JOIN revisions r ON r.agreement = a.key AND r.number = a.revision WHERE a.closed = 0 ORDER BY a.key
            """;

        public AgreementContents ToContents() =>
            new(FragmentIndex.FromBlob(Agreement), (ulong)Revision, new Digest(DataRoot), (ulong)Weight);
    }
}
