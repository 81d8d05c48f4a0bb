using System.Globalization;
using System.Security.Cryptography;
using Marketplace.Chain;
using Marketplace.Chain.Contracts;
using Marketplace.Chain.Deployments;
using Marketplace.Chain.Losses;
using Marketplace.Chain.Outbox;
using Marketplace.Chain.Proofs;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;
using Marketplace.Provider.Agreements;
using Marketplace.Provider.Proving.Rounds;
using Marketplace.Provider.Transfer;

namespace Marketplace.Provider.Proving;

/// <summary>Reads epochs from the contracts and sends what proving needs through the outbox.</summary>
public sealed class OutboxProvingChain(
    Market market, NodeIdentity identity, TransactionOutbox outbox, OutboxDispatcher dispatcher) : IProvingChain
{
    readonly EthereumClient client = market.Client;
    readonly Deployment deployment = market.Deployment;
    readonly BeaconClient beacon = market.Beacon;

    const string Advance = "advance";
    const string Commit = "commit";
    const string SealWithRound = "sealWithRound";

    /// <summary>Proofs go before settlements, which can wait.</summary>
    const int ProofPriority = 10;

    /// <summary>
    /// Gas granted to open and seal. Given outright, because simulating them needs the very block that they wait for.
    /// </summary>
    const ulong BeaconGas = 250_000;

    /// <summary>Block hashes that every chain lets a contract read; those with EIP-2935 many more.</summary>
    const ulong ReadableBlockHashes = 256;

    /// <summary>What the beacon says of an epoch's round never changes, so it is asked once.</summary>
    (Epoch Epoch, AwaitedRound? Round)? lastRound;

    /// <summary>A block's state never changes: until there is another, looking costs one request. One reference, since several look.</summary>
    SeenHead? lastView;

    /// <summary>The kinds of transactions that proving sends.</summary>
    internal static bool IsProving(OutboxEntry entry) => entry.Kind is "open" or "seal" or SealWithRound or Advance or Commit;

    /// <inheritdoc/>
    public async Task<EpochView> ReadAsync(CancellationToken cancellationToken)
    {
        var head = await client.GetHeadAsync(cancellationToken);
        if (lastView is not { } last || last.Head != head.Hash)
            lastView = last = new SeenHead(head.Hash, await ReadAsync(head, cancellationToken));
        return last.View;
    }

    sealed record SeenHead(Hash256 Head, EpochView View);

    async Task<EpochView> ReadAsync(BlockHeader head, CancellationToken cancellationToken)
    {
        var at = BlockTag.At(head.Hash);
        var epoch = deployment.Clock.EpochAt(head.Timestamp);
        var questions = new CallBatch(client, at);
        var values = questions.Ask(deployment.MarketplaceParameters, new MarketplaceParameters.ValuesCall());
        var anchor = questions.Ask(deployment.RandomnessBeacon, new BlockhashBeacon.AnchorBlockCall(epoch));
        var seed = questions.Ask(deployment.RandomnessBeacon, new BlockhashBeacon.SeedCall(epoch));
        var sealedAt = questions.Ask(deployment.RandomnessBeacon, new BlockhashBeacon.SealedAtCall(epoch));
        var proven = questions.Ask(deployment.ProviderRegistry, new ProviderRegistry.HasProvenCall(identity.Provider, epoch));
        var reserved = questions.Ask(deployment.ProviderRegistry, new ProviderRegistry.ReservedOfCall(identity.Provider));
        var committed = questions.Ask(deployment.PossessionProofs, new PossessionProofs.CheckpointOfCall(identity.Provider));
        await questions.SendAsync(cancellationToken);

        var newest = committed();
        return new EpochView(
            epoch,
            (ulong)deployment.Clock.StartOf(epoch).ToUnixTimeSeconds(),
            (ulong)deployment.EpochLength.TotalSeconds,
            head.Number,
            (ulong)head.Timestamp.ToUnixTimeSeconds(),
            await LiveAnchorAsync((ulong)anchor(), head.Number, seed(), at, cancellationToken),
            seed(),
            sealedAt(),
            values().ProofWindow,
            values().ChallengesPerEpoch,
            proven(),
            reserved(),
            newest.Exists
                ? new CommittedCheckpoint(newest.Checkpoint.Root, newest.Checkpoint.Leaves, newest.Checkpoint.Agreements, newest.CommittedIn)
                : null)
        {
            Round = await RoundOfAsync(epoch, at, cancellationToken),
        };
    }

    /// <inheritdoc/>
    public Task<IReadOnlySet<LostNode>> FindExemptAsync(
        EpochView view, IReadOnlyList<LostNode> lost, CancellationToken cancellationToken) =>
        market.Losses.FindExemptAsync(lost, view.Epoch, default, cancellationToken);

    /// <inheritdoc/>
    public Task OpenAsync(EpochView view, CancellationToken cancellationToken) => SendAsync(
        // One for each anchor that was left to expire; they come at least 256 blocks after one another.
        "open", string.Create(CultureInfo.InvariantCulture, $"{view.Epoch}:{view.HeadNumber / ReadableBlockHashes}"),
        new BlockhashBeacon.OpenCall().To(deployment.RandomnessBeacon) with { GasLimit = BeaconGas }, HalfOf(view));

    /// <inheritdoc/>
    public async Task<bool> IsRoundAsync(ulong round, Bytes signature, CancellationToken cancellationToken)
    {
        try
        {
            await beacon.RequireRoundAsync(round, signature.Memory, cancellationToken: cancellationToken);
            return true;
        }
        catch (ContractErrorException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public Task SealWithRoundAsync(EpochView view, Bytes signature, CancellationToken cancellationToken) => SendAsync(
        // A round has one signature: there is nothing else that could be sent for the epoch.
        SealWithRound, string.Create(CultureInfo.InvariantCulture, $"{view.Epoch}"), beacon.SealEpoch(signature.Memory), HalfOf(view));

    /// <inheritdoc/>
    public Task SealAsync(EpochView view, CancellationToken cancellationToken) => SendAsync(
        "seal", string.Create(CultureInfo.InvariantCulture, $"{view.Epoch}:{view.AnchorBlock}"),
        new BlockhashBeacon.SealCall().To(deployment.RandomnessBeacon) with { GasLimit = BeaconGas }, HalfOf(view));

    /// <inheritdoc/>
    public Task AdvanceAsync(EpochView view, byte[] answers, StoredCheckpoint next, CancellationToken cancellationToken) => SendAsync(
        Advance, ChallengeOf(view),
        new PossessionProofs.AdvanceCall(identity.Provider, Bytes.Own(answers), OnChain(next)).To(deployment.PossessionProofs), view.SealedAt + view.ProofWindow);

    /// <inheritdoc/>
    public Task CommitAsync(EpochView view, StoredCheckpoint next, CancellationToken cancellationToken) => SendAsync(
        Commit, string.Create(CultureInfo.InvariantCulture, $"{view.Epoch}:{Short(next.Root.ToArray())}"),
        new PossessionProofs.CommitCall(identity.Provider, OnChain(next)).To(deployment.PossessionProofs), view.EpochStart + view.EpochLength);

    /// <inheritdoc/>
    public bool IsUnderWay(EpochView view)
    {
        var commits = string.Create(CultureInfo.InvariantCulture, $"{Commit}:{view.Epoch}:");
        return outbox.Find($"{Advance}:{ChallengeOf(view)}") is { IsFinished: false }
            || outbox.ListOpen().Any(entry => entry.Key.StartsWith(commits, StringComparison.Ordinal));
    }

    async Task<AwaitedRound?> RoundOfAsync(Epoch epoch, BlockTag at, CancellationToken cancellationToken)
    {
        if (lastRound is { } last && last.Epoch == epoch)
            return last.Round;
        var found = await beacon.FindRoundAsync(epoch, at, cancellationToken) is { } round
            ? new AwaitedRound(
                round.Number, (ulong)round.SignedAt.ToUnixTimeSeconds(), (ulong)round.FallbackFrom.ToUnixTimeSeconds())
            : null;
        lastRound = (epoch, found);
        return found;
    }

    /// <summary>
    /// Beyond the hashes that every chain keeps, the contract alone knows whether it can read the anchor's: if it can, opening does nothing.
    /// </summary>
    async Task<ulong> LiveAnchorAsync(ulong anchor, ulong head, Hash256 seed, BlockTag at, CancellationToken cancellationToken)
    {
        if (anchor == 0 || seed != Hash256.Zero || head + 1 <= anchor + ReadableBlockHashes)
            return anchor;
        try
        {
            await client.CallAsync(new BlockhashBeacon.SealCall().To(deployment.RandomnessBeacon), at, cancellationToken);
            return anchor;
        }
        catch (ContractErrorException refusal) when (refusal.Error is AnchorExpiredError)
        {
            return 0;
        }
        catch (ContractErrorException)
        {
            // Too late in the epoch, for instance: the anchor is not what is in the way.
            return anchor;
        }
    }

    Task SendAsync(string kind, string what, TransactionRequest transaction, ulong notAfter)
    {
        outbox.Enqueue(new OutboxRequest(kind, $"{kind}:{what}", transaction)
        {
            NotAfter = DateTimeOffset.FromUnixTimeSeconds((long)notAfter),
            Priority = ProofPriority,
            IsIndependent = true,
            RepeatsFailed = true,
        });
        dispatcher.Wake();
        return Task.CompletedTask;
    }

    /// <summary>
    /// Names what an answer is good for: the epoch, its seed and the checkpoint. A reorganisation may change the latter two, and an answer to
    /// what they were before must not keep the new one from being sent.
    /// </summary>
    static string ChallengeOf(EpochView view) => string.Create(
        CultureInfo.InvariantCulture,
        $"{view.Epoch}:{Short([.. view.Seed.ToArray(), .. (view.Committed?.Root ?? Hash256.Zero).ToArray()])}");

    static string Short(byte[] named) => Convert.ToHexStringLower(SHA256.HashData(named).AsSpan(0, 8));

    static ulong HalfOf(EpochView view) => view.EpochStart + view.EpochLength / 2;

    static Checkpoint OnChain(StoredCheckpoint checkpoint) => new(checkpoint.Root, checkpoint.Leaves, checkpoint.Agreements);
}
