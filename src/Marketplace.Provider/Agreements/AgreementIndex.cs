using Dapper;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Provider.Fragments;
using Marketplace.Provider.Persistence;
using Microsoft.Data.Sqlite;

namespace Marketplace.Provider.Agreements;

/// <summary>An agreement's row joined with its current revision's.</summary>
internal sealed record AgreementRow(
    long Key,
    byte[] Agreement,
    byte[] DataKey,
    long Gib,
    long StartEpoch,
    long EndEpoch,
    long Closed,
    long StagedLeaves,
    long Occupied,
    long Number,
    byte[] DataRoot,
    long Weight,
    byte[] ConsumerSignature,
    byte[] ProviderSignature)
{
    public const string Query = """
        SELECT a.key AS Key, a.agreement AS Agreement, a.data_key AS DataKey, a.gib AS Gib,
            a.start_epoch AS StartEpoch, a.end_epoch AS EndEpoch,
            a.closed AS Closed, a.staged_leaves AS StagedLeaves, a.occupied AS Occupied, r.number AS Number, r.data_root AS DataRoot, r.weight AS Weight,
            r.consumer_signature AS ConsumerSignature, r.provider_signature AS ProviderSignature
        FROM agreements a JOIN revisions r ON r.agreement = a.key AND r.number = a.revision
        """;

    public AgreementId Id => FragmentIndex.FromBlob(Agreement);

    public StoredRevision ToRevision() =>
        new(checked((ulong)Number), new Hash256(DataRoot), checked((ulong)Weight), ConsumerSignature, ProviderSignature);

    public StoredAgreement ToAgreement() => new(
        new AgreementTerms(Id, new Address(DataKey), new GiB((ulong)Gib), new Epoch((ulong)StartEpoch), new Epoch((ulong)EndEpoch)),
        Closed != 0,
        ToRevision(),
        (ulong)StagedLeaves);
}

/// <summary>What a slot held in a range of revisions.</summary>
internal sealed record SlotRow(long Slot, byte[] Root, long Length)
{
    public ulong Leaves => (ulong)(Length / FragmentBlocks.LeafBytes);
}

/// <summary>The statements on agreements, revisions and slots. Callers hold a snapshot or the writer's scope.</summary>
internal static class AgreementIndex
{
    public static AgreementRow? Find(SqliteConnection connection, AgreementId agreement) => connection.QuerySingleOrDefault<AgreementRow>(
        AgreementRow.Query + " WHERE a.agreement = @id", new { id = FragmentIndex.ToBlob(agreement) });

    /// <summary>The last revision that a checkpoint holds; -1 if none is held.</summary>
    public static long LastCheckpointed(SqliteConnection connection, long agreement) => Prepared.Number(
        connection, "SELECT coalesce(max(revision), -1) FROM members WHERE agreement = @agreement", ("@agreement", agreement));

    public static void AddOccupied(SqliteConnection connection, long agreement, long change) => Prepared.Execute(
        connection, "UPDATE agreements SET occupied = occupied + @change WHERE key = @agreement", ("@change", change), ("@agreement", agreement));

    /// <summary>False, with nothing changed, if slots of the current revision were dropped since the agreement was closed.</summary>
    public static bool Reopen(SqliteConnection connection, AgreementRow row)
    {
        var parameters = new { row.Key, row.Number };
        var weight = connection.ExecuteScalar<long>(
            """
            SELECT coalesce(sum(f.length), 0) FROM slots s JOIN fragments f ON f.id = s.fragment
            WHERE s.agreement = @Key AND s.from_revision <= @Number AND s.to_revision > @Number
            """,
            parameters) / FragmentBlocks.LeafBytes;
        if (weight != row.Weight)
            return false;
        connection.Execute(
            $"""
            UPDATE slots SET to_revision = {Schema.Open} WHERE agreement = @Key AND to_revision = @Number + 1;
            UPDATE agreements SET closed = 0 WHERE key = @Key
            """,
            parameters);
        return true;
    }

    public static void InsertRevision(SqliteConnection connection, long agreement, StoredRevision revision) => connection.Execute(
        """
        INSERT INTO revisions(agreement, number, data_root, weight, consumer_signature, provider_signature)
        VALUES (@agreement, @number, @root, @weight, @consumer, @provider);
        UPDATE agreements SET revision = @number, weight = @weight WHERE key = @agreement;
        DELETE FROM revisions WHERE agreement = @agreement AND number < @number
            AND NOT EXISTS (SELECT 1 FROM members m WHERE m.agreement = @agreement AND m.revision = revisions.number)
        """,
        new
        {
            agreement,
            number = checked((long)revision.Number),
            root = revision.DataRoot.ToArray(),
            weight = checked((long)revision.Weight),
            consumer = revision.ConsumerSignature.ToArray(),
            provider = revision.ProviderSignature.ToArray(),
        });

    /// <summary>Fills slots; each of their fragments is referred to once more.</summary>
    public static void FillSlots(SqliteConnection connection, long agreement, long revision, SlotRun run)
    {
        Prepared.Execute(
            connection, Fill, ("@agreement", agreement), ("@shift", run.Slot - run.Fragment), ("@revision", revision), ("@first", run.Fragment), ("@last", run.LastFragment));
        Prepared.Execute(
            connection, "UPDATE fragments SET refs = refs + 1 WHERE id BETWEEN @first AND @last", ("@first", run.Fragment), ("@last", run.LastFragment));
    }

    /// <summary>Ends what the slot holds; its row, and with it the fragment, stays for checkpoints of earlier revisions.</summary>
    public static void EmptySlot(SqliteConnection connection, long agreement, long slot, long revision) => Prepared.Execute(
        connection, Empty, ("@revision", revision), ("@agreement", agreement), ("@slot", slot));

    static readonly string Fill = $"""
        INSERT INTO slots(agreement, slot, from_revision, to_revision, fragment)
        SELECT @agreement, id + @shift, @revision, {Schema.Open}, id FROM fragments WHERE id BETWEEN @first AND @last ORDER BY id
        """;

    static readonly string Empty =
        $"UPDATE slots SET to_revision = @revision WHERE agreement = @agreement AND slot = @slot AND to_revision = {Schema.Open}";
}
