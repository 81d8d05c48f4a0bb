using Marketplace.Chain;
using Marketplace.Chain.Agreements;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Accounts;
using MediatR;

namespace Marketplace.Application.Agreements;

/// <summary>Ends an agreement early, after its notice; an unanswered proposal is taken back.</summary>
/// <param name="Id">The agreement.</param>
public sealed record EndAgreement(AgreementId Id) : IRequest<AgreementEnding>;

/// <summary>How ending an agreement ended.</summary>
public abstract record AgreementEnding
{
    AgreementEnding()
    {
    }

    /// <summary>Done.</summary>
    /// <param name="Agreement">As the chain has it now.</param>
    /// <param name="Refunded">What became the consumer's by this, to be withdrawn.</param>
    public sealed record Done(AgreementInfo Agreement, TokenAmount Refunded) : AgreementEnding;

    /// <summary>There is no such agreement of this wallet.</summary>
    public sealed record Unknown : AgreementEnding;

    /// <summary>What was asked for does not fit the agreement now; nothing was sent.</summary>
    /// <param name="Agreement">As the chain has it.</param>
    /// <param name="Now">The epoch.</param>
    public sealed record NotNow(AgreementInfo Agreement, Epoch Now) : AgreementEnding;
}

/// <inheritdoc cref="EndAgreement"/>
public sealed class EndAgreementHandler(Market market, ISigner wallet, TransactionSender sender) : IRequestHandler<EndAgreement, AgreementEnding>
{
    /// <inheritdoc/>
    public async Task<AgreementEnding> Handle(EndAgreement request, CancellationToken cancellationToken)
    {
        if (await market.Agreements.FindAsync(request.Id, cancellationToken: cancellationToken) is not { } before || before.Consumer != wallet.Address)
            return new AgreementEnding.Unknown();
        var now = await market.Parameters.GetCurrentEpochAsync(cancellationToken: cancellationToken);
        var transaction = before.State switch
        {
            AgreementState.Proposed => market.Agreements.WithdrawProposal(request.Id),
            AgreementState.Active when now < before.End => market.Agreements.Terminate(request.Id),
            _ => null,
        };
        if (transaction is null)
            return new AgreementEnding.NotNow(before, now);
        await sender.SendAsync(transaction, $"end-{request.Id}", cancellationToken);
        var after = await market.Agreements.FindAsync(request.Id, cancellationToken: cancellationToken) ?? before;
        return new AgreementEnding.Done(after, after.Refunded - before.Refunded);
    }
}
