using System.Globalization;
using Marketplace.Chain;
using Marketplace.Chain.Agreements;
using Marketplace.Client.Catalog;
using Marketplace.Client.Transport;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Client.Renting;

/// <summary>How renting ended.</summary>
public abstract record RentalResult
{
    RentalResult()
    {
    }

    /// <summary>The agreements are open; those whose provider accepts by hand wait for that.</summary>
    /// <param name="Agreements">Their numbers.</param>
    /// <param name="Transaction">What opened them.</param>
    public sealed record Opened(IReadOnlyList<AgreementId> Agreements, Hash256 Transaction) : RentalResult;

    /// <summary>The wallet has too little; nothing was sent.</summary>
    public sealed record NotEnoughTokens(TokenAmount Balance, TokenAmount Needed) : RentalResult
    {
        /// <summary>One sentence for people.</summary>
        public string Message => $"You have {Balance.ToTokens()} SPACE, this needs {Needed.ToTokens()}.";
    }
}

/// <summary>Rents space at many providers in one transaction.</summary>
public sealed class RentalService(
    Market market, ChainMarketView view, IProviderTransport transport, CatalogDatabase catalog, TimeProvider time)
{
    /// <summary>The newest block that was searched for agreements.</summary>
    const string SeenProperty = "agreements-seen-to";

    /// <summary>Blocks that are looked at again, since the chain may have replaced them.</summary>
    const ulong ReorganisedAtMost = 256;

    static readonly TimeSpan PermitLife = TimeSpan.FromHours(1);

    /// <summary>Chooses providers to rent from.</summary>
    public RentalQuotes Quotes { get; } = new(view, transport);

    /// <summary>Opens the agreements of a quote, at no more than its prices, and notes them in the catalog.</summary>
    /// <param name="quote">From <see cref="Quotes"/>.</param>
    /// <param name="dataKey">The vault's data key, which may use the agreements.</param>
    /// <param name="signer">The wallet; signs the permit.</param>
    /// <param name="sender">The wallet's transactions.</param>
    /// <param name="cancellationToken">Gives up waiting; a transaction that was sent may take effect all the same.</param>
    /// <exception cref="Ethereum.Contracts.ContractErrorException">A listing changed in the meantime.</exception>
    public async Task<RentalResult> RentAsync(
        RentalQuote quote, Address dataKey, ISigner signer, TransactionSender sender, CancellationToken cancellationToken)
    {
        var balance = await market.Token.GetBalanceAsync(signer.Address, default, cancellationToken);
        if (balance < quote.Deposit)
            return new RentalResult.NotEnoughTokens(balance, quote.Deposit);
        var requests = RequestsOf(quote, dataKey);
        var permit = quote.Deposit == TokenAmount.Zero
            ? null
            : await market.Token.SignPermitAsync(
                signer, market.Escrow.Address, quote.Deposit, time.GetUtcNow() + PermitLife, cancellationToken);
        var receipt = await sender.SendAsync(market.Agreements.Open(requests, permit), $"rent-{Guid.NewGuid():N}", cancellationToken);
        var opened = market.Agreements.ReadOpened(receipt);
        // The prices of reading that were agreed to; no answer of the endpoint's raises them.
        catalog.Write(change =>
        {
            foreach (var (agreement, row) in opened.Zip(quote.Offers))
                change.NoteReadingPrice(agreement, row.Offer.EgressPrice);
        });
        // The transaction is paid for: noting it must not be cancelled. Should this process die here, the next synchronisation finds them.
        await SynchroniseAsync(opened, dataKey, CancellationToken.None);
        return new RentalResult.Opened(opened, receipt.TransactionHash);
    }

    /// <summary>What a quote asks of the contracts, at no more than its prices.</summary>
    public static IReadOnlyList<AgreementRequest> RequestsOf(RentalQuote quote, Address dataKey) =>
        [.. quote.Offers.Select(row => new AgreementRequest(
            row.Offer.Listing, quote.Need.Space, quote.Need.Term, dataKey, RentalQuotes.DepositOf([row], quote.Need), row.Offer.EgressPrice))];

    /// <summary>
    /// Notes the data key's agreements that hold or may hold something, with the terms that they have now. Those that the chain has taken back, and
    /// in which nothing was stored, are forgotten. Blocks that an earlier call has looked at are not looked at again.
    /// </summary>
    public async Task SynchroniseAsync(Address dataKey, CancellationToken cancellationToken)
    {
        var (known, seen) = catalog.Read(read => (read.ListAgreements(), read.GetProperty(SeenProperty)));
        var from = seen is null ? 0 : ulong.Parse(seen, CultureInfo.InvariantCulture);
        var head = await market.Client.GetBlockNumberAsync(cancellationToken);
        var found = await view.FindAgreementsAsync(dataKey, from > ReorganisedAtMost ? from - ReorganisedAtMost : 0, head, cancellationToken);
        await SynchroniseAsync([.. found.Union(known.Select(agreement => agreement.Id))], dataKey, cancellationToken);
        catalog.Write(change => change.SetProperty(SeenProperty, head.ToString(CultureInfo.InvariantCulture)));
    }

    async Task SynchroniseAsync(IReadOnlyList<AgreementId> ids, Address dataKey, CancellationToken cancellationToken)
    {
        var agreements = (await market.Agreements.GetManyAsync(ids, default, cancellationToken)).ToDictionary(agreement => agreement.Id);
        catalog.Write(change =>
        {
            foreach (var id in ids)
                if (agreements.TryGetValue(id, out var agreement) && agreement.DataKey == dataKey)
                    SaveTerms(change, agreement);
                else if (change.FindAgreement(id) is { Revision.Number: 0 } && change.FindPending(id) is null)
                    change.RemoveAgreement(id);
        });
    }

    static void SaveTerms(CatalogTransaction change, AgreementInfo agreement)
    {
        if (agreement.State is not (AgreementState.Active or AgreementState.Terminated))
            return;
        change.SaveTerms(agreement.Id, agreement.Provider, agreement.Space, agreement.End, takesData: agreement.State == AgreementState.Active);
        change.NoteReadingPrice(agreement.Id, agreement.EgressPrice);
    }
}
