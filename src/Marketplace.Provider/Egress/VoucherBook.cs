using System.Buffers.Binary;
using Dapper;
using Marketplace.Core.Primitives;
using Marketplace.Provider.Fragments;
using Marketplace.Provider.Persistence;

namespace Marketplace.Provider.Egress;

/// <summary>What an agreement's consumer owes for reading since the opening, as it signed it.</summary>
/// <param name="Amount">The highest wins.</param>
/// <param name="Signature">65 bytes.</param>
public sealed record StoredVoucher(TokenAmount Amount, ReadOnlyMemory<byte> Signature);

/// <summary>The highest voucher of each agreement. Every write is durable when it returns.</summary>
public sealed class VoucherBook
{
    const int SignatureSize = 65;

    readonly StoreDatabase database;
    readonly WriteQueue queue;

    internal VoucherBook(StoreDatabase database, WriteQueue queue) => (this.database, this.queue) = (database, queue);

    /// <summary>Keeps a voucher, which was checked, if it is the highest.</summary>
    /// <returns>The one that is kept now; null for an agreement that the store does not know.</returns>
    /// <exception cref="ArgumentException">The signature has a wrong length.</exception>
    public Task<StoredVoucher?> PutAsync(AgreementId agreement, StoredVoucher voucher, CancellationToken cancellationToken)
    {
        if (voucher.Signature.Length != SignatureSize)
            throw new ArgumentException($"A signature has {SignatureSize} bytes.", nameof(voucher));
        return queue.ExecuteAsync(
            scope =>
            {
                // Amounts are blobs of one length, big-endian: their order is that of the numbers.
                scope.Connection.Execute(
                    """
                    INSERT INTO vouchers(agreement, amount, signature) SELECT key, @amount, @signature FROM agreements WHERE agreement = @id
                    ON CONFLICT(agreement) DO UPDATE SET amount = excluded.amount, signature = excluded.signature
                    WHERE excluded.amount > vouchers.amount
                    """,
                    new { id = FragmentIndex.ToBlob(agreement), amount = ToBlob(voucher.Amount), signature = voucher.Signature.ToArray() });
                return Find(scope.Connection, agreement);
            },
            cancellationToken);
    }

    /// <summary>The highest voucher; null if there is none.</summary>
    public StoredVoucher? Find(AgreementId agreement) => database.Read(connection => Find(connection, agreement));

    /// <summary>Which of the agreements have a voucher.</summary>
    public IReadOnlyList<(AgreementId Agreement, StoredVoucher Voucher)> List() => [.. database.Read(connection => connection.Query<Row>(
        """
        SELECT a.agreement AS Agreement, v.amount AS Amount, v.signature AS Signature
        FROM vouchers v JOIN agreements a ON a.key = v.agreement ORDER BY a.agreement
        """).ToList()).Select(row => (FragmentIndex.FromBlob(row.Agreement), row.ToVoucher()))];

    static StoredVoucher? Find(Microsoft.Data.Sqlite.SqliteConnection connection, AgreementId agreement) =>
        connection.QuerySingleOrDefault<Row>(
            """
            SELECT a.agreement AS Agreement, v.amount AS Amount, v.signature AS Signature
            FROM vouchers v JOIN agreements a ON a.key = v.agreement WHERE a.agreement = @id
            """,
            new { id = FragmentIndex.ToBlob(agreement) })?.ToVoucher();

    static byte[] ToBlob(TokenAmount amount)
    {
        var blob = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(blob, amount.Value);
        return blob;
    }

    sealed record Row(byte[] Agreement, byte[] Amount, byte[] Signature)
    {
        public StoredVoucher ToVoucher() => new(new TokenAmount(BinaryPrimitives.ReadUInt128BigEndian(Amount)), Signature);
    }
}
