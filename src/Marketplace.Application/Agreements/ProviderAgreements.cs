using System.Collections.Concurrent;
using Marketplace.Chain;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Contracts;
using Marketplace.Chain.History;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Application.Agreements;

/// <summary>Finds agreements by who provides. Those that have long been over are remembered, and not asked for again: a provider has ever more of them.</summary>
public sealed class ProviderAgreements(Market market)
{
    /// <summary>More are not remembered; all are asked for anew then.</summary>
    const int MostOver = 200_000;

    /// <summary>By the block that holds the proposal, too: a chain that was started anew numbers agreements anew.</summary>
    readonly ConcurrentDictionary<(AgreementId Agreement, Hash256 ProposedIn), Over> over = [];

    /// <summary>Those that are not over, and proposals that wait for an answer; by number, at the newest block.</summary>
    public async Task<IReadOnlyList<AgreementInfo>> FindOpenAsync(Address provider, CancellationToken cancellationToken)
    {
        var (_, asked) = await ReadAsync(provider, cancellationToken);
        return [.. asked.Where(agreement => agreement.Provider == provider && IsOpen(agreement))];
    }

    /// <summary>The epochs in which each obliged the provider to prove, those that are over included: an early end shortens none.</summary>
    public async Task<IReadOnlyList<ObligedEpochs>> FindObligedAsync(Address provider, CancellationToken cancellationToken)
    {
        var (past, asked) = await ReadAsync(provider, cancellationToken);
        return [.. past.Concat(asked.Where(agreement => agreement.Provider == provider).Select(ObligedBy)).Where(epochs => epochs.From < epochs.Until)];
    }

    /// <summary>What is remembered, and what was asked for.</summary>
    async Task<(IReadOnlyList<ObligedEpochs> Past, IReadOnlyList<AgreementInfo> Asked)> ReadAsync(Address provider, CancellationToken cancellationToken)
    {
        if (over.Count > MostOver)
            over.Clear();
        var head = await market.Client.GetHeadAsync(cancellationToken);
        var proposed = await market.FindEventsAsync<StorageAgreements.AgreementProposedEvent>(
            market.Agreements.Address, StorageAgreements.AgreementProposedEvent.Filter(provider: provider), head, cancellationToken);
        var past = new List<ObligedEpochs>();
        var asked = new Dictionary<AgreementId, (AgreementId, Hash256)>();
        foreach (var key in proposed.Select(KeyOf))
            if (over.TryGetValue(key, out var known) && known.IsSettled)
                past.Add(known.Obliged);
            else
                asked.Add(key.Agreement, key);
        var agreements = await market.Agreements.GetManyAsync([.. asked.Keys.Order()], default, cancellationToken);
        foreach (var agreement in agreements)
            Note(asked[agreement.Id], agreement, head.Number);
        return (past, agreements);
    }

    /// <summary>Until enough blocks are on top of its end, others can take their place.</summary>
    void Note((AgreementId, Hash256) key, AgreementInfo agreement, ulong block)
    {
        if (IsOpen(agreement))
            over.TryRemove(key, out _);
        else
            over.AddOrUpdate(key, _ => new Over(block, IsSettled: false, ObligedBy(agreement)), (_, known) => known with { IsSettled = known.IsSettled || block >= known.Since + ChainHistory.Depth });
    }

    static bool IsOpen(AgreementInfo agreement) => agreement.State is AgreementState.Proposed or AgreementState.Active or AgreementState.Terminated;

    /// <summary>What was never accepted begins in no epoch, and obliges to nothing.</summary>
    static ObligedEpochs ObligedBy(AgreementInfo agreement) => agreement.State is AgreementState.Active or AgreementState.Terminated or AgreementState.Ended or AgreementState.Voided
        ? new ObligedEpochs(agreement.Start, agreement.Start + agreement.Term) : default;

    static (AgreementId Agreement, Hash256 ProposedIn) KeyOf(EventLog<StorageAgreements.AgreementProposedEvent> log) => (log.Event.Agreement, log.Log.BlockHash);

    readonly record struct Over(ulong Since, bool IsSettled, ObligedEpochs Obliged);
}

/// <summary>Epochs that a provider has to prove for an agreement.</summary>
/// <param name="From">The first.</param>
/// <param name="Until">The first after them.</param>
public readonly record struct ObligedEpochs(Epoch From, Epoch Until)
{
    /// <summary>Whether an epoch is one of them.</summary>
    public bool Hold(Epoch epoch) => epoch >= From && epoch < Until;
}
