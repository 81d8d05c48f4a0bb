using Marketplace.Chain;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Contracts;
using Marketplace.Client.Content;
using Marketplace.Core.Challenges;
using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;
using Marketplace.Ethereum.Abi;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;
using Checkpoint = Marketplace.Core.SumTree.Checkpoint;

namespace Marketplace.Client.Watching;

/// <summary>What the chain shows of agreements and their providers.</summary>
/// <param name="Shown">What was shown of each agreement, in any order.</param>
/// <param name="Proven">The checkpoint that each provider proved last.</param>
public sealed record PublicRecord(ILookup<AgreementId, ShownContents> Shown, IReadOnlyDictionary<Address, ProvenCheckpoint> Proven)
{
    /// <summary>Nothing.</summary>
    public static PublicRecord Empty { get; } =
        new(Array.Empty<ShownContents>().ToLookup(row => row.Contents.Id), new Dictionary<Address, ProvenCheckpoint>());
}

/// <summary>
/// Reads from the chain what providers showed of agreements when they proved or were paid: the transactions carry revisions with paths to
/// checkpoints. Needs no answer from any provider.
/// </summary>
/// <param name="market">The contracts.</param>
/// <param name="domain">The market that revisions are signed for.</param>
/// <param name="dataKey">Who signed them.</param>
public sealed class PublicProofs(Market market, MarketDomain domain, Address dataKey)
{
    /// <summary>A provider's newest proofs that are looked into: each shows a few agreements, by chance.</summary>
    const int ProofsLookedInto = 4;

    /// <summary>A checkpoint with the epoch in which one with this root was last committed.</summary>
    sealed record Commitment(Checkpoint Checkpoint, Epoch Epoch);

    /// <summary>What was shown in the last epochs.</summary>
    /// <param name="agreements">The agreements, of any providers.</param>
    /// <param name="from">The first epoch that is looked into.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<PublicRecord> FindAsync(IReadOnlyList<AgreementInfo> agreements, Epoch from, CancellationToken cancellationToken)
    {
        if (agreements.Count == 0)
            return PublicRecord.Empty;
        var head = await market.Client.GetBlockNumberAsync(cancellationToken);
        var first = await FindFirstBlockAsync(market.Clock.StartOf(from), head, cancellationToken);
        var providers = agreements.Select(agreement => agreement.Provider).Distinct().ToList();
        var commitments = await FindCommitmentsAsync(providers, first, head, cancellationToken);
        var proofs = await FindProofsAsync(providers, first, head, cancellationToken);
        var shown = await Task.WhenAll(
            FindProvenAsync(agreements, proofs, commitments, cancellationToken),
            FindSettledAsync(agreements, commitments, first, head, cancellationToken));
        return new PublicRecord(
            shown.SelectMany(rows => rows).ToLookup(row => row.Contents.Id),
            proofs.Select(proof => NewestProven(proof.Key, proof.First(), commitments)).OfType<KeyValuePair<Address, ProvenCheckpoint>>().ToDictionary());
    }

    /// <summary>Null where the checkpoint was committed before anything that was looked into.</summary>
    static KeyValuePair<Address, ProvenCheckpoint>? NewestProven(
        Address provider, EventLog<PossessionProofs.PossessionProvenEvent> newest, IReadOnlyDictionary<(Address, Hash256), Commitment> commitments) =>
        commitments.TryGetValue((provider, newest.Event.Root), out var commitment)
            ? KeyValuePair.Create(provider, new ProvenCheckpoint(newest.Event.Epoch, commitment.Checkpoint, commitment.Epoch)) : null;

