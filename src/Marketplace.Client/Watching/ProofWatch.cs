using Marketplace.Chain;
using Marketplace.Chain.Agreements;
using Marketplace.Client.Catalog;
using Marketplace.Client.Renting;
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
/// <param name="inclusions">Asks nodes.</param>
/// <param name="proofs">Reads transactions.</param>
/// <param name="catalog">Knows what was signed.</param>
/// <param name="domain">The market that revisions are signed for.</param>
public sealed class ProofWatch(
    Market market, IMarketView view, InclusionWatch inclusions, PublicProofs proofs, CatalogDatabase catalog, MarketDomain domain)
{
    /// <summary>Nodes asked at the same time.</summary>
    const int AtOnce = 16;

    /// <summary>A checkpoint may be committed while its predecessor's proof is on the way, and connections break.</summary>
    const int Attempts = 2;

    /// <summary>Epochs before this one that are looked into for duties: some of them may be dormant.</summary>
    const ulong EpochsBack = 6;

    /// <summary>Billing cycles that are looked into: the last that was settled began so long ago.</summary>
    const ulong CyclesBack = 2;

    /// <summary>Epochs from a commitment to its proof, and from a cycle's end to its settlement.</summary>
    const ulong EpochsToSettle = 3;

    /// <summary>How each agreement does that the catalog knows and that runs now, by number.</summary>
    public async Task<IReadOnlyList<ProofHealth>> CheckAsync(CancellationToken cancellationToken)
    {
        var now = await view.GetEpochAsync(cancellationToken);
        var held = catalog.Read(read => read.ListAgreements()).ToDictionary(agreement => agreement.Id);
        var running = (await market.Agreements.GetManyAsync([.. held.Keys.Order()], cancellationToken: cancellationToken))
            .Where(agreement => agreement.BindsIn(now)).ToList();
        if (running.Count == 0)
            return [];
        var lookback = running.Max(agreement => agreement.BillingCycle) * CyclesBack + EpochsToSettle;
        var shown = await proofs.FindNewestAsync(running, now.Value > lookback ? new Epoch(now.Value - lookback) : new Epoch(0), cancellationToken);
        var sealedBefore = await FindSealedAsync(now, cancellationToken);
        using var limit = new SemaphoreSlim(AtOnce);
        return await Task.WhenAll(running.Select(async agreement =>
        {
            await limit.WaitAsync(cancellationToken);
            try
            {
                return await CheckAsync(agreement, held[agreement.Id], shown.GetValueOrDefault(agreement.Id), sealedBefore, now, cancellationToken);
            }
            finally
            {
                limit.Release();
            }
        }));
    }

    async Task<ProofHealth> CheckAsync(
        AgreementInfo agreement, RentedAgreement held, ShownContents? shown, IReadOnlyList<Epoch> sealedBefore, Epoch now,
        CancellationToken cancellationToken)
    {
        var duties = await Task.WhenAll(sealedBefore.Where(epoch => epoch >= agreement.Start).Select(async epoch => new DutyEpoch(
            epoch, await market.Registry.HasProvenAsync(agreement.Provider, epoch, cancellationToken: cancellationToken))));
        var node = await AskAsync(held, cancellationToken);
        var committed = await view.FindCheckpointAsync(agreement.Provider, cancellationToken);
        var acknowledged = await market.Audits.GetAcknowledgedAsync(agreement.Id, cancellationToken: cancellationToken);
        var (pending, signings) = catalog.Read(read => (read.FindPending(agreement.Id), read.ListSignings(agreement.Id)));
        var standing = new ProofJudge(market.Clock).Judge(new ProofEvidence(
            held, pending?.Revision.Number, acknowledged.Number, signings, committed?.CommittedIn, node.Shown, shown, duties, agreement.Start, now,
            await BindsAsync(agreement.Provider, held, cancellationToken)));
        var proven = duties.Where(duty => duty.IsProven).Select(duty => (Epoch?)duty.Epoch).FirstOrDefault();
        return new ProofHealth(agreement, held, standing, node.Shown, node.Problem, shown, proven);
    }

    /// <summary>Whether the provider can be held to what it countersigned: the registry knows its keys, and which agreements each still binds.</summary>
    async Task<bool> BindsAsync(Address provider, RentedAgreement held, CancellationToken cancellationToken) =>
        held.Revision.Number == 0
        || (held.ProviderSignature is { } signature && signature.TryRecover(held.Revision.Digest(domain), out var key)
            && await market.Registry.BindsForAsync(provider, key, held.Id, cancellationToken: cancellationToken));

    async Task<InclusionHealth> AskAsync(RentedAgreement held, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var health = await inclusions.CheckAsync(held, cancellationToken);
            if (health.IsIncluded || attempt == Attempts)
                return health;
        }
    }

    /// <summary>Those of the last epochs that had a seed, the newest first.</summary>
    async Task<IReadOnlyList<Epoch>> FindSealedAsync(Epoch now, CancellationToken cancellationToken)
    {
        var epochs = Enumerable.Range(1, (int)EpochsBack).Select(back => (ulong)back).Where(back => back <= now.Value).Select(back => new Epoch(now.Value - back));
        var seeds = await Task.WhenAll(epochs.Select(epoch => market.Beacon.GetAsync(epoch, cancellationToken: cancellationToken)));
        return [.. seeds.Where(seed => seed.IsSealed).Select(seed => seed.Epoch)];
    }
}
