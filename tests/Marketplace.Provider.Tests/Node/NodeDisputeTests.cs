using Marketplace.Chain.Agreements;
using Marketplace.Chain.Audits;
using Marketplace.Chain.Losses;
using Marketplace.Chain.Proofs;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Provider.Tests.Fragments;
using Microsoft.Data.Sqlite;

namespace Marketplace.Provider.Tests.Node;

/// <summary>What the node does by itself, on a real chain: it answers audits, says what it lost, and collects what is owed for reading.</summary>
public sealed class NodeDisputeTests : IAsyncLifetime
{
    const int Anybody = 0, Consumer = 1;

    NodeFixture node = null!;

    public async Task InitializeAsync() => node = await NodeFixture.StartAsync();

    public async Task DisposeAsync() => await node.DisposeAsync();

    [Fact]
    public async Task Audit_OfTheCurrentRevision_IsAnsweredWithTheLeaf()
    {
        using var consumer = await RentAsync(8);
        await consumer.StoreAsync(0, new TestFragment(40, 1));
        await consumer.StoreAsync(1, new TestFragment(3, 2));

        var audit = await DemandAsync(consumer.Signed, leaf: 41);
        await UntilAsync(audit, AuditState.Answered);

        Assert.Equal(TokenAmount.Zero, (await node.Market.Registry.GetTrackRecordAsync(node.Owner.Address)).Slashed);
    }

    [Fact]
    public async Task Audit_OfAnEarlierRevision_IsAnsweredWithTheLaterOne()
    {
        using var consumer = await RentAsync(8);
        await consumer.StoreAsync(0, new TestFragment(40, 1));
        var earlier = consumer.Signed;
        await consumer.StoreAsync(1, new TestFragment(3, 2), emptied: 0);

        var audit = await DemandAsync(earlier, leaf: 17);
        await UntilAsync(audit, AuditState.Superseded);

        Assert.Equal(consumer.Signed.Revision, await node.Market.Audits.GetAcknowledgedAsync(consumer.Agreement.Id));
    }

    [Fact]
    public async Task Audit_WhileTheNodeIsDown_IsAnsweredWhenItIsBack()
    {
        using var consumer = await RentAsync(8);
        await consumer.StoreAsync(0, new TestFragment(40, 1));
        await node.StopAsync();
        var audit = await DemandAsync(consumer.Signed, leaf: 0);

        await node.RunAsync();

        await UntilAsync(audit, AuditState.Answered);
    }

    [Fact]
    public async Task Fragment_RottenAndStoredAgain_IsDeclaredLostAndThenRestored()
    {
        using var consumer = await RentAsync(12);
        var (rotten, sound) = (new TestFragment(40, 1), new TestFragment(3, 2));
        await consumer.StoreAsync(0, rotten);
        await consumer.StoreAsync(1, sound);
        await node.ProveNextAsync();

        await LoseAsync(consumer, rotten);
        await node.ProveNextAsync();
        using (var uploaded = await consumer.UploadAsync(rotten))
            Assert.Equal(["stored"], await NodeConsumer.ResultsAsync(uploaded));
        Assert.True(await consumer.TryReadAsync(rotten));
        await UntilSuspendedAsync(consumer, false);

        Assert.Equal(new RevisionInfo(0, Hash256.Zero, 0), await node.Market.Losses.GetCureAsync(consumer.Agreement.Id));
        await node.ProveNextAsync();
        await LoseAsync(consumer, rotten);
        await node.ProveNextAsync();
        Assert.Equal(0ul, (await node.Market.Registry.GetTrackRecordAsync(node.Owner.Address)).Missed);
    }

    [Fact]
    public async Task Fragment_RottenAndTakenOut_IsDeclaredLostAndThenCuredByTheRevision()
    {
        using var consumer = await RentAsync(12);
        var (rotten, sound) = (new TestFragment(40, 1), new TestFragment(3, 2));
        await consumer.StoreAsync(0, rotten);
        await node.ProveNextAsync();

        await LoseAsync(consumer, rotten);
        await consumer.StoreAsync(1, sound, emptied: 0);
        await node.ProveNextAsync();
        await UntilSuspendedAsync(consumer, false);

        Assert.Equal(consumer.Signed.Revision, await node.Market.Losses.GetCureAsync(consumer.Agreement.Id));
        await node.ProveNextAsync();
        Assert.Equal(0ul, (await node.Market.Registry.GetTrackRecordAsync(node.Owner.Address)).Missed);
    }

