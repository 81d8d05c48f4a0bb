using Marketplace.Application.Money;
using Marketplace.Application.Transactions;
using Marketplace.Chain;
using Marketplace.Chain.Agreements;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Agreements;

/// <summary>
/// Asks for the transactions that extend agreements: one, with one permit for the sum, or as few as the gas of one allows. Nothing is signed or sent.
/// </summary>
/// <param name="Account">Who would send them.</param>
/// <param name="Quotes">From <see cref="QuoteExtensions"/>. A price that rose since is refused by the contract.</param>
public sealed record PrepareExtensions(Address Account, IReadOnlyList<ExtensionQuote> Quotes) : IRequest<IReadOnlyList<TransactionPart<ExtensionQuote>>>
{
    /// <summary>Of one transaction; what every chain allows by default.</summary>
    public ulong MostGas { get; init; } = GasRoom.Most;
}

/// <summary>Adds space or time to agreements with one transaction, at no more than was quoted; to all of them or to none.</summary>
/// <param name="Quotes">Of one of the parts of <see cref="PrepareExtensions"/>.</param>
public sealed record ExtendAgreements(IReadOnlyList<ExtensionQuote> Quotes) : IRequest<ExtensionResult>;

/// <summary>How extending ended.</summary>
public abstract record ExtensionResult
{
    ExtensionResult()
    {
    }

    /// <summary>Done.</summary>
    /// <param name="Agreements">In the order of the quotes.</param>
    /// <param name="Transaction">What did it.</param>
    public sealed record Extended(IReadOnlyList<ExtendedAgreement> Agreements, Hash256 Transaction) : ExtensionResult;

    /// <summary>The wallet has too little; nothing was sent.</summary>
    public sealed record NotEnoughTokens(TokenAmount Balance, TokenAmount Needed) : ExtensionResult;
}

/// <summary>An agreement that has more space or time.</summary>
/// <param name="Agreement">As the chain has it now.</param>
/// <param name="Deposit">What was taken.</param>
public sealed record ExtendedAgreement(AgreementInfo Agreement, TokenAmount Deposit);

/// <inheritdoc cref="PrepareExtensions"/>
public sealed class PrepareExtensionsHandler(Market market) : IRequestHandler<PrepareExtensions, IReadOnlyList<TransactionPart<ExtensionQuote>>>
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<TransactionPart<ExtensionQuote>>> Handle(PrepareExtensions request, CancellationToken cancellationToken) =>
        TransactionParts.DivideAsync(market, request.Account, request.Quotes, quotes => ActionOf(market, quotes), request.MostGas, cancellationToken);

    /// <summary>All of them as one transaction.</summary>
    internal static WalletAction ActionOf(Market market, IReadOnlyList<ExtensionQuote> quotes) => new(
        permit => market.Agreements.Extend([.. quotes.Select(quote => (quote.Agreement.Id, quote.Extension))], permit),
        new TokenNeed(market.Escrow.Address, quotes.Aggregate(TokenAmount.Zero, (sum, quote) => sum + quote.Deposit)));
}

/// <inheritdoc cref="ExtendAgreements"/>
public sealed class ExtendAgreementsHandler(Market market, ISigner wallet, TransactionSender sender, TimeProvider time)
    : IRequestHandler<ExtendAgreements, ExtensionResult>
{
    /// <inheritdoc/>
    public async Task<ExtensionResult> Handle(ExtendAgreements request, CancellationToken cancellationToken)
    {
        var action = PrepareExtensionsHandler.ActionOf(market, request.Quotes);
        var needed = action.Allowance!.Amount;
        var balance = await market.Token.GetBalanceAsync(wallet.Address, cancellationToken: cancellationToken);
        if (balance < needed)
            return new ExtensionResult.NotEnoughTokens(balance, needed);
        var before = request.Quotes.Select(quote => quote.Agreement).ToList();
        var permit = await Permits.SignAsync(market, wallet, market.Escrow.Address, needed, time, cancellationToken);
        var receipt = await sender.SendAsync(action.Request(permit), $"extend-{before[0].Id}-{Guid.NewGuid():N}", cancellationToken);
        var after = await market.Agreements.GetManyAsync([.. before.Select(agreement => agreement.Id)], cancellationToken: cancellationToken);
        return new ExtensionResult.Extended(
            [.. before.Zip(after, (then, now) => new ExtendedAgreement(now, now.Deposited - then.Deposited))], receipt.TransactionHash);
    }
}
