using System.Buffers;
using Marketplace.Chain;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Audits;
using Marketplace.Chain.Proofs;
using Marketplace.Chain.Tests.Markets;
using Marketplace.Client.Transport;
using Marketplace.Core.Challenges;
using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;
using Marketplace.Protocol.Transfer;

namespace Marketplace.Application.Tests.Audits;

/// <summary>
/// The one provider of a real market, which commits and proves what a test wants, and whose node answers one call: what its checkpoint holds of its
/// one agreement. Contents are two fragments of three leaves and one.
/// </summary>
sealed class WatchedProvider(MarketFixture chain, AgreementId agreement) : IProviderTransport, IAgreementChannel
{
    readonly byte[][] fragments = [Fill(3 * FragmentTree.LeafSize, 1), Fill(FragmentTree.LeafSize, 2)];
    readonly Dictionary<Hash256, InclusionProof> ever = [];
    InclusionProof? committed;

    Market Market => chain.Market;

    AgreementTree Tree => AgreementTree.Load(fragments.Select((bytes, slot) => KeyValuePair.Create((uint)slot, FragmentTree.Build(bytes).Root)));

    /// <summary>Answers nothing.</summary>
    public bool IsSilent { get; set; }

    /// <summary>What its node shows instead of the newest checkpoint.</summary>
    public InclusionProof? Shows { get; set; }

    /// <summary>Called before a question is answered.</summary>
    public Action? Asked { get; set; }

    /// <summary>The contents as revision 1.</summary>
    public RevisionInfo Stored => new(1, new Hash256(Tree.Root.Hash.ToArray()), Tree.Root.Weight);

    public MarketDomain Domain => new(Market.Deployment.ChainId, Market.Deployment.StorageAgreements, Market.Deployment.EgressVouchers);

    public Revision Revision => new(agreement, Stored.Number, Stored.DataRoot, Stored.Weight);

    /// <summary>Shows the agreement as if nothing had ever been stored.</summary>
    public InclusionProof Dropped => new(AgreementContents.Initial(agreement), new byte[AnswerEncoding.SignatureSize], TopPath.None);

    /// <summary>Shows the stored contents.</summary>
    public async Task<InclusionProof> KeptAsync()
    {
        var signature = await chain.Consumer.SignDigestAsync(Revision.Digest(Domain));
        return new InclusionProof(AgreementContents.Of(agreement, 1, Tree.Root), signature.ToArray(), TopPath.None);
    }

    /// <summary>Commits a checkpoint without a proof.</summary>
    /// <param name="next">What it holds; null for nothing.</param>
    /// <param name="by">The operator; null for the first.</param>
    public async Task CommitAsync(InclusionProof? next, LocalSigner? by = null)
    {
        await chain.SendAsync(by ?? chain.Operator, Market.Proofs.Commit(chain.Owner.Address, ToInfo(next)));
        Keep(next);
    }

    /// <summary>Answers an epoch's challenge by the committed checkpoint, and commits the next.</summary>
    public async Task ProveAsync(Epoch epoch, InclusionProof? next)
    {
        await chain.GoToAsync(epoch);
        await SealAsync();
        var seed = await Market.Beacon.GetAsync(epoch);
        var answers = new ArrayBufferWriter<byte>();
        var draws = ChallengeDraw.All(
            new Digest(seed.Seed.ToArray()), new ProviderId(chain.Owner.Address.ToArray()), CheckpointOf(committed),
            MarketFixture.Parameters.ChallengesPerEpoch);
        foreach (var draw in draws.Where(draw => draw.Kind != DrawKind.Void))
            AnswerTo(draw).WriteTo(answers);
        await chain.SendAsync(chain.Operator, Market.Proofs.Advance(chain.Owner.Address, answers.WrittenMemory, ToInfo(next)));
        Assert.True(await Market.Registry.HasProvenAsync(chain.Owner.Address, epoch));
        Keep(next);
    }

    void Keep(InclusionProof? next)
    {
        committed = next;
        if (next is not null)
            ever[ToInfo(next).Root] = next;
    }

