using Marketplace.Chain.Accounting;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Audits;
using Marketplace.Chain.Losses;
using Marketplace.Core.Challenges;
using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Chain.Tests.Markets;

/// <summary>Audits, declared losses and vouchers on a real chain, with contents of two fragments.</summary>
public sealed class DisputeTests : IAsyncLifetime
{
    readonly byte[][] contents = [Fill(3 * FragmentTree.LeafSize, 1), Fill(FragmentTree.LeafSize, 2)];
    MarketFixture chain = null!;
    AgreementId id;

    Market Market => chain.Market;

    AgreementTree Tree => AgreementTree.Load(contents.Select((bytes, slot) => KeyValuePair.Create((uint)slot, FragmentTree.Build(bytes).Root)));

    public async Task InitializeAsync()
    {
        chain = await MarketFixture.StartAsync();
        id = await chain.RentAsync(await chain.ProvideAsync(), 6);
        await chain.GoToAsync((await Market.Agreements.FindAsync(id))!.Start);
    }

    public async Task DisposeAsync() => await chain.DisposeAsync();

    [Fact]
    public async Task Audit_AnsweredWithTheLeaf_PaysTheBondToTheProvider()
    {
        var audit = await DemandAsync(Revision(1), leaf: 1);
        var open = (await Market.Audits.FindAsync(audit))!;
        Assert.Equal((AuditState.Demanded, 1ul, chain.Consumer.Address), (open.State, open.Leaf, open.Auditor));
        Assert.Equal(audit, await Market.Audits.FindOpenAsync(id, chain.Consumer.Address));
        Assert.Equal(Revision(1), open.Revision);
        Assert.Equal(MarketFixture.Parameters.AuditBond, (await new MarketAuditor(Market).ReadAsync()).Escrow.Bonds);

        var fragment = FragmentTree.Build(contents[0]);
        var proof = new LeafProof(fragment.PathOf(1).Then(Tree.PathOf(0)), contents[0].AsMemory(FragmentTree.LeafSize, FragmentTree.LeafSize));
        await chain.SendAsync(chain.Operator, Market.Audits.Answer(audit, proof.Encode()));

        Assert.Equal(AuditState.Answered, (await Market.Audits.FindAsync(audit))!.State);
        Assert.Null(await Market.Audits.FindOpenAsync(id, chain.Consumer.Address));
        Assert.Equal(MarketFixture.Parameters.AuditBond, await Market.Escrow.GetWithdrawableAsync(chain.Owner.Address));
        Assert.Empty((await new MarketAuditor(Market).ReadAsync()).Discrepancies);
    }

    [Fact]
    public async Task Audit_SupersededByALaterRevision_BindsTheProviderToThat()
    {
        var audit = await DemandAsync(Revision(1), leaf: 3);

        await chain.SendAsync(
            chain.Operator, Market.Audits.Supersede(audit, Revision(2), await SignAsync(chain.Consumer, Revision(2))));

        Assert.Equal(AuditState.Superseded, (await Market.Audits.FindAsync(audit))!.State);
        Assert.Equal(Revision(2), await Market.Audits.GetAcknowledgedAsync(id));
        Assert.Equal(1ul, await Market.Audits.CountAsync());
    }

    [Fact]
    public async Task Audit_Unanswered_VoidsTheAgreementAndCompensatesItsConsumer()
    {
        var audit = await DemandAsync(Revision(1), leaf: 0);
        await chain.GoToAsync(await chain.EpochAsync() + 2);

        await chain.SendAsync(chain.Deployer, Market.Audits.Conclude(audit));

        var failed = (await Market.Audits.FindAsync(audit))!;
        Assert.Equal(AuditState.Failed, failed.State);
        var agreement = (await Market.Agreements.FindAsync(id))!;
        Assert.Equal((AgreementState.Voided, TokenAmount.Zero, TokenAmount.FromTokens(60)), (agreement.State, agreement.Remaining, agreement.Refunded));
        Assert.Equal(agreement.Refunded + failed.Bond, await Market.Escrow.GetWithdrawableAsync(chain.Consumer.Address));
        var compensation = await Market.Stakes.GetCompensationAsync(id);
        Assert.Equal(new TokenAmount(failed.Penalty.Value * 4_000 / 10_000), compensation);
        Assert.Equal([compensation], await Market.Stakes.GetCompensationsAsync([id]));
        Assert.Empty((await new MarketAuditor(Market).ReadAsync()).Discrepancies);
    }

