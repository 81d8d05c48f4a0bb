using System.Globalization;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;

namespace Marketplace.Client.Catalog;

public sealed partial class CatalogTransaction
{
    const string AgreementColumns = "id, provider, space, end_epoch AS End, takes_data AS TakesData, revision, data_root AS DataRoot, weight, consumer_signature AS Consumer, provider_signature AS Countersigner";

    /// <summary>All agreements known, by number.</summary>
    public IReadOnlyList<RentedAgreement> ListAgreements() =>
        [.. Many<AgreementRow>($"SELECT {AgreementColumns} FROM agreements").Select(row => row.ToAgreement()).OrderBy(agreement => agreement.Id)];

    /// <summary>One agreement, or null.</summary>
    public RentedAgreement? FindAgreement(AgreementId id) =>
        One<AgreementRow>($"SELECT {AgreementColumns} FROM agreements WHERE id = @id", new { id = id.ToString() })?.ToAgreement();

    /// <summary>
    /// Adds an agreement with nothing in it, or updates the terms of a known one; its provider only as long as nothing was stored: until then a
    /// reorganisation of the chain may give its number to another.
    /// </summary>
    public void SaveTerms(AgreementId id, Address provider, GiB space, Epoch end, bool takesData = true) =>
        Execute(
            """
            INSERT INTO agreements (id, provider, space, end_epoch, takes_data, revision, data_root, weight) VALUES (@id, @provider, @space, @end, @takesData, 0, @empty, 0)
            ON CONFLICT (id) DO UPDATE SET
                space = excluded.space, end_epoch = excluded.end_epoch, takes_data = excluded.takes_data, provider = CASE WHEN revision = 0 THEN excluded.provider ELSE provider END
            """,
            new { id = id.ToString(), provider = provider.ToArray(), space = Signed(space.Value), end = Signed(end.Value), takesData,
                empty = Hash256.Zero.ToArray() });

    /// <summary>Forgets an agreement, with its slots and the price of reading.</summary>
    public void RemoveAgreement(AgreementId id)
    {
        Execute("DELETE FROM agreements WHERE id = @id", new { id = id.ToString() });
        Execute("DELETE FROM reading_prices WHERE agreement = @id", new { id = id.ToString() });
    }

    /// <summary>Sets what both sides signed; the slots must be changed with it in the same transaction.</summary>
    /// <param name="signed">The revision.</param>
    /// <param name="now">When this catalog learned of it.</param>
    public void SaveRevision(CountersignedRevision signed, DateTimeOffset now)
    {
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
        NoteSigning(signed.Revision.Agreement, signed.Revision.Number, now);
    }

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
        public bool TakesData { get; init; }
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
                    id, (ulong)Revision, new Hash256(DataRoot), (ulong)Weight), ParseSignature(Consumer), ParseSignature(Countersigner)) { TakesData = TakesData };
        }
    }
}
