using System.Text.Json.Nodes;
using Marketplace.Chain.Agreements;
using Marketplace.Core.Primitives;
using Marketplace.Provider.Tests.Fragments;
using Microsoft.Data.Sqlite;

namespace Marketplace.Provider.Tests.Node;

/// <summary>What a provider owes, on a real chain: proofs, settlements, and going on after what goes wrong.</summary>
public sealed class NodeDutyTests : IAsyncLifetime
{
    NodeFixture node = null!;

    public async Task InitializeAsync() => node = await NodeFixture.StartAsync();

    public async Task DisposeAsync() => await node.DisposeAsync();

    [Fact]
    public async Task Term_ServedThroughout_IsProvenAndPaid()
    {
        var id = await node.RentAsync(3);
        using var consumer = new NodeConsumer(node, id);
        await consumer.UntilServedAsync();
        var fragment = new TestFragment(5, 1);
        await consumer.StoreAsync(0, fragment);
        await node.ProveNextAsync();
        await node.ProveNextAsync();
        await node.StopAsync();
        await node.RunAsync();
        for (var epoch = 0; epoch < 3; epoch++)
            await node.ProveNextAsync();

        await node.UntilAsync(async () => (await node.Market.Agreements.FindAsync(id))!.State == AgreementState.Ended, "The settlement");

        var agreement = (await node.Market.Agreements.FindAsync(id))!;
        Assert.Equal(TokenAmount.FromTokens(3), agreement.Paid);
        // Ended agreements are left out in time: the checkpoint can still be proven.
        await node.ProveNextAsync();
        Assert.Equal(TokenAmount.Zero, (await node.Market.Registry.GetTrackRecordAsync(node.Owner.Address)).Slashed);
    }

    [Fact]
    public async Task Opening_TakenBackByAReorganisation_DoesNotKeepTheNodeFromProving()
    {
        await node.RentAsync(8);
        await node.ProveNextAsync();
        var gone = await node.RentAsync(8);
        using var consumer = new NodeConsumer(node, gone);
        await consumer.UntilServedAsync();
        await node.ReorganiseAsync(5);
        Assert.Null(await node.Market.Agreements.FindAsync(gone));
        for (var block = 0; block < 8; block++)
        {
            await node.MineAsync();
            await Task.Delay(250);
        }
        await node.UntilAsync(() => Task.FromResult(node.LogText.Contains("is not on the chain any more", StringComparison.Ordinal)), "Leaving it out");

        await node.ProveNextAsync();
        await node.ProveNextAsync();
    }

    [Fact]
    public async Task Seed_TakenBackByAReorganisation_IsAnsweredAnew()
    {
        var id = await node.RentAsync(8);
        using var consumer = new NodeConsumer(node, id);
        await consumer.UntilServedAsync();
        await consumer.StoreAsync(0, new TestFragment(40, 1));
        await node.ProveNextAsync();
        var epoch = await node.ProveNextAsync();

        await node.ReorganiseAsync(6);
        await node.UntilAsync(() => node.HasProvenAsync(epoch), "Proving anew");

        await node.ProveNextAsync();
    }

    [Fact]
    public async Task Epoch_WhileTheNodeIsDown_IsMissedAndTheNextIsProven()
    {
        await node.RentAsync(8);
        await node.ProveNextAsync();
        await node.ProveNextAsync();
        await node.StopAsync();
        var missed = await node.GoToNextAsync();
        await node.PassAsync(TimeSpan.FromSeconds(1_000));
        await node.MineAsync();
        await node.RunAsync();
        await node.ProveNextAsync();
        Assert.False(await node.HasProvenAsync(missed));
    }

    [Fact]
    public async Task Index_Lost_TheNodeCommitsAnewAndProvesTheNextEpoch()
    {
        await node.RentAsync(8);
        await node.ProveNextAsync();
        await node.ProveNextAsync();
        await node.StopAsync();
        // A node that starts anew is another process, which has no connections to the files that are gone.
        SqliteConnection.ClearAllPools();
        Directory.Delete(node.Store, recursive: true);
        await node.RunAsync();
        var lost = await node.GoToNextAsync();
        await node.UntilAsync(
            async () => (await node.Market.Proofs.FindCheckpointAsync(node.Owner.Address))!.CommittedIn.Value >= lost.Value, "A new checkpoint");
        await node.ProveNextAsync();
    }

    [Fact]
    public async Task Endpoint_ThatServesAnotherChain_EndsTheNodeWithAFault()
    {
        await node.Market.Client.SendAsync("anvil_setChainId", [JsonValue.Create(5)]);
        // Of a block that it knows nothing is asked again: it meets the other chain with the next one.
        await node.MineAsync();

        var fault = await Assert.ThrowsAnyAsync<Exception>(() => node.Running.WaitAsync(TimeSpan.FromSeconds(40)));

        Assert.IsType<Marketplace.Provider.Administration.NodeFaultException>(fault);
        Assert.Contains("Critical: The node cannot go on", node.LogText, StringComparison.Ordinal);
    }
}
