using Marketplace.Application.Money;
using Marketplace.Chain;
using Marketplace.Chain.Agreements;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Agreements;

/// <summary>Pays in advance for reading from agreements, all or none in one transaction.</summary>
/// <param name="Amounts">One agreement or more, each once and with more than nothing.</param>
public sealed record DepositForReading(IReadOnlyList<(AgreementId Agreement, TokenAmount Amount)> Amounts) : IRequest<ReadingDeposit>;

/// <summary>How a deposit for reading ended.</summary>
public abstract record ReadingDeposit
{
    ReadingDeposit()
    {
    }

    /// <summary>Done.</summary>
    public sealed record Deposited(Hash256 Transaction) : ReadingDeposit;

    /// <summary>These are no agreements of the wallet that are proposed or run; nothing was sent.</summary>
    public sealed record Unusable(IReadOnlyList<AgreementId> Agreements) : ReadingDeposit;

    /// <summary>The wallet has too little; nothing was sent.</summary>
    public sealed record NotEnoughTokens(TokenAmount Balance, TokenAmount Needed) : ReadingDeposit;
}

/// <inheritdoc cref="DepositForReading"/>
public sealed class DepositForReadingHandler(Market market, ISigner wallet, TransactionSender sender, TimeProvider time)
    : IRequestHandler<DepositForReading, ReadingDeposit>
{
    /// <inheritdoc/>
    public async Task<ReadingDeposit> Handle(DepositForReading request, CancellationToken cancellationToken)
    {
        var ids = request.Amounts.Select(row => row.Agreement).ToList();
        var usable = (await market.Agreements.GetManyAsync(ids, cancellationToken: cancellationToken))
            .Where(agreement => agreement.Consumer == wallet.Address)
            .Where(agreement => agreement.State is AgreementState.Proposed or AgreementState.Active or AgreementState.Terminated)
            .Select(agreement => agreement.Id).ToHashSet();
        if (ids.Where(id => !usable.Contains(id)).ToList() is { Count: > 0 } unusable)
            return new ReadingDeposit.Unusable(unusable);
        var total = request.Amounts.Aggregate(TokenAmount.Zero, (sum, row) => sum + row.Amount);
        var balance = await market.Token.GetBalanceAsync(wallet.Address, cancellationToken: cancellationToken);
        if (balance < total)
            return new ReadingDeposit.NotEnoughTokens(balance, total);
        var permit = await Permits.SignAsync(market, wallet, market.Escrow.Address, total, time, cancellationToken);
        var receipt = await sender.SendAsync(market.Egress.Deposit(request.Amounts, permit), $"reading-{Guid.NewGuid():N}", cancellationToken);
        return new ReadingDeposit.Deposited(receipt.TransactionHash);
    }
}
