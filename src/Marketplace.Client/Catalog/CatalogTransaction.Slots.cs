using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Client.Catalog;

public sealed partial class CatalogTransaction
{
    /// <summary>The occupied slots of an agreement, rising.</summary>
    public IReadOnlyList<StoredSlot> ListSlots(AgreementId agreement)
    {
        using var command = Command("SELECT slot, root, leaves, version, unclaimed FROM slots WHERE agreement = @id ORDER BY slot", ("@id", agreement.ToString()));
        using var rows = command.ExecuteReader();
        var slots = new List<StoredSlot>();
        while (rows.Read())
        {
            VersionId? version = rows.IsDBNull(3) ? null : new VersionId(rows.GetInt64(3));
            slots.Add(new StoredSlot((uint)rows.GetInt64(0), new Hash256(rows.GetFieldValue<byte[]>(1)), (uint)rows.GetInt64(2), version, rows.GetBoolean(4)));
        }
        return slots;
    }

    /// <summary>Where the fragments of a version lie.</summary>
    public IReadOnlyList<(AgreementId Agreement, StoredSlot Slot)> ListSlots(VersionId version) =>
        [.. Many<SlotRow>("SELECT agreement, slot, root, leaves, version, unclaimed FROM slots WHERE version = @id", new { id = version.Value })
            .Select(row => (ParseId(row.Agreement), row.ToSlot()))];

    /// <summary>Whose the fragments of that root are which an agreement holds; null for what is no version's any more. None where no fragment has it.</summary>
    public IReadOnlyList<VersionId?> FindOwners(AgreementId agreement, Hash256 root) =>
        [.. Many<long?>("SELECT version FROM slots WHERE agreement = @id AND root = @root", new { id = agreement.ToString(), root = root.ToArray() })
            .Select(version => version is { } id ? new VersionId(id) : (VersionId?)null)];

    /// <summary>Agreements that hold garbage.</summary>
    public IReadOnlyList<AgreementId> ListAgreementsWithGarbage() =>
        [.. Many<string>("SELECT DISTINCT agreement FROM slots WHERE version IS NULL AND unclaimed = 0").Select(ParseId).Order()];

    /// <summary>Garbage of an agreement, at most so much, rising: what its next revision clears.</summary>
    public IReadOnlyList<uint> ListGarbage(AgreementId agreement, int most) =>
        [.. Many<long>(
            "SELECT slot FROM slots WHERE agreement = @id AND version IS NULL AND unclaimed = 0 ORDER BY slot LIMIT @most",
            new { id = agreement.ToString(), most }).Select(slot => (uint)slot)];

    /// <summary>Fills a slot.</summary>
    public void FillSlot(AgreementId agreement, StoredSlot slot)
    {
        DropTree(agreement);
        Execute(
            "INSERT INTO slots (agreement, slot, root, leaves, version, unclaimed) VALUES (@agreement, @slot, @root, @leaves, @version, @unclaimed)",
            new { agreement = agreement.ToString(), slot = (long)slot.Slot, root = slot.Root.ToArray(), leaves = (long)slot.Leaves,
                version = slot.Version?.Value, unclaimed = slot.IsUnclaimed });
    }

    /// <summary>Gives a slot to a version that turned out to own it.</summary>
    public void ClaimSlot(AgreementId agreement, uint slot, VersionId version) =>
        Execute(
            "UPDATE slots SET version = @version, unclaimed = 0 WHERE agreement = @agreement AND slot = @slot",
            new { agreement = agreement.ToString(), slot = (long)slot, version = version.Value });

    /// <summary>Frees what replaced versions still hold: the providers have a catalog that does without them.</summary>
    public void ReleaseReplaced() =>
        Execute("UPDATE slots SET version = NULL WHERE version IN (SELECT id FROM versions WHERE state = 3 AND since IS NULL)");

    /// <summary>What will be cleared sooner or later: garbage, what replaced versions still hold, and the present snapshot.</summary>
    /// <param name="limit">At most so many.</param>
    /// <param name="snapshot">The snapshot's hidden name.</param>
    internal IReadOnlyList<GarbageSlot> ListGarbage(int limit, ObjectName snapshot) =>
        [.. Many<SlotRow>(
            """
            SELECT agreement, slot, root FROM slots WHERE version IS NULL AND unclaimed = 0
            UNION ALL
            SELECT s.agreement, s.slot, s.root FROM versions AS v JOIN slots AS s ON s.version = v.id WHERE (v.state = 3 AND v.since IS NULL) OR (v.state = 2 AND v.hidden = 1 AND v.name = @snapshot)
            LIMIT @limit
            """,
            new { limit, snapshot = snapshot.ToBytes() }).Select(row => GarbageSlot.Of(ParseId(row.Agreement), (uint)row.Slot, new Hash256(row.Root)))];

    /// <summary>How many fragments belong to nothing that the catalog knows, and their leaves.</summary>
    public (long Fragments, long Leaves) CountUnclaimed() =>
        One<(long, long)>("SELECT count(*), coalesce(sum(leaves), 0) FROM slots WHERE unclaimed = 1");

    /// <summary>Makes garbage of what belongs to nothing that the catalog knows.</summary>
    public void DiscardUnclaimed() => Execute("UPDATE slots SET unclaimed = 0 WHERE unclaimed = 1");

    /// <summary>Empties all slots, before an agreement's contents are read anew from its provider.</summary>
    public void EmptyAllSlots(AgreementId agreement)
    {
        DropTree(agreement);
        Execute("DELETE FROM slots WHERE agreement = @agreement", new { agreement = agreement.ToString() });
    }

    sealed class SlotRow
    {
        public string Agreement { get; init; } = "";
        public long Slot { get; init; }
        public byte[] Root { get; init; } = [];
        public long Leaves { get; init; }
        public long? Version { get; init; }
        public bool Unclaimed { get; init; }

        public StoredSlot ToSlot() => new((uint)Slot, new Hash256(Root), (uint)Leaves, Version is { } id ? new VersionId(id) : null, Unclaimed);
    }
}