    [Fact]
    public async Task Loss_DeclaredAndCured_ExemptsFromTheNextEpochOnOnly()
    {
        var lost = new LostNode(id, 1, new Hash256(Tree[0].Hash.ToArray()), 3);
        var epoch = await chain.EpochAsync();

        await chain.SendAsync(chain.Operator, Market.Losses.Declare(lost));

        Assert.Empty(await Market.Losses.FindExemptAsync([lost], epoch));
        Assert.Equal([lost], await Market.Losses.FindExemptAsync([lost, lost with { Revision = 2 }], epoch + 1));
        Assert.Equal(new LossStanding(1, true), await Market.Losses.GetAsync(id));
        Assert.True((await Market.Registry.GetTrackRecordAsync(chain.Owner.Address)).Slashed > TokenAmount.Zero);
        await chain.SendAsync(chain.Operator, Market.Losses.Cure(id, Revision(2), await SignAsync(chain.Consumer, Revision(2))));
        Assert.Equal(new LossStanding(1, false), await Market.Losses.GetAsync(id));
        Assert.Empty((await new MarketAuditor(Market).ReadAsync()).Discrepancies);
    }

    [Fact]
    public async Task Voucher_Redeemed_PaysWhatWasDepositedAtMost_AndTheRestComesBack()
    {
        var deposit = TokenAmount.FromTokens(10);
        await chain.SendAsync(
            chain.Consumer, Market.Egress.Deposit([(id, deposit)], await chain.PermitAsync(chain.Consumer, Market.Escrow.Address, deposit)));
        var amount = TokenAmount.FromTokens(3);
        var signature = await chain.Consumer.SignDigestAsync(await Market.Egress.GetVoucherDigestAsync(id, amount));

        await chain.SendAsync(chain.Operator, Market.Egress.Redeem(id, amount, signature.ToArray()));

        var account = await Market.Egress.GetAsync(id);
        Assert.Equal((deposit, amount, TokenAmount.FromTokens(7)), (account.Deposited, account.Redeemed, account.Remaining));
        var fee = new TokenAmount(amount.Value * 200 / 10_000);
        Assert.Equal(amount - fee, await Market.Escrow.GetWithdrawableAsync(chain.Owner.Address));
        Assert.Empty((await new MarketAuditor(Market).ReadAsync()).Discrepancies);
        var agreement = (await Market.Agreements.FindAsync(id))!;
        await chain.GoToAsync(agreement.End + agreement.SettlementGrace + 1);
        await chain.SendAsync(chain.Deployer, Market.Egress.Reclaim(id));
        Assert.Equal(TokenAmount.FromTokens(7), (await Market.Egress.GetManyAsync([id]))[0].Reclaimed);
        Assert.Empty((await new MarketAuditor(Market).ReadAsync()).Discrepancies);
    }

    async Task<AuditId> DemandAsync(RevisionInfo revision, ulong leaf)
    {
        var permit = await chain.PermitAsync(chain.Consumer, Market.Escrow.Address, MarketFixture.Parameters.AuditBond);
        var demand = Market.Audits.Demand(id, revision, await SignAsync(chain.Consumer, revision), await SignAsync(chain.Operator, revision), leaf, permit);
        return Market.Audits.ReadDemanded(await chain.SendAsync(chain.Consumer, demand));
    }

    RevisionInfo Revision(ulong number) => new(number, new Hash256(Tree.Root.Hash.ToArray()), Tree.Root.Weight);

    async Task<ReadOnlyMemory<byte>> SignAsync(LocalSigner signer, RevisionInfo revision)
    {
        var digest = await Market.Agreements.GetRevisionDigestAsync(id, revision.Number, revision.DataRoot, revision.Weight);
        return (await signer.SignDigestAsync(digest)).ToArray();
    }

    static byte[] Fill(int length, byte with) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * with / 7 + with))];
}
