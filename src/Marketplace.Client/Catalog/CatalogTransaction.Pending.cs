using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;

namespace Marketplace.Client.Catalog;

public sealed partial class CatalogTransaction
{
    /// <summary>The signed revisions that are not settled.</summary>
    public IReadOnlyList<PendingRevision> ListPending() =>
        [.. Many<PendingRow>("SELECT agreement, number, data_root AS DataRoot, weight, signature, version FROM pending").Select(ToPending)];

    /// <summary>An agreement's revision that is not settled, or null.</summary>
    public PendingRevision? FindPending(AgreementId agreement) =>
        One<PendingRow>(
            "SELECT agreement, number, data_root AS DataRoot, weight, signature, version FROM pending WHERE agreement = @id",
                new { id = agreement.ToString() })
            is { } row ? ToPending(row) : null;

    /// <summary>Writes a signed revision down before it is sent. The agreement must have none that is not settled.</summary>
    public void AddPending(PendingRevision pending)
    {
        var agreement = pending.Revision.Agreement.ToString();
        Execute(
            "INSERT INTO pending (agreement, number, data_root, weight, signature, version) VALUES (@agreement, @number, @root, @weight, @signature, @version)",
            new
            {
                agreement,
                number = Signed(pending.Revision.Number),
                root = pending.Revision.DataRoot.ToArray(),
                weight = Signed(pending.Revision.Weight),
                signature = pending.Signature.ToArray(),
                version = pending.Version?.Value,
            });
        foreach (var change in pending.Changes)
            Execute(
                "INSERT INTO pending_changes (agreement, slot, root, leaves) VALUES (@agreement, @slot, @root, @leaves)",
                new { agreement, slot = (long)change.Slot, root = change.Root?.ToArray(), leaves = (long)change.Leaves });
    }

    /// <summary>The provider refused for good: the revision never was.</summary>
    public void RemovePending(AgreementId agreement) =>
        Execute("DELETE FROM pending WHERE agreement = @id", new { id = agreement.ToString() });

    /// <summary>
    /// The provider countersigned: the changes become the agreement's contents. Slots of an upload that was given up in the meantime become
    /// garbage.
    /// </summary>
    public void Settle(AgreementId agreement, Signature providerSignature)
    {
        // Read here and not passed in: the upload may have let go of the revision while it was on its way.
        var pending = FindPending(agreement) ?? throw new InvalidOperationException($"Agreement {agreement} has no pending revision.");
        var version = pending.Version is { } id
            && One<long>("SELECT count(*) FROM versions WHERE id = @id AND state IN (1, 2)", new { id = id.Value }) == 1
            ? pending.Version
            : null;
        foreach (var change in pending.Changes)
        {
            EmptySlot(agreement, change.Slot);
            if (change.Root is { } root)
                FillSlot(agreement, new StoredSlot(change.Slot, root, change.Leaves, version));
        }
        SaveRevision(new CountersignedRevision(pending.Revision, pending.Signature, providerSignature));
        RemovePending(agreement);
    }

    /// <summary>The upload goes on without this agreement: should the revision be countersigned after all, its fragments are
    /// garbage.</summary>
    public void DetachPending(AgreementId agreement) =>
        Execute("UPDATE pending SET version = NULL WHERE agreement = @id", new { id = agreement.ToString() });

    PendingRevision ToPending(PendingRow row)
    {
        var agreement = ParseId(row.Agreement);
        return new PendingRevision(
            new Revision(agreement, (ulong)row.Number, new Hash256(row.DataRoot), (ulong)row.Weight),
            ParseSignature(row.Signature)!.Value,
            [.. Many<ChangeRow>("SELECT slot, root, leaves FROM pending_changes WHERE agreement = @id ORDER BY slot", new { id = row.Agreement })
                .Select(change => new PendingChange((uint)change.Slot, change.Root is null ? null : new Hash256(change.Root), (uint)change.Leaves))],
            row.Version is { } id ? new VersionId(id) : null);
    }

    sealed class PendingRow
    {
        public string Agreement { get; init; } = "";
        public long Number { get; init; }
        public byte[] DataRoot { get; init; } = [];
        public long Weight { get; init; }
        public byte[] Signature { get; init; } = [];
        public long? Version { get; init; }
    }

    sealed class ChangeRow
    {
        public long Slot { get; init; }
        public byte[]? Root { get; init; }
        public long Leaves { get; init; }
    }
}
