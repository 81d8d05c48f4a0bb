using Marketplace.Application.Agreements;
using Marketplace.Chain;
using Marketplace.Chain.Contracts;
using Marketplace.Chain.History;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Abi;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Application.Live;

/// <summary>
/// Keeps the market's history for all open pages: providers, space, prices and proofs, epoch by epoch. Each event is read once; a new block costs a question
/// for the newest events, whatever the number of pages, providers and agreements.
/// </summary>
/// <param name="market">The market.</param>
/// <param name="pulse">Tells new blocks.</param>
public sealed class NetworkBoard(Market market, MarketPulse pulse)
{
    /// <summary>Of so many epochs it is told how many proved them.</summary>
    public const int Epochs = 60;

    /// <summary>More first blocks of epochs are not remembered.</summary>
    const int MostStarts = 1_000;

    readonly BlockFinder finder = new(market.Client);
    readonly NetworkMisses misses = new(market);
    readonly SemaphoreSlim turn = new(1, 1);
    readonly Dictionary<TimeSpan, (Hash256 Block, NetworkPast Past)> pasts = [];
    readonly Dictionary<ulong, ulong> firstBlocks = [];
    readonly GrowingLogs<NetworkChange> changes = market.History.Follow(
        new LogFilter
        {
            FromBlock = market.Deployment.DeployBlock,
            Addresses = [market.Listings.Address, market.Registry.Address, market.Agreements.Address],
            Topics =
            [[
                ListingBook.ListingPublishedEvent.Topic, ListingBook.ListingChangedEvent.Topic, ListingBook.ListingWithdrawnEvent.Topic,
                ListingBook.ListingTakenEvent.Topic, ListingBook.ListingReturnedEvent.Topic, ProviderRegistry.ProviderRegisteredEvent.Topic,
                ProviderRegistry.SpaceReservedEvent.Topic, ProviderRegistry.SpaceReleasedEvent.Topic, ProviderRegistry.EpochsMissedEvent.Topic,
                StorageAgreements.AgreementProposedEvent.Topic, StorageAgreements.AgreementActivatedEvent.Topic, StorageAgreements.AgreementExtendedEvent.Topic,
            ]],
        },
        ToChange);
    GrowingLogs<Proof>? proofs;

    /// <summary>Heard by whoever wants to know.</summary>
    public Broadcast<NetworkHistory> Histories { get; } = new();