    /// <summary>Answers an audit.</summary>
    public Task AnswerAsync(AuditInfo audit) =>
        chain.SendAsync(chain.Operator, Market.Audits.Answer(audit.Id, LeafAt(audit.Leaf).Encode()));

    /// <summary>Gives the current epoch its seed.</summary>
    public async Task SealAsync()
    {
        await chain.SendAsync(chain.Deployer, Market.Beacon.OpenEpoch());
        await chain.MineAsync(3);
        await chain.SendAsync(chain.Deployer, Market.Beacon.SealEpoch());
    }

    /// <summary>Collects a billing cycle's pay.</summary>
    public Task SettleAsync(ulong cycle, InclusionProof shown) =>
        chain.SendAsync(chain.Operator, Market.Agreements.Settle(agreement, cycle, ToInfo(shown), shown.Encode()));

    public Task<Answer<InclusionMessage>> GetInclusionAsync(Hash256? root, CancellationToken cancellationToken)
    {
        Asked?.Invoke();
        var shown = root is { } asked ? ever.GetValueOrDefault(asked) : Shows ?? committed;
        return Task.FromResult<Answer<InclusionMessage>>(
            IsSilent ? new ProviderFailure(FailureKind.Unreachable, "connection refused")
            : shown is null ? new ProviderFailure(FailureKind.Refused, "It is in no checkpoint.", RefusalCode.NotFound)
            : new InclusionMessage(new CheckpointMessage(ToInfo(shown).Root, ToInfo(shown).Leaves, 1), null, shown.Encode()));
    }

    ChallengeAnswer AnswerTo(ChallengeDraw draw)
    {
        var contents = committed!.Contents;
        if (contents.Weight == 0)
            return new ChallengeAnswer(committed, null);
        return new ChallengeAnswer(committed, LeafAt(draw.Kind == DrawKind.Leaf ? draw.Position : draw.LeafWithin(contents.Weight)));
    }

    LeafProof LeafAt(ulong leaf)
    {
        var (slot, within) = leaf < 3 ? (0u, leaf) : (1u, leaf - 3);
        var path = FragmentTree.Build(fragments[slot]).PathOf(within).Then(Tree.PathOf(slot));
        return new LeafProof(path, fragments[slot].AsMemory((int)within * FragmentTree.LeafSize, FragmentTree.LeafSize));
    }

    static Checkpoint CheckpointOf(InclusionProof? proof) =>
        proof is null ? ProviderTree.Load([]).Checkpoint : ProviderTree.Load([new(0, proof.Contents)]).Checkpoint;

    static CheckpointInfo ToInfo(InclusionProof? proof)
    {
        var checkpoint = CheckpointOf(proof);
        return new CheckpointInfo(new Hash256(checkpoint.Root.ToArray()), checkpoint.Leaves, checkpoint.Agreements);
    }

    static byte[] Fill(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    ProviderEndpoint IAgreementChannel.Provider => throw new NotSupportedException();

    AgreementId IAgreementChannel.Agreement => agreement;

    IAgreementChannel IProviderTransport.Open(ProviderEndpoint provider, AgreementId wanted) => wanted == agreement ? this : throw new NotSupportedException();

    Task<Answer<Probe>> IProviderTransport.ProbeAsync(ProviderEndpoint provider, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<Answer<FragmentResultsMessage>> IAgreementChannel.StoreAsync(IReadOnlyList<OutgoingFragment> sent, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    Task<Answer<CountersignatureMessage>> IAgreementChannel.PostRevisionAsync(RevisionRequest request, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    Task<Answer<RevisionMessage>> IAgreementChannel.GetRevisionAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<Answer<SlotsMessage>> IAgreementChannel.GetSlotsAsync(uint from, int count, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<Answer<IReadOnlyList<Hash256>>> IAgreementChannel.ReadLeavesAsync(
        Hash256 root, uint first, Memory<byte> leaves, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<Answer<Done>> IAgreementChannel.PostVoucherAsync(VoucherMessage voucher, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<Answer<VoucherMessage>> IAgreementChannel.GetVoucherAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<Answer<Done>> IAgreementChannel.PutRecordAsync(CatalogRecord record, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<Answer<CatalogRecord>> IAgreementChannel.GetRecordAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
}
