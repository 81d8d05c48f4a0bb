using Marketplace.Application.Agreements;
using Marketplace.Application.Pipeline;
using Marketplace.Chain;
using Marketplace.Chain.Audits;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.JsonRpc;
using MediatR;

namespace Marketplace.Application.Audits;

/// <summary>
/// Does what a watch calls for: concludes audits whose deadline passed, demands others, and claims what slashes owe the wallet. What the
/// contracts refuse holds up nothing else; anything else that fails ends it there, and what was done before is told.
/// </summary>
/// <param name="Conclude">Audits that nobody answered.</param>
/// <param name="Demand">Audits to demand, each against its bond.</param>
public sealed record PursueAudits(IReadOnlyList<AuditId> Conclude, IReadOnlyList<AuditQuote> Demand) : IRequest<PursuedAudits>;

/// <summary>What was done.</summary>
/// <param name="Failed">Audits whose providers were slashed by this.</param>
/// <param name="Demanded">Audits that wait for their answers now.</param>
/// <param name="Refunded">What the agreements' escrow gave back, to be withdrawn.</param>
/// <param name="BondsReturned">Bonds of the failed audits, to be withdrawn.</param>
/// <param name="Compensated">What slashes paid, straight into the wallet.</param>
/// <param name="Refusals">One sentence for each step that was not possible.</param>
public sealed record PursuedAudits(
    IReadOnlyList<AuditInfo> Failed, IReadOnlyList<AuditInfo> Demanded, TokenAmount Refunded, TokenAmount BondsReturned, TokenAmount Compensated,
    IReadOnlyList<string> Refusals);

/// <inheritdoc cref="PursueAudits"/>
public sealed class PursueAuditsHandler(
    Market market, ISigner wallet, TransactionSender sender, ConsumerAgreements consumerAgreements, TimeProvider time)
    : IRequestHandler<PursueAudits, PursuedAudits>
{
    readonly List<string> refusals = [];
    bool isStopped;

    /// <inheritdoc/>
    public async Task<PursuedAudits> Handle(PursueAudits request, CancellationToken cancellationToken)
    {
        var (failed, refunded) = await ConcludeAsync(request.Conclude, cancellationToken);
        var demanded = new List<AuditInfo>();
        foreach (var quote in request.Demand)
            if (await DemandAsync(quote, cancellationToken) is { } audit)
                demanded.Add(audit);
        var claim = await TryAsync(
            "Compensation could not be claimed",
            () => new ClaimCompensationHandler(market, wallet, sender, consumerAgreements).Handle(new ClaimCompensation(null), cancellationToken));
        return new PursuedAudits(
            failed, demanded, refunded, failed.Aggregate(TokenAmount.Zero, (sum, audit) => sum + audit.Bond), claim?.Total ?? TokenAmount.Zero, refusals);
    }

    async Task<(IReadOnlyList<AuditInfo> Failed, TokenAmount Refunded)> ConcludeAsync(
        IReadOnlyList<AuditId> audits, CancellationToken cancellationToken)
    {
        var (failed, refunded) = (new List<AuditInfo>(), TokenAmount.Zero);
        foreach (var id in audits)
        {
            var conclusion = await TryAsync(
                $"Audit {id} could not be concluded", () => new ConcludeAuditHandler(market, sender).Handle(new ConcludeAudit(id), cancellationToken));
            if (conclusion is not AuditConclusion.Failed done)
                continue;
            failed.Add(done.Audit);
            refunded += done.Refunded;
        }
        return (failed, refunded);
    }

    async Task<AuditInfo?> DemandAsync(AuditQuote quote, CancellationToken cancellationToken)
    {
        var demand = await TryAsync(
            $"Agreement {quote.Agreement.Id} could not be audited",
            () => new DemandAuditHandler(market, wallet, sender, time).Handle(new DemandAudit(quote), cancellationToken));
        if (demand is AuditDemand.NotEnoughTokens missing)
            refusals.Add($"Agreement {quote.Agreement.Id} was not audited: the bond is {missing.Needed.ToTokens()}, and the wallet has {missing.Balance.ToTokens()}.");
        return (demand as AuditDemand.Demanded)?.Audit;
    }

    /// <summary>
    /// Null, with the reason among the refusals, where a contract refused, as somebody else may have been faster; or where sending failed, after which
    /// nothing more is tried: the wallet's next transactions would wait behind one of which nobody knows.
    /// </summary>
    async Task<T?> TryAsync<T>(string what, Func<Task<T>> step) where T : class
    {
        if (isStopped)
            return null;
        try
        {
            return await step();
        }
        catch (Exception fault) when (ContractRefusals.In(fault) is { } refusal)
        {
            refusals.Add($"{what}: {refusal}");
        }
        catch (Exception fault) when (fault is EthereumRpcException or FeeCapExceededException or TransactionException)
        {
            isStopped = true;
            refusals.Add($"{what}, and nothing more was tried: {fault.Message}");
        }
        return null;
    }
}
