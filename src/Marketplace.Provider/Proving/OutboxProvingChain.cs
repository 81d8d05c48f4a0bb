using System.Globalization;
using Marketplace.Chain.Contracts;
using Marketplace.Chain.Deployments;
using Marketplace.Chain.Outbox;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;
using Marketplace.Provider.Agreements;
using Marketplace.Provider.Transfer;

namespace Marketplace.Provider.Proving;

/// <summary>Reads epochs from the contracts and sends what proving needs through the outbox.</summary>
public sealed class OutboxProvingChain(
    EthereumClient client, Deployment deployment, NodeIdentity identity, TransactionOutbox outbox, OutboxDispatcher dispatcher) : IProvingChain
{
    /// <summary>Proofs go before settlements, which can wait.</summary>
    const int ProofPriority = 10;

    /// <summary>
    /// Gas granted to open and seal. Given outright, because simulating them needs the very block that they wait for.
    /// </summary>
    const ulong BeaconGas = 250_000;

    /// <inheritdoc/>
    public async Task<EpochView> ReadAsync(CancellationToken cancellationToken)
    {
        var head = await client.GetHeaderAsync(BlockTag.Latest, cancellationToken)
            ?? throw new RpcProtocolException("eth_getBlockByNumber: the node has no newest block.");
        var at = BlockTag.At(head.Hash);
        var epoch = deployment.Clock.EpochAt(head.Timestamp);
        var values = Ask(deployment.MarketplaceParameters, new MarketplaceParameters.ValuesCall());
        var anchor = Ask(deployment.RandomnessBeacon, new BlockhashBeacon.AnchorBlockCall(epoch));
        var seed = Ask(deployment.RandomnessBeacon, new BlockhashBeacon.SeedCall(epoch));
        var sealedAt = Ask(deployment.RandomnessBeacon, new BlockhashBeacon.SealedAtCall(epoch));
        var proven = Ask(deployment.ProviderRegistry, new ProviderRegistry.HasProvenCall(identity.Provider, epoch));
        var stake = Ask(deployment.ProviderRegistry, new ProviderRegistry.StakeOfCall(identity.Provider));
        var committed = Ask(deployment.PossessionProofs, new PossessionProofs.CheckpointOfCall(identity.Provider));
        await Task.WhenAll(values, anchor, seed, sealedAt, proven, stake, committed);

        var newest = await committed;
        return new EpochView(
            epoch,
            (ulong)deployment.Clock.StartOf(epoch).ToUnixTimeSeconds(),
            (ulong)deployment.EpochLength.TotalSeconds,
            head.Number,
            (ulong)head.Timestamp.ToUnixTimeSeconds(),
            (ulong)await anchor,
            await seed,
            await sealedAt,
            (await values).ProofWindow,
            (await values).ChallengesPerEpoch,
            await proven,
            (await stake).Reserved,
            newest.Exists
                ? new CommittedCheckpoint(newest.Checkpoint.Root, newest.Checkpoint.Leaves, newest.Checkpoint.Agreements, newest.CommittedIn)
                : null);

        Task<T> Ask<T>(Address contract, IContractFunction<T> question) => client.CallAsync(contract, question, at, cancellationToken: cancellationToken);
    }

    /// <inheritdoc/>
    public Task OpenAsync(EpochView view, CancellationToken cancellationToken) =>
        SendAsync("open", view, new BlockhashBeacon.OpenCall().To(deployment.RandomnessBeacon) with { GasLimit = BeaconGas }, HalfOf(view));

    /// <inheritdoc/>
    public Task SealAsync(EpochView view, CancellationToken cancellationToken) =>
        SendAsync("seal", view, new BlockhashBeacon.SealCall().To(deployment.RandomnessBeacon) with { GasLimit = BeaconGas }, HalfOf(view));

    /// <inheritdoc/>
    public Task AdvanceAsync(EpochView view, byte[] answers, StoredCheckpoint next, CancellationToken cancellationToken) => SendAsync(
        "advance", view, new PossessionProofs.AdvanceCall(Bytes.Own(answers), OnChain(next)).To(deployment.PossessionProofs), view.SealedAt + view.ProofWindow);

    /// <inheritdoc/>
    public Task CommitAsync(EpochView view, StoredCheckpoint next, CancellationToken cancellationToken) =>
        SendAsync("commit", view, new PossessionProofs.CommitCall(OnChain(next)).To(deployment.PossessionProofs), view.EpochStart + view.EpochLength);

    /// <inheritdoc/>
    public bool IsUnderWay(Epoch epoch) => IsOpen("advance", epoch) || IsOpen("commit", epoch);

    Task SendAsync(string kind, EpochView view, TransactionRequest transaction, ulong notAfter)
    {
        outbox.Enqueue(new OutboxRequest(kind, KeyOf(kind, view.Epoch), transaction)
        {
            NotAfter = DateTimeOffset.FromUnixTimeSeconds((long)notAfter),
            Priority = ProofPriority,
            IsIndependent = true,
            RepeatsFailed = true,
        });
        dispatcher.Wake();
        return Task.CompletedTask;
    }

    bool IsOpen(string kind, Epoch epoch) => outbox.Find(KeyOf(kind, epoch)) is { IsFinished: false };

    static string KeyOf(string kind, Epoch epoch) => string.Create(CultureInfo.InvariantCulture, $"{kind}:{epoch}");

    static ulong HalfOf(EpochView view) => view.EpochStart + view.EpochLength / 2;

    static Checkpoint OnChain(StoredCheckpoint checkpoint) => new(checkpoint.Root, checkpoint.Leaves, checkpoint.Agreements);
}
