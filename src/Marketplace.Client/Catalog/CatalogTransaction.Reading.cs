using System.Globalization;
using Marketplace.Core.Primitives;

namespace Marketplace.Client.Catalog;

/// <summary>What is owed for reading from an agreement since its opening.</summary>
/// <param name="Owed">In all.</param>
/// <param name="Promised">Of it, what the provider has a voucher for.</param>
public sealed record ReadingDebt(TokenAmount Owed, TokenAmount Promised);

public sealed partial class CatalogTransaction
{
    /// <summary>What is owed for reading from an agreement; nothing for one that was never read for money.</summary>
    public ReadingDebt GetReadingDebt(AgreementId agreement) =>
        One<DebtRow>("SELECT owed, promised FROM reading WHERE agreement = @id", new { id = agreement.ToString() })?.ToDebt()
        ?? new ReadingDebt(TokenAmount.Zero, TokenAmount.Zero);

    /// <summary>What an agreement asks for a GiB that is read; null where nobody has told yet.</summary>
    public TokenAmount? FindReadingPrice(AgreementId agreement) =>
        One<PriceRow>("SELECT per_gib AS PerGiB FROM reading_prices WHERE agreement = @id", new { id = agreement.ToString() })?.ToPrice();

    /// <summary>
    /// Notes a price of reading that the person was shown, or that the chain's endpoint told. It holds for the agreement's life, and the data key signs
    /// by it: an endpoint that tells a higher one later is not believed.
    /// </summary>
    public void NoteReadingPrice(AgreementId agreement, TokenAmount perGiB)
    {
        if (FindReadingPrice(agreement) is not { } known || perGiB < known)
            Execute(
                """
                INSERT INTO reading_prices (agreement, per_gib) VALUES (@id, @price)
                ON CONFLICT (agreement) DO UPDATE SET per_gib = excluded.per_gib
                """,
                new { id = agreement.ToString(), price = perGiB.ToString() });
    }

    /// <summary>Adds to what is owed; null, and nothing is changed, if it would be more than there can be.</summary>
    public ReadingDebt? OweForReading(AgreementId agreement, TokenAmount amount)
    {
        var debt = GetReadingDebt(agreement);
        return amount.Value > UInt128.MaxValue - debt.Owed.Value ? null : Save(agreement, debt with { Owed = debt.Owed + amount });
    }

    /// <summary>The provider has a voucher over this much.</summary>
    public void NotePromised(AgreementId agreement, TokenAmount promised)
    {
        var debt = GetReadingDebt(agreement);
        if (promised > debt.Promised)
            Save(agreement, debt with { Promised = promised });
    }

    /// <summary>
    /// The provider shows a voucher that the vault signed. One over no more than is owed may be of this catalog itself, and then covers what was
    /// owed when it was signed. One over more was signed elsewhere: what is being paid comes on top of it. Nothing else does, as this catalog has
    /// signed for all else that is owed, whatever the provider says of those vouchers.
    /// </summary>
    /// <param name="agreement">Of which.</param>
    /// <param name="shown">The voucher's amount.</param>
    /// <param name="paying">What is being paid, a part of what is owed.</param>
    /// <returns>The debt to sign for now; null where there is nothing to sign, or it would be more than there can be.</returns>
    public ReadingDebt? TakeShownVoucher(AgreementId agreement, TokenAmount shown, TokenAmount paying)
    {
        if (shown > GetReadingDebt(agreement).Owed)
            return paying.Value > UInt128.MaxValue - shown.Value ? null : Save(agreement, new ReadingDebt(shown + paying, shown));
        NotePromised(agreement, shown);
        return null;
    }

    ReadingDebt Save(AgreementId agreement, ReadingDebt debt)
    {
        Execute(
            """
            INSERT INTO reading (agreement, owed, promised) VALUES (@id, @owed, @promised)
            ON CONFLICT (agreement) DO UPDATE SET owed = excluded.owed, promised = excluded.promised
            """,
            new { id = agreement.ToString(), owed = debt.Owed.ToString(), promised = debt.Promised.ToString() });
        return debt;
    }

    sealed class DebtRow
    {
        public string Owed { get; init; } = "";
        public string Promised { get; init; } = "";

        public ReadingDebt ToDebt() => new(ParseAmount(Owed), ParseAmount(Promised));
    }

    sealed class PriceRow
    {
        public string PerGiB { get; init; } = "";

        public TokenAmount ToPrice() => ParseAmount(PerGiB);
    }

    static TokenAmount ParseAmount(string text) => UInt128.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
        ? new TokenAmount(value) : throw new CatalogUnusableException("The catalog holds an impossible amount.");
}
