using Marketplace.Chain;
using Marketplace.Chain.Agreements;
using Marketplace.Client.Catalog;
using Marketplace.Client.Renting;
using Marketplace.Client.Revisions;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;

namespace Marketplace.Client.Watching;

/// <summary>
/// Compares what providers prove with what both sides signed last: an epoch's proof shows that a provider keeps what its checkpoint names, and not
/// that this is the newest, nor that every agreement is in it (docs/threat-model.md, "What only an audit shows").
/// </summary>
/// <param name="market">The contracts.</param>
/// <param name="view">The same market.</param>
/// <param name="nodes">Asks nodes.</param>
/// <param name="proofs">Reads transactions.</param>
/// <param name="catalog">Knows what was signed, and notes which nodes were silent.</param>
/// <param name="domain">The market that revisions are signed for.</param>
/// <param name="dataKey">The vault's data key.</param>
public sealed class ProofWatch(
    Market market, IMarketView view, NodeWatch nodes, PublicProofs proofs, CatalogDatabase catalog, MarketDomain domain, Address dataKey)
{
    /// <summary>Epochs before this one that are looked into for duties: some of them may be dormant.</summary>
    const ulong EpochsBack = 6;

    /// <summary>Billing cycles that are looked into: the last that was settled began so long ago.</summary>
    const ulong CyclesBack = 2;

    /// <summary>Epochs from a commitment to its proof, and from a cycle's end to its settlement.</summary>
    const ulong EpochsToSettle = 3;

    /// <summary>How each agreement does that the catalog knows and that runs now, by number.</summary>
    /// <param name="answered">The epoch in which the last audit of an agreement was demanded that its provider answered.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<ProofHealth>> CheckAsync(
        IReadOnlyDictionary<AgreementId, Epoch> answered, CancellationToken cancellationToken)
    {
        var now = await view.GetEpochAsync(cancellationToken);
        var held = catalog.Read(read => read.ListAgreements()).ToDictionary(agreement => agreement.Id);
        var running = await FindRunningAsync(held.Keys, now, cancellationToken);
        if (running.Count == 0)
            return [];
        var lookback = running.Max(agreement => agreement.BillingCycle) * CyclesBack + EpochsToSettle;
        var record = await proofs.FindAsync(running, now.Value > lookback ? new Epoch(now.Value - lookback) : new Epoch(0), cancellationToken);
        var sealedBefore = await FindSealedAsync(now, cancellationToken);
        var shown = await nodes.AskAsync([.. running.Select(agreement => held[agreement.Id])], record, now, cancellationToken);
        return await Bounded.AllAsync(running, agreement => CheckAsync(
            new Watched(agreement, held[agreement.Id], answered.TryGetValue(agreement.Id, out var last) ? last : null), shown[agreement.Id],
            [.. record.Shown[agreement.Id]], sealedBefore, now, cancellationToken));
    }

    /// <summary>The data key's agreements that run now and that the catalog does not know: nobody watches them.</summary>
    public async Task<IReadOnlyList<AgreementId>> FindUnlistedAsync(CancellationToken cancellationToken)
    {
        var now = await view.GetEpochAsync(cancellationToken);
        var known = catalog.Read(read => read.ListAgreements()).Select(agreement => agreement.Id).ToHashSet();
        var others = (await view.FindAgreementsAsync(dataKey, cancellationToken)).Where(id => !known.Contains(id));
        return [.. (await FindRunningAsync(others, now, cancellationToken)).Where(agreement => agreement.DataKey == dataKey).Select(agreement => agreement.Id)];
    }

    sealed record Watched(AgreementInfo Agreement, RentedAgreement Held, Epoch? Answered);

    async Task<IReadOnlyList<AgreementInfo>> FindRunningAsync(IEnumerable<AgreementId> ids, Epoch now, CancellationToken cancellationToken) =>
        [.. (await market.Agreements.GetManyAsync([.. ids.Order()], cancellationToken: cancellationToken)).Where(agreement => agreement.BindsIn(now))];

    async Task<ProofHealth> CheckAsync(
        Watched watched, NodeAnswers node, IReadOnlyList<ShownContents> chain, IReadOnlyList<Epoch> sealedBefore, Epoch now,
        CancellationToken cancellationToken)
    {
        var (agreement, held, _) = watched;
        var duties = await Task.WhenAll(sealedBefore.Where(epoch => epoch >= agreement.Start).Select(async epoch => new DutyEpoch(
            epoch, await market.Registry.HasProvenAsync(agreement.Provider, epoch, cancellationToken: cancellationToken))));
        var committed = await view.FindCheckpointAsync(agreement.Provider, cancellationToken);
        var acknowledged = await market.Audits.GetAcknowledgedAsync(agreement.Id, cancellationToken: cancellationToken);
        var (pending, signings, silentSince) = catalog.Read(read => (
            read.FindPending(agreement.Id), read.ListSignings(agreement.Id), read.FindSilence(agreement.Id)));
        var binds = IsAcknowledged(held.Revision, acknowledged) || await BindsAsync(agreement.Provider, held, cancellationToken);
        var verdict = new ProofJudge(market.Clock).Judge(
            new ProofEvidence(
                held, pending?.Revision, acknowledged.Number, signings, committed?.CommittedIn, node.Newest.Shown, chain, duties, agreement.Start, now)
            {
                Binds = binds,
                ProvenCommitted = node.ProvenCommitted,
                Proven = node.Proven?.Shown,
                IsSilence = node.IsSilence,
                SilentSince = silentSince,
                Answered = watched.Answered,
            });
        NoteSilence(agreement.Id, node.IsSilence, silentSince, now);
        return new ProofHealth(
            agreement, held, verdict.Standing, node.Newest.Shown, node.Problem, chain.MaxBy(shown => shown.CommittedIn.Value),
            duties.Where(duty => duty.IsProven).Select(duty => (Epoch?)duty.Epoch).FirstOrDefault())
        {
            Because = verdict.Because,
            Binds = binds,
        };
    }

    void NoteSilence(AgreementId agreement, bool isSilence, Epoch? since, Epoch now)
    {
        if (isSilence != since is not null)
            catalog.Write(change => change.NoteSilence(agreement, isSilence ? now : null));
    }

    /// <summary>What the provider superseded or cured with binds it without a countersignature.</summary>
    static bool IsAcknowledged(Revision held, RevisionInfo acknowledged) =>
        (held.Number, held.DataRoot, held.Weight) == (acknowledged.Number, acknowledged.DataRoot, acknowledged.Weight);

    /// <summary>Whether the provider can be held to what it countersigned: the registry knows its keys, and which agreements each still binds.</summary>
    async Task<bool> BindsAsync(Address provider, RentedAgreement held, CancellationToken cancellationToken) =>
        held.Revision.Number == 0
        || (held.FindCountersigner(domain) is { } key && await market.Registry.BindsForAsync(provider, key, held.Id, cancellationToken: cancellationToken));

    /// <summary>Those of the last epochs that had a seed, the newest first.</summary>
    async Task<IReadOnlyList<Epoch>> FindSealedAsync(Epoch now, CancellationToken cancellationToken)
    {
        var epochs = Enumerable.Range(1, (int)EpochsBack).Select(back => (ulong)back).Where(back => back <= now.Value).Select(back => new Epoch(now.Value - back));
        var seeds = await Task.WhenAll(epochs.Select(epoch => market.Beacon.GetAsync(epoch, cancellationToken: cancellationToken)));
        return [.. seeds.Where(seed => seed.IsSealed).Select(seed => seed.Epoch)];
    }
}
