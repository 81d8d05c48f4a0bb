using System.Buffers;
using Marketplace.Chain.Accounting;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Proofs;
using Marketplace.Core.Challenges;
using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Chain.Tests.Markets;

/// <summary>A provider that proves every epoch of an agreement in which nothing is stored yet, and is paid for it.</summary>
public sealed class ProvenTermTests : IAsyncLifetime
{
    MarketFixture chain = null!;

    Market Market => chain.Market;

    public async Task InitializeAsync() => chain = await MarketFixture.StartAsync();

    public async Task DisposeAsync() => await chain.DisposeAsync();

    [Fact]
    public async Task Term_ProvenThroughout_IsPaidFromTheCheckpointThatBothSidesDraw()
    {
        var id = await chain.RentAsync(await chain.ProvideAsync(), 4);
        var proof = new InclusionProof(AgreementContents.Initial(id), new byte[AnswerEncoding.SignatureSize], TopPath.None);
        var checkpoint = ToInfo(ProviderTree.Load([new(0, proof.Contents)]).Checkpoint);
        await chain.SendAsync(chain.Operator, Market.Proofs.Commit(chain.Owner.Address, checkpoint));
        var agreement = (await Market.Agreements.FindAsync(id))!;

        for (var epoch = agreement.Start; epoch < agreement.End + 1; epoch += 1)
            await ProveAsync(epoch, proof, checkpoint);

        for (ulong cycle = 0; cycle < 2; cycle++)
            await SettleAsync(agreement, cycle, proof, checkpoint);
        agreement = (await Market.Agreements.FindAsync(id))!;
        Assert.Equal((TokenAmount.FromTokens(40), TokenAmount.Zero), (agreement.Paid, agreement.Remaining));
        Assert.Equal(TokenAmount.Zero, (await Market.Registry.GetTrackRecordAsync(chain.Owner.Address)).Slashed);
        var fee = new TokenAmount(TokenAmount.FromTokens(40).Value / 10_000 * 200);
        Assert.Equal(TokenAmount.FromTokens(40) - fee, await Market.Escrow.GetWithdrawableAsync(chain.Owner.Address));
        Assert.Empty((await new MarketAuditor(Market).ReadAsync()).Discrepancies);
    }

    /// <summary>Opens, seals and answers: even draws are void, since there is no leaf; odd ones show the agreement's path.</summary>
    async Task ProveAsync(Epoch epoch, InclusionProof proof, CheckpointInfo checkpoint)
    {
        await chain.GoToAsync(epoch);
        await chain.SendAsync(chain.Deployer, Market.Beacon.OpenEpoch());
        await chain.MineAsync(3);
        await chain.SendAsync(chain.Deployer, Market.Beacon.SealEpoch());
        var challenges = (await Market.Parameters.GetAsync()).ChallengesPerEpoch;
        var answers = new ArrayBufferWriter<byte>();
        for (var i = 1; i < challenges; i += 2)
            new ChallengeAnswer(proof, null).WriteTo(answers);

        await chain.SendAsync(chain.Operator, Market.Proofs.Advance(chain.Owner.Address, answers.WrittenMemory, checkpoint));

        Assert.True(await Market.Registry.HasProvenAsync(chain.Owner.Address, epoch));
        Assert.Equal(epoch, (await Market.Proofs.FindCheckpointAsync(chain.Owner.Address))!.CommittedIn);
    }

    async Task SettleAsync(AgreementInfo agreement, ulong cycle, InclusionProof proof, CheckpointInfo checkpoint)
    {
        var draw = await Market.Agreements.GetSettlementDrawAsync(agreement.Id, cycle);
        var first = agreement.Start + cycle * agreement.BillingCycle;
        var seed = await Market.Beacon.GetAsync((await Market.Beacon.FindFirstSealedAsync(first + agreement.BillingCycle))!.Value);
        var picked = Core.Challenges.SettlementDraw.Pick(new Digest(seed.Seed.ToArray()), agreement.Id, cycle, draw.ProvenEpochs);

        Assert.Equal(new SettlementTurn(true, 2, first + picked), draw);
        var inclusion = proof.Encode();
        await Market.Proofs.RequireInclusionAsync(agreement.Provider, draw.Drawn, agreement.Id, checkpoint, inclusion);
        await chain.SendAsync(chain.Operator, Market.Agreements.Settle(agreement.Id, cycle, checkpoint, inclusion));
        Assert.True(await Market.Agreements.IsCycleSettledAsync(agreement.Id, cycle));
    }

    static CheckpointInfo ToInfo(Checkpoint checkpoint) =>
        new(new Hash256(checkpoint.Root.ToArray()), checkpoint.Leaves, checkpoint.Agreements);
}