    /// <summary>Follows the chain until cancelled. What cannot be read is read with the next block.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var moment in pulse.Moments.WatchAsync(cancellationToken))
        {
            try
            {
                if (moment.AwaySince is null)
                    Histories.Publish(await ReadAsync(cancellationToken));
            }
            catch (Exception fault) when (fault is EthereumRpcException or AbiDecodingException)
            {
                // The pulse says when the endpoint is away.
            }
        }
    }

    /// <summary>The market over the time up to a block; read once for all who ask.</summary>
    /// <param name="history">That of the block.</param>
    /// <param name="length">How much time; <see cref="TimeSpan.MaxValue"/> for all since the market began.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<NetworkPast> FindPastAsync(NetworkHistory history, TimeSpan length, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (!pasts.TryGetValue(length, out var known) || known.Block != history.Head.Hash)
                pasts[length] = known = (history.Head.Hash, await ReadPastAsync(history, length, cancellationToken));
            return known.Past;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>What was rented out at a provider over the time up to a block, and what its checkpoints held.</summary>
    /// <param name="history">That of the block.</param>
    /// <param name="provider">The owner's address.</param>
    /// <param name="length">How much time; <see cref="TimeSpan.MaxValue"/> for all since the market began.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ProviderSpace> FindSpaceAsync(NetworkHistory history, Address provider, TimeSpan length, CancellationToken cancellationToken)
    {
        var (step, epochs) = NetworkSteps.Of(history.Now.Epoch, market.Clock.EpochLength, length);
        var checkpoints = await market.FindEventsAsync<PossessionProofs.CheckpointCommittedEvent>(
            market.Proofs.Address, PossessionProofs.CheckpointCommittedEvent.Filter(provider: provider), history.Head, cancellationToken);
        await turn.WaitAsync(cancellationToken);
        try
        {
            var starts = await FindStartsAsync(epochs, history.Head, cancellationToken);
            var rented = (await changes.ReadAsync(history.Head, cancellationToken)).OfType<NetworkChange.Reserved>().Where(change => change.Provider == provider);
            return new ProviderSpace(step, SpaceReplay.Run(
                [.. rented.Select(change => (change.Block, change.Total))],
                [.. checkpoints.Select(log => (log.Log.BlockNumber, Math.Min(log.Event.Leaves, ulong.MaxValue >> 10) << 10))], epochs, starts));
        }
        finally
        {
            turn.Release();
        }
    }

    async Task<NetworkPast> ReadPastAsync(NetworkHistory history, TimeSpan length, CancellationToken cancellationToken)
    {
        var (step, epochs) = NetworkSteps.Of(history.Now.Epoch, market.Clock.EpochLength, length);
        var starts = await FindStartsAsync(epochs, history.Head, cancellationToken);
        return new NetworkPast(step, NetworkReplay.Run(await changes.ReadAsync(history.Head, cancellationToken), epochs, starts));
    }

    async Task<NetworkHistory> ReadAsync(CancellationToken cancellationToken)
    {
        var head = await market.Client.GetHeadAsync(cancellationToken);
        var now = market.Clock.EpochAt(head.Timestamp);
        var first = new Epoch(now.Value >= Epochs ? now.Value - Epochs + 1 : 0);
        await turn.WaitAsync(cancellationToken);
        try
        {
            var starts = await FindStartsAsync([first, now], head, cancellationToken);
            proofs ??= market.History.Follow(
                new LogFilter { FromBlock = starts[0], Addresses = [market.Registry.Address], Topics = ProviderRegistry.EpochProvenEvent.Filter() }, ToProof);
            var proven = (await proofs.ReadAsync(head, cancellationToken)).Where(proof => proof.Epoch >= first).Select(proof => (proof.Provider, proof.Epoch)).ToHashSet();
            var counts = proven.CountBy(proof => proof.Epoch).ToDictionary();
            var all = await changes.ReadAsync(head, cancellationToken);
            var epochs = Enumerable.Range(0, (int)(now - first) + 1).Select(offset => first + (ulong)offset).ToList();
            var missed = await misses.CountAsync(all, proven, epochs, head, cancellationToken);
            return new NetworkHistory(
                head, NetworkReplay.Run(all, [now], [starts[1]])[0],
                [.. epochs.Select(epoch => new EpochProofs(epoch, counts.GetValueOrDefault(epoch), missed.GetValueOrDefault(epoch), epoch == now))]);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>The first block of each epoch. Those that are found stay, but for the newest ones, which others can still take the place of.</summary>
    async Task<IReadOnlyList<ulong>> FindStartsAsync(IReadOnlyList<Epoch> epochs, BlockHeader head, CancellationToken cancellationToken)
    {
        foreach (var open in firstBlocks.Where(known => known.Value + ChainHistory.Depth > head.Number || firstBlocks.Count > MostStarts).Select(known => known.Key).ToList())
            firstBlocks.Remove(open);
        var starts = new List<ulong>(epochs.Count);
        foreach (var epoch in epochs)
        {
            if (!firstBlocks.TryGetValue(epoch.Value, out var start))
            {
                start = await finder.FindAsync(
                    market.Clock.StartOf(epoch), starts.Count == 0 ? market.Deployment.DeployBlock : Math.Min(starts[^1], head.Number), head, cancellationToken);
                firstBlocks[epoch.Value] = start;
            }
            starts.Add(start);
        }
        return starts;
    }

    static NetworkChange? ToChange(LogEntry log) =>
        EventLog.TryDecode<ListingBook.ListingPublishedEvent>(log, out var published)
            ? Offer(log, published.Event.Listing, published.Event.Terms)
        : EventLog.TryDecode<ListingBook.ListingChangedEvent>(log, out var changed) ? Offer(log, changed.Event.Listing, changed.Event.Terms)
        : EventLog.TryDecode<ListingBook.ListingWithdrawnEvent>(log, out var withdrawn) ? new NetworkChange.Withdrawn(log.BlockNumber, withdrawn.Event.Listing)
        : EventLog.TryDecode<ListingBook.ListingTakenEvent>(log, out var taken) ? new NetworkChange.Left(log.BlockNumber, taken.Event.Listing, taken.Event.Available)
        : EventLog.TryDecode<ListingBook.ListingReturnedEvent>(log, out var given) ? new NetworkChange.Left(log.BlockNumber, given.Event.Listing, given.Event.Available)
        : EventLog.TryDecode<ProviderRegistry.SpaceReservedEvent>(log, out var reserved)
            ? new NetworkChange.Reserved(log.BlockNumber, reserved.Event.Provider, reserved.Event.TotalReserved)
        : EventLog.TryDecode<ProviderRegistry.SpaceReleasedEvent>(log, out var released)
            ? new NetworkChange.Reserved(log.BlockNumber, released.Event.Provider, released.Event.TotalReserved)
        : EventLog.TryDecode<StorageAgreements.AgreementProposedEvent>(log, out var agreed)
            ? new NetworkChange.Agreed(log.BlockNumber, agreed.Event.Agreement, agreed.Event.Provider, agreed.Event.Price.ToToken(), agreed.Event.Space)
        : EventLog.TryDecode<StorageAgreements.AgreementActivatedEvent>(log, out var began)
            ? new NetworkChange.Began(log.BlockNumber, began.Event.Agreement, new ObligedEpochs(began.Event.Start, began.Event.End))
        : EventLog.TryDecode<StorageAgreements.AgreementExtendedEvent>(log, out var extended)
            ? new NetworkChange.Extended(log.BlockNumber, extended.Event.Agreement, extended.Event.End)
        : EventLog.TryDecode<ProviderRegistry.EpochsMissedEvent>(log, out var missed)
            ? new NetworkChange.Missed(log.BlockNumber, missed.Event.Provider, missed.Event.Through, missed.Event.Missed)
        // Only the indexed owner is read: anybody can register texts that are none.
        : log.Topics.Count == 2 && log.Topics[0] == ProviderRegistry.ProviderRegisteredEvent.Topic
            ? new NetworkChange.Registered(log.BlockNumber, EventTopics.Read(log.Topics[1], static (ref AbiReader reader) => reader.ReadAddress()))
        : null;

    static NetworkChange.Offered Offer(LogEntry log, ListingId listing, Terms terms) =>
        new(log.BlockNumber, listing, terms.Price.ToToken(), terms.Available);

    static Proof? ToProof(LogEntry log) =>
        EventLog.TryDecode<ProviderRegistry.EpochProvenEvent>(log, out var proven) ? new Proof(proven.Event.Provider, proven.Event.Epoch) : null;

    sealed record Proof(Address Provider, Epoch Epoch);
}
