using Marketplace.Application.Money;
using Marketplace.Chain;
using Marketplace.Chain.Agreements;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Agreements;

/// <summary>Adds space or time to an agreement, at no more than was quoted.</summary>
/// <param name="Quote">From <see cref="QuoteExtension"/>. A price that rose since is refused by the contract.</param>
public sealed record ExtendAgreement(ExtensionQuote Quote) : IRequest<ExtensionResult>;

/// <summary>How extending ended.</summary>
public abstract record ExtensionResult
{
    ExtensionResult()
    {
    }

    /// <summary>Done.</summary>
    /// <param name="Agreement">As the chain has it now.</param>
    /// <param name="Deposit">What was taken.</param>
    /// <param name="Transaction">What did it.</param>
    public sealed record Extended(AgreementInfo Agreement, TokenAmount Deposit, Hash256 Transaction) : ExtensionResult;

    /// <summary>The wallet has too little; nothing was sent.</summary>
    public sealed record NotEnoughTokens(TokenAmount Balance, TokenAmount Needed) : ExtensionResult;
}

/// <inheritdoc cref="ExtendAgreement"/>
public sealed class ExtendAgreementHandler(Market market, ISigner wallet, TransactionSender sender, TimeProvider time)
    : IRequestHandler<ExtendAgreement, ExtensionResult>
{
    /// <inheritdoc/>
    public async Task<ExtensionResult> Handle(ExtendAgreement request, CancellationToken cancellationToken)
    {
        var (before, extension) = (request.Quote.Agreement, request.Quote.Extension);
        var balance = await market.Token.GetBalanceAsync(wallet.Address, cancellationToken: cancellationToken);
        if (balance < extension.MaxDeposit)
            return new ExtensionResult.NotEnoughTokens(balance, extension.MaxDeposit);
        var permit = await Permits.SignAsync(market, wallet, market.Escrow.Address, extension.MaxDeposit, time, cancellationToken);
        var receipt = await sender.SendAsync(
            market.Agreements.Extend(before.Id, extension, permit), $"extend-{before.Id}-{Guid.NewGuid():N}", cancellationToken);
        var after = await market.Agreements.FindAsync(before.Id, cancellationToken: cancellationToken) ?? before;
        return new ExtensionResult.Extended(after, after.Deposited - before.Deposited, receipt.TransactionHash);
    }
}
