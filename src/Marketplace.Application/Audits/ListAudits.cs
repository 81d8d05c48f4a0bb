using Marketplace.Chain;
using Marketplace.Chain.Audits;
using Marketplace.Chain.Contracts;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Audits;

/// <summary>Asks for the audits that a wallet demanded, or that were demanded of a provider.</summary>
/// <param name="Auditor">Who demanded; null for anybody.</param>
/// <param name="Provider">Of whom; null for anybody.</param>
public sealed record ListAudits(Address? Auditor, Address? Provider) : IRequest<AuditOverview>;

/// <summary>Audits at one moment.</summary>
/// <param name="Now">The newest block's time.</param>
/// <param name="Audits">In the order of their demand.</param>
public sealed record AuditOverview(DateTimeOffset Now, IReadOnlyList<AuditInfo> Audits);

/// <inheritdoc cref="ListAudits"/>
public sealed class ListAuditsHandler(Market market) : IRequestHandler<ListAudits, AuditOverview>
{
    /// <inheritdoc/>
    public async Task<AuditOverview> Handle(ListAudits request, CancellationToken cancellationToken)
    {
        var head = await market.Client.GetHeadAsync(cancellationToken);
        var demanded = await market.FindEventsAsync<StorageAudits.AuditDemandedEvent>(
            market.Audits.Address, StorageAudits.AuditDemandedEvent.Filter(provider: request.Provider), head, cancellationToken);
        var ids = demanded.Select(log => log.Event)
            .Where(demand => request.Auditor is not { } auditor || demand.Auditor == auditor).Select(demand => demand.Audit).Distinct().Order();
        return new AuditOverview(head.Timestamp, await market.Audits.GetManyAsync([.. ids], cancellationToken: cancellationToken));
    }
}
