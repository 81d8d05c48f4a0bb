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
/// <param name="Unlisted">Agreements of the same data key that run, and that the catalog does not know: nobody watches them.</param>
public sealed record AgreementWatch(
    Epoch Now, IReadOnlyList<WatchedAgreement> Agreements, IReadOnlyList<AuditInfo> Unanswered, TokenAmount Compensation,
    IReadOnlyList<AgreementId> Unlisted)
{
    /// <summary>The audits that are called for and can be demanded now.</summary>
    public IReadOnlyList<AuditQuote> Remedies => [.. Agreements.Select(row => row.Remedy).OfType<AuditQuote>()];

    /// <summary>Whether every provider proves what it signed, no audit waits, and no agreement is left out.</summary>
    public bool IsFine => Unanswered.Count == 0 && Unlisted.Count == 0 && Agreements.All(row => row.Health.IsFine && row.Open is null);
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
    /// <summary>Of the epochs that are waited between audits of an agreement: far beyond any term.</summary>
    const int MostDoublings = 32;

    /// <inheritdoc/>
    public async Task<AgreementWatch> Handle(WatchAgreements request, CancellationToken cancellationToken)
    {
        var overview = await new ListAuditsHandler(market).Handle(new ListAudits(request.Auditor, Provider: null), cancellationToken);
        var open = overview.Audits.Where(audit => audit.State == AuditState.Demanded).ToLookup(audit => audit.Deadline < overview.Now);
        var lost = overview.Audits.Where(audit => audit.State is AuditState.Answered or AuditState.Superseded)
            .GroupBy(audit => audit.Agreement).ToDictionary(
                audits => audits.Key, audits => new LostBonds(audits.Count(), market.Clock.EpochAt(audits.Max(audit => audit.DemandedAt))));
        var now = await market.Parameters.GetCurrentEpochAsync(cancellationToken: cancellationToken);
        var rows = new List<WatchedAgreement>();
        foreach (var health in await proofs.CheckAsync(lost.ToDictionary(row => row.Key, row => row.Value.Last), cancellationToken))
            rows.Add(await DescribeAsync(request.Auditor, health, open[false], lost.GetValueOrDefault(health.Agreement.Id), now, cancellationToken));
        return new AgreementWatch(
            now, rows, [.. open[true]], await FindCompensationAsync(request.Auditor, cancellationToken), await proofs.FindUnlistedAsync(cancellationToken));
    }

    async Task<TokenAmount> FindCompensationAsync(Address wallet, CancellationToken cancellationToken)
    {
        var own = await consumerAgreements.FindAsync(wallet, cancellationToken);
        var owed = await market.Stakes.GetCompensationsAsync([.. own.Select(agreement => agreement.Id)], cancellationToken: cancellationToken);
        return owed.Aggregate(TokenAmount.Zero, (sum, amount) => sum + amount);
    }

    /// <summary>
    /// Audits of one agreement that cost their bonds. A provider that keeps everything and shows nothing would live on them: the next one waits twice
    /// as long each time.
    /// </summary>
    /// <param name="Count">How many.</param>
    /// <param name="Last">The epoch of the last one's demand.</param>
    sealed record LostBonds(int Count, Epoch Last)
    {
        public Epoch Next => Last + (1UL << Math.Min(Count, MostDoublings));
    }

    async Task<WatchedAgreement> DescribeAsync(
        Address auditor, ProofHealth health, IEnumerable<AuditInfo> waiting, LostBonds? lost, Epoch now, CancellationToken cancellationToken)
    {
        if (waiting.FirstOrDefault(audit => audit.Agreement == health.Agreement.Id) is { } open)
            return new WatchedAgreement(health, open, null, null);
        if (!health.CallsForAudit)
            return new WatchedAgreement(health, null, null, null);
        if (!health.Binds)
            return new WatchedAgreement(health, null, null, "What the provider countersigned does not bind it: its present key has to sign first.");
        if (lost is not null && now < lost.Next)
            return new WatchedAgreement(
                health, null, null,
                $"The provider has answered {lost.Count} audits of it, each for its bond, and still does not prove it: end it. The next audit waits until epoch {lost.Next}.");
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
