using System.Globalization;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;

namespace Marketplace.Client.Catalog;

public sealed partial class CatalogTransaction
{
    const string AgreementColumns = "id, provider, space, end_epoch AS End, revision, data_root AS DataRoot, weight, consumer_signature AS Consumer, provider_signature AS Countersigner";

    /// <summary>All agreements known, by number.</summary>
    public IReadOnlyList<RentedAgreement> ListAgreements() =>
        [.. Many<AgreementRow>($"SELECT {AgreementColumns} FROM agreements").Select(row => row.ToAgreement()).OrderBy(agreement => agreement.Id)];

    /// <summary>One agreement, or null.</summary>
    public RentedAgreement? FindAgreement(AgreementId id) =>
        One<AgreementRow>($"SELECT {AgreementColumns} FROM agreements WHERE id = @id", new { id = id.ToString() })?.ToAgreement();

    /// <summary>Adds an agreement with nothing in it, or updates the space and end of a known one.</summary>
    public void SaveTerms(AgreementId id, Address provider, GiB space, Epoch end) =>
        Execute(
            """
            INSERT INTO agreements (id, provider, space, end_epoch, revision, data_root, weight) VALUES (@id, @provider, @space, @end, 0, @empty, 0)
            ON CONFLICT (id) DO UPDATE SET space = excluded.space, end_epoch = excluded.end_epoch
            """,
            new { id = id.ToString(), provider = provider.ToArray(), space = Signed(space.Value), end = Signed(end.Value),
                empty = Hash256.Zero.ToArray() });

    /// <summary>Forgets an agreement that has ended, with its slots.</summary>
    public void RemoveAgreement(AgreementId id) => Execute("DELETE FROM agreements WHERE id = @id", new { id = id.ToString() });

    /// <summary>Sets what both sides signed; the slots must be changed with it in the same transaction.</summary>
    public void SaveRevision(CountersignedRevision signed) =>
        Execute(
            """
            UPDATE agreements SET revision = @number, data_root = @root, weight = @weight, consumer_signature = @consumer, provider_signature = @provider
            WHERE id = @id
            """,
            new
            {
                id = signed.Revision.Agreement.ToString(),
                number = Signed(signed.Revision.Number),
                root = signed.Revision.DataRoot.ToArray(),
                weight = Signed(signed.Revision.Weight),
                consumer = signed.ConsumerSignature.ToArray(),
                provider = signed.ProviderSignature.ToArray(),
            });

    /// <summary>The occupied slots of an agreement, rising.</summary>
    public IReadOnlyList<StoredSlot> ListSlots(AgreementId agreement) =>
        [.. Many<SlotRow>("SELECT slot, root, leaves, version FROM slots WHERE agreement = @id ORDER BY slot", new { id = agreement.ToString() })
            .Select(row => row.ToSlot())];

    /// <summary>Where the fragments of a version lie.</summary>
    public IReadOnlyList<(AgreementId Agreement, StoredSlot Slot)> ListSlots(VersionId version) =>
        [.. Many<SlotRow>("SELECT agreement, slot, root, leaves, version FROM slots WHERE version = @id", new { id = version.Value })
            .Select(row => (ParseId(row.Agreement), row.ToSlot()))];

    /// <summary>Agreements that hold garbage.</summary>
    public IReadOnlyList<AgreementId> ListAgreementsWithGarbage() =>
        [.. Many<string>("SELECT DISTINCT agreement FROM slots WHERE version IS NULL").Select(ParseId).Order()];

    /// <summary>Fills a slot.</summary>
    public void FillSlot(AgreementId agreement, StoredSlot slot) =>
        Execute(
            "INSERT INTO slots (agreement, slot, root, leaves, version) VALUES (@agreement, @slot, @root, @leaves, @version)",
            new { agreement = agreement.ToString(), slot = (long)slot.Slot, root = slot.Root.ToArray(), leaves = (long)slot.Leaves,
                version = slot.Version?.Value });

    /// <summary>Empties a slot.</summary>
    public void EmptySlot(AgreementId agreement, uint slot) =>
        Execute(
            "DELETE FROM slots WHERE agreement = @agreement AND slot = @slot", new { agreement = agreement.ToString(), slot = (long)slot });

    /// <summary>Empties all slots, before an agreement's contents are read anew from its provider.</summary>
    public void EmptyAllSlots(AgreementId agreement) =>
        Execute("DELETE FROM slots WHERE agreement = @agreement", new { agreement = agreement.ToString() });

    static AgreementId ParseId(string text) => new(UInt128.Parse(text, CultureInfo.InvariantCulture));

    static Signature? ParseSignature(byte[]? bytes) =>
        bytes is null ? null
        : Signature.TryRead(bytes, out var signature) ? signature
        : throw new CatalogUnusableException("The catalog holds an impossible signature.");

    sealed class AgreementRow
    {
        public string Id { get; init; } = "";
        public byte[] Provider { get; init; } = [];
        public long Space { get; init; }
        public long End { get; init; }
        public long Revision { get; init; }
        public byte[] DataRoot { get; init; } = [];
        public long Weight { get; init; }
        public byte[]? Consumer { get; init; }
        public byte[]? Countersigner { get; init; }

        public RentedAgreement ToAgreement()
        {
            var id = ParseId(Id);
            return new RentedAgreement(
                id, new Address(Provider), new GiB((ulong)Space), new Epoch((ulong)End),
                new Revision(
                    id, (ulong)Revision, new Hash256(DataRoot), (ulong)Weight), ParseSignature(Consumer), ParseSignature(Countersigner));
        }
    }

    sealed class SlotRow
    {
        public string Agreement { get; init; } = "";
        public long Slot { get; init; }
        public byte[] Root { get; init; } = [];
        public long Leaves { get; init; }
        public long? Version { get; init; }

        public StoredSlot ToSlot() => new((uint)Slot, new Hash256(Root), (uint)Leaves, Version is { } id ? new VersionId(id) : null);
    }
}