    /// <summary>The first block that is not before a time.</summary>
    async Task<ulong> FindFirstBlockAsync(DateTimeOffset time, ulong head, CancellationToken cancellationToken)
    {
        var (low, high) = (market.Deployment.DeployBlock, head);
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            var header = await market.Client.GetHeaderAsync(BlockTag.At(middle), cancellationToken)
                ?? throw new RpcProtocolException($"The endpoint does not know block {middle} of its chain.");
            if (header.Timestamp < time)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    async Task<IReadOnlyDictionary<(Address Provider, Hash256 Root), Commitment>> FindCommitmentsAsync(
        IReadOnlyList<Address> providers, ulong first, ulong head, CancellationToken cancellationToken)
    {
        var committed = await market.Client.GetEventsAsync<PossessionProofs.CheckpointCommittedEvent>(
            market.Proofs.Address, first, head,
            AnyOf(providers.Select(provider => PossessionProofs.CheckpointCommittedEvent.Filter(provider: provider))), cancellationToken);
        return committed.Select(log => log.Event).GroupBy(commit => (commit.Provider, commit.Root)).ToDictionary(
            commits => commits.Key,
            commits => commits.Select(commit => new Commitment(
                new Checkpoint(commit.Root.ToDigest(), commit.Leaves, commit.Agreements), commit.Epoch)).MaxBy(commit => commit.Epoch.Value)!);
    }

    /// <summary>Each provider's proofs, the newest first.</summary>
    async Task<IReadOnlyList<IGrouping<Address, EventLog<PossessionProofs.PossessionProvenEvent>>>> FindProofsAsync(
        IReadOnlyList<Address> providers, ulong first, ulong head, CancellationToken cancellationToken)
    {
        var proven = await market.Client.GetEventsAsync<PossessionProofs.PossessionProvenEvent>(
            market.Proofs.Address, first, head,
            AnyOf(providers.Select(provider => PossessionProofs.PossessionProvenEvent.Filter(provider: provider))), cancellationToken);
        return [.. proven.OrderByDescending(log => log.Event.Epoch.Value).GroupBy(log => log.Event.Provider)];
    }

    async Task<IReadOnlyList<ShownContents>> FindProvenAsync(
        IReadOnlyList<AgreementInfo> agreements, IReadOnlyList<IGrouping<Address, EventLog<PossessionProofs.PossessionProvenEvent>>> proofs,
        IReadOnlyDictionary<(Address, Hash256), Commitment> commitments, CancellationToken cancellationToken)
    {
        var newest = proofs.SelectMany(logs => logs.Take(ProofsLookedInto));
        var found = await Task.WhenAll(newest.Select(async log =>
        {
            if (!commitments.TryGetValue((log.Event.Provider, log.Event.Root), out var commitment)
                || await FindCallAsync<PossessionProofs.AdvanceCall, NoResult>(market.Proofs.Address, log.Log.TransactionHash, cancellationToken) is not { } call)
                return [];
            return agreements.Where(agreement => agreement.Provider == log.Event.Provider)
                .Select(agreement => InclusionVerifier.FindAmong(commitment.Checkpoint, agreement.Id, call.Answers.Span, IsOurs))
                .OfType<AgreementContents>().Select(contents => new ShownContents(contents, commitment.Epoch, ShownBy.Proof, commitment.Checkpoint.Root)).ToList();
        }));
        return [.. found.SelectMany(rows => rows)];
    }

    async Task<IReadOnlyList<ShownContents>> FindSettledAsync(
        IReadOnlyList<AgreementInfo> agreements, IReadOnlyDictionary<(Address, Hash256), Commitment> commitments, ulong first, ulong head,
        CancellationToken cancellationToken)
    {
        var settled = await market.Client.GetEventsAsync<StorageAgreements.CycleSettledEvent>(
            market.Agreements.Address, first, head,
            AnyOf(agreements.Select(agreement => StorageAgreements.CycleSettledEvent.Filter(agreement.Id))), cancellationToken);
        var newest = settled.Where(log => log.Event.ProvenEpochs > 0).GroupBy(log => log.Event.Agreement)
            .Select(logs => logs.MaxBy(log => log.Log.BlockNumber)!);
        var providers = agreements.ToDictionary(agreement => agreement.Id, agreement => agreement.Provider);
        var found = await Task.WhenAll(newest.Select(async log =>
        {
            if (await FindCallAsync<StorageAgreements.SettleCall, NoResult>(market.Agreements.Address, log.Log.TransactionHash, cancellationToken) is not { } call
                || !commitments.TryGetValue((providers[log.Event.Agreement], call.Checkpoint.Root), out var commitment))
                return null;
            var verdict = InclusionVerifier.Verify(commitment.Checkpoint, log.Event.Agreement, call.Inclusion.Span, IsOurs, out var contents);
            return verdict == AnswerProblem.None ? new ShownContents(contents, commitment.Epoch, ShownBy.Settlement, commitment.Checkpoint.Root) : null;
        }));
        return [.. found.OfType<ShownContents>()];
    }

    /// <summary>Null where a contract in between made the call, or another one, so that the transaction does not carry it.</summary>
    async Task<TCall?> FindCallAsync<TCall, TResult>(Address contract, Hash256 transaction, CancellationToken cancellationToken)
        where TCall : class, IContractFunction<TCall, TResult>
    {
        if (await market.Client.GetTransactionAsync(transaction, cancellationToken) is not { } sent || sent.To != contract)
            return null;
        try
        {
            return TCall.Decode(sent.Data.Span);
        }
        catch (AbiDecodingException)
        {
            return null;
        }
    }

    bool IsOurs(AgreementContents contents, ReadOnlySpan<byte> signature) => contents.IsSignedBy(domain, dataKey, signature);

    /// <summary>One filter that passes what any of these passes, all of one event with its first argument given.</summary>
    static IReadOnlyList<IReadOnlyList<Hash256>?> AnyOf(IEnumerable<IReadOnlyList<IReadOnlyList<Hash256>?>> filters)
    {
        var all = filters.ToList();
        return [all[0][0], [.. all.SelectMany(filter => filter[1]!).Distinct()]];
    }
}
