using Dapper;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Losses;
using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;
using Marketplace.Ethereum.Primitives;
using Marketplace.Provider.Agreements;
using Marketplace.Provider.Fragments;
using Marketplace.Provider.Persistence;
using Microsoft.Data.Sqlite;

namespace Marketplace.Provider.Audits;

/// <summary>What the store has to say to an audit.</summary>
public abstract record AuditAnswer
{
    AuditAnswer()
    {
    }

    /// <summary>The leaf, or the declared fragment that it lies in (protocol, section 4.1).</summary>
    public sealed record Shown(byte[] LeafPart) : AuditAnswer;

    /// <summary>The consumer has signed a later revision.</summary>
    public sealed record Superseded(StoredRevision Newer) : AuditAnswer;

    /// <summary>The disk does not return the leaf.</summary>
    public sealed record Lost(Hash256 Fragment, ulong Leaf) : AuditAnswer;

    /// <summary>The store holds another revision with this number, only earlier ones, or no such agreement.</summary>
    public sealed record NotKept : AuditAnswer;
}

/// <summary>What audits are answered from, and what has to stay until they are.</summary>
public sealed class AuditBook
{
    readonly StoreDatabase database;
    readonly WriteQueue queue;
    readonly FragmentStore fragments;

    internal AuditBook(StoreDatabase database, WriteQueue queue, FragmentStore fragments) =>
        (this.database, this.queue, this.fragments) = (database, queue, fragments);

    /// <summary>Answers with the leaf of a revision, or with the revision that took its place.</summary>
    /// <param name="agreement">Whose contents.</param>
    /// <param name="revision">The audited one.</param>
    /// <param name="leaf">Below the revision's weight.</param>
    /// <param name="exempt">Lost nodes that need not be shown.</param>
    public AuditAnswer Answer(AgreementId agreement, RevisionInfo revision, ulong leaf, IReadOnlySet<LostNode> exempt)
    {
        var (answer, place) = database.Read(connection => Find(connection, agreement, revision, leaf));
        if (place is null)
            return answer!;
        return new LeafReader(fragments, exempt).Read(place) switch
        {
            LeafReading.Shown shown => new AuditAnswer.Shown(shown.Node.Encode()),
            LeafReading.Lost lost => new AuditAnswer.Lost(lost.Fragment, lost.Leaf),
            _ => throw new InvalidOperationException("A leaf was neither shown nor lost."),
        };
    }

    /// <summary>Where the leaf is, or why it is not shown. In one snapshot: a revision's inner nodes go with it.</summary>
    static (AuditAnswer? Answer, LeafPlace? Place) Find(SqliteConnection connection, AgreementId agreement, RevisionInfo revision, ulong leaf)
    {
        if (AgreementIndex.Find(connection, agreement) is not { } row)
            return (new AuditAnswer.NotKept(), null);
        var current = row.ToRevision();
        if (current.Number > revision.Number)
            return (new AuditAnswer.Superseded(current), null);
        var isHeld = row.Closed < 2 && (current.Number, current.DataRoot, current.Weight) == (revision.Number, revision.DataRoot, revision.Weight);
        if (!isHeld || leaf >= current.Weight)
            return (new AuditAnswer.NotKept(), null);
        var retained = new RetainedRevision(row.Key, agreement, row.Number, new SumNode(current.DataRoot.ToDigest(), current.Weight));
        return (null, LeafPlace.Find(connection, retained, leaf));
    }

    /// <summary>Keeps what these agreements hold, though they may be over, and nothing of others that are.</summary>
    public async Task HoldAsync(IReadOnlySet<AgreementId> agreements, CancellationToken cancellationToken)
    {
        var held = database.Read(connection => connection.Query<byte[]>("SELECT agreement FROM agreements WHERE held = 1").ToList())
            .Select(FragmentIndex.FromBlob).ToHashSet();
        if (held.SetEquals(agreements))
            return;
        await queue.ExecuteAsync(
            scope => Set(scope, agreements.Except(held), 1) + Set(scope, held.Except(agreements), 0), cancellationToken).ConfigureAwait(false);
    }

    static int Set(WriteScope scope, IEnumerable<AgreementId> agreements, int held) => scope.Connection.Execute(
        "UPDATE agreements SET held = @held WHERE agreement = @id",
        agreements.Select(agreement => new { held, id = FragmentIndex.ToBlob(agreement) }).ToList());
}
