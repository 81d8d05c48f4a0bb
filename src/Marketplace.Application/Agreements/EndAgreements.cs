using Marketplace.Application.Transactions;
using Marketplace.Chain;
using Marketplace.Chain.Agreements;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Agreements;

/// <summary>Asks for the transactions that end agreements early: one, or as few as the gas of one allows. Nothing is sent.</summary>
/// <param name="Account">Who would send them.</param>
/// <param name="Quotes">From <see cref="QuoteEndings"/>.</param>
public sealed record PrepareEndings(Address Account, IReadOnlyList<EndingQuote> Quotes) : IRequest<IReadOnlyList<TransactionPart<EndingQuote>>>
{
    /// <inheritdoc cref="PrepareExtensions.MostGas"/>
    public ulong MostGas { get; init; } = GasRoom.Most;
}

/// <summary>Ends agreements early with one transaction, each after its notice; unanswered proposals are taken back. All of them or none.</summary>
/// <param name="Quotes">Of one of the parts of <see cref="PrepareEndings"/>.</param>
public sealed record EndAgreements(IReadOnlyList<EndingQuote> Quotes) : IRequest<AgreementsEnded>;

/// <summary>Agreements that were ended.</summary>
/// <param name="Agreements">In the order of the quotes.</param>
/// <param name="Transaction">What did it.</param>
public sealed record AgreementsEnded(IReadOnlyList<EndedAgreement> Agreements, Hash256 Transaction);

/// <summary>An agreement that was ended.</summary>
/// <param name="Agreement">As the chain has it now.</param>
/// <param name="Refunded">What became the consumer's by this, to be withdrawn.</param>
public sealed record EndedAgreement(AgreementInfo Agreement, TokenAmount Refunded);

/// <inheritdoc cref="PrepareEndings"/>
public sealed class PrepareEndingsHandler(Market market) : IRequestHandler<PrepareEndings, IReadOnlyList<TransactionPart<EndingQuote>>>
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<TransactionPart<EndingQuote>>> Handle(PrepareEndings request, CancellationToken cancellationToken) =>
        TransactionParts.DivideAsync(market, request.Account, request.Quotes, quotes => ActionOf(market, quotes), request.MostGas, cancellationToken);

    /// <summary>All of them as one transaction.</summary>
    internal static WalletAction ActionOf(Market market, IReadOnlyList<EndingQuote> quotes) => WalletAction.Of(market.Agreements.Together(
    [
        .. quotes.Select(quote => quote.Agreement.State == AgreementState.Proposed
            ? market.Agreements.WithdrawProposal(quote.Agreement.Id) : market.Agreements.Terminate(quote.Agreement.Id)),
    ]));
}

/// <inheritdoc cref="EndAgreements"/>
public sealed class EndAgreementsHandler(Market market, TransactionSender sender) : IRequestHandler<EndAgreements, AgreementsEnded>
{
    /// <inheritdoc/>
    public async Task<AgreementsEnded> Handle(EndAgreements request, CancellationToken cancellationToken)
    {
        var before = request.Quotes.Select(quote => quote.Agreement).ToList();
        var receipt = await sender.SendAsync(
            PrepareEndingsHandler.ActionOf(market, request.Quotes).Request(null), $"end-{string.Join('-', before.Select(agreement => agreement.Id))}", cancellationToken);
        var after = await market.Agreements.GetManyAsync([.. before.Select(agreement => agreement.Id)], cancellationToken: cancellationToken);
        return new AgreementsEnded([.. before.Zip(after, (then, now) => new EndedAgreement(now, now.Refunded - then.Refunded))], receipt.TransactionHash);
    }
}