    [Fact]
    public async Task Fragment_RottenWhileNobodyReadsIt_IsFoundAndDeclared()
    {
        await node.StopAsync();
        await node.SetAsync(settings => settings with { ScrubMiBPerSecond = 0 });
        await node.RunAsync();
        using var consumer = await RentAsync(12);
        await consumer.StoreAsync(0, new TestFragment(40, 1));
        await consumer.StoreAsync(1, new TestFragment(3, 2));
        await node.ProveNextAsync();
        await node.StopAsync();
        node.Rot(new TestFragment(40, 1));
        ForgetScrub();
        await node.SetAsync(settings => settings with { ScrubMiBPerSecond = 64 });

        await node.RunAsync();

        await UntilSuspendedAsync(consumer, true);
        Assert.Contains("1 are lost", node.LogText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Voucher_LeftWithTheNode_IsRedeemedWithTheBillingCycle()
    {
        using var consumer = await RentAsync(8);
        await DepositForReadingAsync(consumer, 5);
        await consumer.LeaveVoucherAsync(TokenAmount.FromTokens(1));
        await consumer.LeaveVoucherAsync(TokenAmount.FromTokens(2));

        var epoch = (await node.Market.Agreements.FindAsync(consumer.Agreement.Id))!.Start;
        await GoThroughAsync(epoch + 2);

        await UntilRedeemedAsync(consumer, 2);
    }

    [Fact]
    public async Task Voucher_OfAnAgreementThatOthersSettledToItsEnd_IsRedeemedAllTheSame()
    {
        using var consumer = await RentAsync(2);
        await DepositForReadingAsync(consumer, 5);
        await consumer.LeaveVoucherAsync(TokenAmount.FromTokens(9));
        await node.StopAsync();
        var id = consumer.Agreement.Id;
        await GoThroughAsync((await node.Market.Agreements.FindAsync(id))!.End);
        await SealAsync();
        await node.SendAsync(Anybody, node.Market.Agreements.Settle(id, 0, new CheckpointInfo(Hash256.Zero, 0, 0), default));
        Assert.Equal(AgreementState.Ended, (await node.Market.Agreements.FindAsync(id))!.State);

        await node.RunAsync();

        await UntilRedeemedAsync(consumer, 5);
    }

    async Task<NodeConsumer> RentAsync(ulong term)
    {
        var consumer = new NodeConsumer(node, await node.RentAsync(term));
        await consumer.UntilServedAsync();
        return consumer;
    }

    async Task<AuditId> DemandAsync(SignedRevision signed, ulong leaf)
    {
        var id = Assert.Single(await node.Market.Agreements.ListAsync().ToListAsync()).Id;
        var permit = await node.PermitAsync((await node.Market.Parameters.GetAsync()).AuditBond);
        var demand = node.Market.Audits.Demand(id, signed.Revision, signed.Consumer, signed.Operator, leaf, permit);
        return node.Market.Audits.ReadDemanded(await node.SendAsync(Consumer, demand));
    }

    Task UntilAsync(AuditId audit, AuditState state) =>
        node.UntilAsync(async () => (await node.Market.Audits.FindAsync(audit))!.State == state, $"The audit's end as {state}");

    /// <summary>Damages a fragment, and reads it until the node has said on chain that it lost it.</summary>
    async Task LoseAsync(NodeConsumer consumer, TestFragment fragment)
    {
        node.Rot(fragment);
        Assert.False(await consumer.TryReadAsync(fragment));
        await UntilSuspendedAsync(consumer, true);
        var lost = new LostNode(consumer.Agreement.Id, consumer.Agreement.Number, fragment.Root, fragment.Leaves);
        Assert.Single(await node.Market.Losses.FindExemptAsync([lost], await node.Market.Parameters.GetCurrentEpochAsync() + 1));
    }

    /// <summary>As if a day had passed since the node began to read everything.</summary>
    void ForgetScrub()
    {
        using var index = new SqliteConnection($"Data Source={Path.Combine(node.Store, "index.db")};Pooling=False");
        index.Open();
        using var command = index.CreateCommand();
        command.CommandText = "UPDATE scrub SET began = 0, volume = 0, offset = -1, done = 0";
        Assert.Equal(1, command.ExecuteNonQuery());
    }

    Task UntilSuspendedAsync(NodeConsumer consumer, bool isSuspended) => node.UntilAsync(
        async () => (await node.Market.Losses.GetAsync(consumer.Agreement.Id)).IsSuspended == isSuspended,
        isSuspended ? "The declaration" : "The end of the suspension");

    async Task DepositForReadingAsync(NodeConsumer consumer, ulong tokens)
    {
        var amount = TokenAmount.FromTokens(tokens);
        await node.SendAsync(Consumer, node.Market.Egress.Deposit([(consumer.Agreement.Id, amount)], await node.PermitAsync(amount)));
    }

    Task UntilRedeemedAsync(NodeConsumer consumer, ulong tokens) => node.UntilAsync(
        async () => (await node.Market.Egress.GetAsync(consumer.Agreement.Id)).Redeemed == TokenAmount.FromTokens(tokens), "The redemption");

    async Task GoThroughAsync(Epoch epoch)
    {
        while (await node.GoToNextAsync() < epoch)
        {
        }
    }

    async Task SealAsync()
    {
        await node.SendAsync(Anybody, node.Market.Beacon.OpenEpoch());
        for (var block = 0; block < 3; block++)
            await node.MineAsync();
        await node.SendAsync(Anybody, node.Market.Beacon.SealEpoch());
    }
}
