using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;

namespace Marketplace.Client.Catalog;

public sealed partial class CatalogTransaction
{
    const string PendingColumns = "agreement, number, data_root AS DataRoot, weight, signature";

    /// <summary>The signed revisions that are not settled.</summary>
    public IReadOnlyList<PendingRevision> ListPending() => [.. Many<PendingRow>($"SELECT {PendingColumns} FROM pending").Select(ToPending)];

    /// <summary>An agreement's revision that is not settled, or null.</summary>
    public PendingRevision? FindPending(AgreementId agreement) =>
        One<PendingRow>($"SELECT {PendingColumns} FROM pending WHERE agreement = @id", new { id = agreement.ToString() }) is { } row ? ToPending(row) : null;

    /// <summary>Writes a signed revision down before it is sent. The agreement must have none that is not settled.</summary>
    public void AddPending(PendingRevision pending)
    {
        var agreement = pending.Revision.Agreement.ToString();
        Execute(
            "INSERT INTO pending (agreement, number, data_root, weight, signature) VALUES (@agreement, @number, @root, @weight, @signature)",
            new
            {
                agreement,
                number = Signed(pending.Revision.Number),
                root = pending.Revision.DataRoot.ToArray(),
                weight = Signed(pending.Revision.Weight),
                signature = pending.Signature.ToArray(),
            });
        foreach (var change in pending.Changes)
        {
            Repeated(
                "INSERT INTO pending_changes (agreement, slot, root, leaves, version) VALUES (@agreement, @slot, @root, @leaves, @version)",
                ("@agreement", agreement), ("@slot", (long)change.Slot), ("@root", change.Root is { } root ? root.ToArray() : DBNull.Value),
                ("@leaves", (long)change.Leaves), ("@version", change.Version is { } version ? version.Value : DBNull.Value)).ExecuteNonQuery();
        }
    }

    /// <summary>The provider refused for good: the revision never was.</summary>
    public void RemovePending(AgreementId agreement) =>
        Execute("DELETE FROM pending WHERE agreement = @id", new { id = agreement.ToString() });

    /// <summary>
    /// The provider countersigned: the changes become the agreement's contents. Slots of an upload that was given up in the meantime become
    /// garbage.
    /// </summary>
    public void Settle(AgreementId agreement, Signature providerSignature, DateTimeOffset now)
    {
        // Read here and not passed in: the upload may have let go of the revision while it was on its way.
        var pending = One<PendingRow>($"SELECT {PendingColumns} FROM pending WHERE agreement = @id", new { id = agreement.ToString() })
            ?? throw new InvalidOperationException($"Agreement {agreement} has no pending revision.");
        ChangeTree(agreement, ChangesOf(pending));
        // All changes in two statements: a revision has up to 10,000, and a batch of small files one for each of its providers.
        Execute(
            """
            DELETE FROM slots WHERE agreement = @id AND slot IN (SELECT slot FROM pending_changes WHERE agreement = @id);
            INSERT INTO slots (agreement, slot, root, leaves, version, unclaimed)
                SELECT c.agreement, c.slot, c.root, c.leaves, (SELECT v.id FROM versions AS v WHERE v.id = c.version AND v.state IN (1, 2)), 0
                FROM pending_changes AS c WHERE c.agreement = @id AND c.root IS NOT NULL
            """,
            new { id = agreement.ToString() });
        SaveRevision(new CountersignedRevision(pending.ToRevision(), pending.ToSignature(), providerSignature), now);
        RemovePending(agreement);
    }

    /// <summary>The uploads go on without this agreement: should the revision be countersigned after all, its fragments are
    /// garbage.</summary>
    public void DetachPending(AgreementId agreement) =>
        Execute("UPDATE pending_changes SET version = NULL WHERE agreement = @id", new { id = agreement.ToString() });

    PendingRevision ToPending(PendingRow row) => new(
        row.ToRevision(),
        row.ToSignature(),
        ChangesOf(row));

    IReadOnlyList<PendingChange> ChangesOf(PendingRow row) =>
        [.. Many<ChangeRow>("SELECT slot, root, leaves, version FROM pending_changes WHERE agreement = @id ORDER BY slot", new { id = row.Agreement })
            .Select(change => change.ToChange())];

    sealed class PendingRow
    {
        public string Agreement { get; init; } = "";
        public long Number { get; init; }
        public byte[] DataRoot { get; init; } = [];
        public long Weight { get; init; }
        public byte[] Signature { get; init; } = [];

        public Revision ToRevision() => new(ParseId(Agreement), (ulong)Number, new Hash256(DataRoot), (ulong)Weight);

        public Signature ToSignature() => ParseSignature(Signature)!.Value;
    }

    sealed class ChangeRow
    {
        public long Slot { get; init; }
        public byte[]? Root { get; init; }
        public long Leaves { get; init; }
        public long? Version { get; init; }

        public PendingChange ToChange() =>
            new((uint)Slot, Root is null ? null : new Hash256(Root), (uint)Leaves, Version is { } id ? new VersionId(id) : null);
    }
}
