using Marketplace.Application.Agreements;
using Marketplace.Chain;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Audits;
using Marketplace.Client.Catalog;
using Marketplace.Client.Watching;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Audits;

/// <summary>
/// Asks of every agreement that runs whether its provider proves what both sides signed last, and what an audit would take where it does not;
/// nothing is spent.
/// </summary>
/// <param name="Auditor">The wallet that would demand audits.</param>
public sealed record WatchAgreements(Address Auditor) : IRequest<AgreementWatch>;

/// <summary>How agreements do at one epoch.</summary>
/// <param name="Now">The epoch.</param>
/// <param name="Agreements">Those that run, by number.</param>
/// <param name="Unanswered">The wallet's audits, of any agreement, whose deadline passed: to be concluded.</param>
/// <param name="Compensation">What slashes owe the wallet, of all its agreements: to be claimed.</param>
public sealed record AgreementWatch(
    Epoch Now, IReadOnlyList<WatchedAgreement> Agreements, IReadOnlyList<AuditInfo> Unanswered, TokenAmount Compensation)
{
    /// <summary>The audits that are called for and can be demanded now.</summary>
    public IReadOnlyList<AuditQuote> Remedies => [.. Agreements.Select(row => row.Remedy).OfType<AuditQuote>()];

    /// <summary>Whether every provider proves what it signed, and no audit waits.</summary>
    public bool IsFine => Unanswered.Count == 0 && Agreements.All(row => row.Health.IsFine && row.Open is null);
}

/// <summary>An agreement that is watched.</summary>
/// <param name="Health">What its provider proves.</param>
/// <param name="Open">The wallet's audit of it that waits for its answer.</param>
/// <param name="Remedy">An audit of a random leaf, where one is called for and possible.</param>
/// <param name="Hindrance">Why there is none although it is called for: one sentence.</param>
public sealed record WatchedAgreement(ProofHealth Health, AuditInfo? Open, AuditQuote? Remedy, string? Hindrance);

/// <inheritdoc cref="WatchAgreements"/>
public sealed class WatchAgreementsHandler(Market market, ProofWatch proofs, ConsumerAgreements consumerAgreements)
    : IRequestHandler<WatchAgreements, AgreementWatch>
{
    /// <inheritdoc/>
    public async Task<AgreementWatch> Handle(WatchAgreements request, CancellationToken cancellationToken)
    {
        var overview = await new ListAuditsHandler(market).Handle(new ListAudits(request.Auditor, Provider: null), cancellationToken);
        var open = overview.Audits.Where(audit => audit.State == AuditState.Demanded).ToLookup(audit => audit.Deadline < overview.Now);
        var rows = new List<WatchedAgreement>();
        foreach (var health in await proofs.CheckAsync(cancellationToken))
            rows.Add(await DescribeAsync(request.Auditor, health, open[false], cancellationToken));
        return new AgreementWatch(
            await market.Parameters.GetCurrentEpochAsync(cancellationToken: cancellationToken), rows, [.. open[true]],
            await FindCompensationAsync(request.Auditor, cancellationToken));
    }

    async Task<TokenAmount> FindCompensationAsync(Address wallet, CancellationToken cancellationToken)
    {
        var own = await consumerAgreements.FindAsync(wallet, cancellationToken);
        var owed = await market.Stakes.GetCompensationsAsync([.. own.Select(agreement => agreement.Id)], cancellationToken: cancellationToken);
        return owed.Aggregate(TokenAmount.Zero, (sum, amount) => sum + amount);
    }

    async Task<WatchedAgreement> DescribeAsync(
        Address auditor, ProofHealth health, IEnumerable<AuditInfo> waiting, CancellationToken cancellationToken)
    {
        if (waiting.FirstOrDefault(audit => audit.Agreement == health.Agreement.Id) is { } open)
            return new WatchedAgreement(health, open, null, null);
        if (!health.CallsForAudit)
            return new WatchedAgreement(health, null, null, null);
        if (HeldOf(health.Held) is not { } held)
            return new WatchedAgreement(health, null, null, "The catalog has not both signatures of the revision.");
        var quoting = await new QuoteAuditHandler(market).Handle(
            new QuoteAudit(auditor, health.Agreement.Id, held, Leaf: null), cancellationToken);
        return quoting is AuditQuoting.Quoted { Quote: var quote }
            ? new WatchedAgreement(health, null, quote, null)
            : new WatchedAgreement(health, null, null, ReasonOf(quoting));
    }

    /// <summary>Null where something is missing that only a damaged catalog lacks.</summary>
    static HeldRevision? HeldOf(RentedAgreement agreement) =>
        agreement is { ConsumerSignature: { } consumer, ProviderSignature: { } provider, Revision: var revision }
            ? new HeldRevision(new RevisionInfo(revision.Number, revision.DataRoot, revision.Weight), consumer, provider)
            : null;

    static string ReasonOf(AuditQuoting quoting) => quoting switch
    {
        AuditQuoting.NotNow => "It ends before an answer would be due.",
        AuditQuoting.Stale stale => $"The provider has shown revision {stale.Acknowledged} on chain, the catalog has {stale.Held}.",
        AuditQuoting.Open open => $"Audit {open.Audit.Id} has passed its deadline: conclude it first.",
        _ => "It cannot be audited.",
    };
}
