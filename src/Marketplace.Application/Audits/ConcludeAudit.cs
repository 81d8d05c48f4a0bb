using Marketplace.Chain;
using Marketplace.Chain.Audits;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Accounts;
using MediatR;

namespace Marketplace.Application.Audits;

/// <summary>After its deadline: slashes the provider of an audit that was not answered, voids the agreement and gives the bond back.</summary>
/// <param name="Id">The audit.</param>
public sealed record ConcludeAudit(AuditId Id) : IRequest<AuditConclusion>;

/// <summary>How concluding ended.</summary>
public abstract record AuditConclusion
{
    AuditConclusion()
    {
    }

    /// <summary>The provider failed.</summary>
    /// <param name="Audit">As the chain has it now.</param>
    /// <param name="Refunded">What the agreement's escrow gave back to its consumer, to be withdrawn.</param>
    public sealed record Failed(AuditInfo Audit, TokenAmount Refunded) : AuditConclusion;

    /// <summary>It came to its end before; nothing was sent.</summary>
    public sealed record Over(AuditInfo Audit) : AuditConclusion;

    /// <summary>It can still be answered; nothing was sent.</summary>
    public sealed record NotYet(AuditInfo Audit) : AuditConclusion;

    /// <summary>There is no such audit.</summary>
    public sealed record Unknown : AuditConclusion;
}

/// <inheritdoc cref="ConcludeAudit"/>
public sealed class ConcludeAuditHandler(Market market, TransactionSender sender) : IRequestHandler<ConcludeAudit, AuditConclusion>
{
    /// <inheritdoc/>
    public async Task<AuditConclusion> Handle(ConcludeAudit request, CancellationToken cancellationToken)
    {
        if (await market.Audits.FindAsync(request.Id, cancellationToken: cancellationToken) is not { } audit)
            return new AuditConclusion.Unknown();
        if (audit.State != AuditState.Demanded)
            return new AuditConclusion.Over(audit);
        var head = await market.Client.GetHeadAsync(cancellationToken);
        if (head.Timestamp <= audit.Deadline)
            return new AuditConclusion.NotYet(audit);
        var before = await market.Agreements.FindAsync(audit.Agreement, cancellationToken: cancellationToken);
        await sender.SendAsync(market.Audits.Conclude(request.Id), $"conclude-{request.Id}", cancellationToken);
        var after = await market.Agreements.FindAsync(audit.Agreement, cancellationToken: cancellationToken);
        return new AuditConclusion.Failed(
            await market.Audits.FindAsync(request.Id, cancellationToken: cancellationToken) ?? audit,
            after is null || before is null ? TokenAmount.Zero : after.Refunded - before.Refunded);
    }
}
