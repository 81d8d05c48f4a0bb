using Marketplace.Application.Money;
using Marketplace.Chain;
using Marketplace.Chain.Audits;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Audits;

/// <summary>Demands a leaf of a held revision, against the bond.</summary>
/// <param name="Quote">From <see cref="QuoteAudit"/>.</param>
public sealed record DemandAudit(AuditQuote Quote) : IRequest<AuditDemand>;

/// <summary>How demanding ended.</summary>
public abstract record AuditDemand
{
    AuditDemand()
    {
    }

    /// <summary>The provider has until the audit's deadline.</summary>
    public sealed record Demanded(AuditInfo Audit, Hash256 Transaction) : AuditDemand;

    /// <summary>The wallet has less than the bond, which may have been raised since; nothing was sent.</summary>
    public sealed record NotEnoughTokens(TokenAmount Balance, TokenAmount Needed) : AuditDemand;
}

/// <inheritdoc cref="DemandAudit"/>
public sealed class DemandAuditHandler(Market market, ISigner wallet, TransactionSender sender, TimeProvider time)
    : IRequestHandler<DemandAudit, AuditDemand>
{
    /// <inheritdoc/>
    public async Task<AuditDemand> Handle(DemandAudit request, CancellationToken cancellationToken)
    {
        var quote = request.Quote;
        var balance = await market.Token.GetBalanceAsync(wallet.Address, cancellationToken: cancellationToken);
        if (balance < quote.Bond)
            return new AuditDemand.NotEnoughTokens(balance, quote.Bond);
        // The permit is for the bond that was shown: the contract takes no more.
        var permit = await Permits.SignAsync(market, wallet, market.Escrow.Address, quote.Bond, time, cancellationToken);
        var demand = market.Audits.Demand(
            quote.Agreement.Id, quote.Held.Revision, quote.Held.ConsumerSignature.ToArray(), quote.Held.ProviderSignature.ToArray(), quote.Leaf, permit);
        var receipt = await sender.SendAsync(demand, $"audit-{Guid.NewGuid():N}", cancellationToken);
        var id = market.Audits.ReadDemanded(receipt);
        var audit = await market.Audits.FindAsync(id, cancellationToken: cancellationToken)
            ?? throw new Ethereum.JsonRpc.RpcProtocolException($"The endpoint does not know audit {id}, whose demand is in its chain.");
        return new AuditDemand.Demanded(audit, receipt.TransactionHash);
    }
}
