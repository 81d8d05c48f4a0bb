using Marketplace.Client.Tests.Network;
using Marketplace.Client.Watching;
using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;
using static Marketplace.Client.Tests.Network.WholeClient;

namespace Marketplace.Client.Tests.Watching;

public sealed class WatchTests
{
    [Fact]
    public async Task Watch_AmongLossesAndLies_CountsTheHealthy()
    {
        using var directory = new TemporaryDirectory();
        var network = new FakeNetwork(12);
        using var client = Open(network, directory["1.db"], isNew: true);
        await Put(client, "a", Consumer.Content(500_000));
        var version = client.Find(Consumer.Name("a"))!;
        Assert.Equal(12, (await client.Watch.CheckAsync(version, isFull: true, default))!.Healthy);
        network.Providers[0].IsDead = true;
        network.Providers[1].ForgetAll();
        network.Providers[2].Corrupts = (root, _) => network.Providers[2].AnyOther(root);
        network.Providers[3].IsDead = true;
        foreach (var isFull in new[] { true, false })
        {
            var health = (await client.Watch.CheckAsync(version, isFull, default))!;
            Assert.Equal((8, true, true), (health.Healthy, health.IsAtRisk, health.IsReadable));
        }
    }

    [Fact]
    public async Task Inclusion_InTheCheckpointOnChain_IsShown()
    {
        using var directory = new TemporaryDirectory();
        var network = new FakeNetwork(12);
        using var client = Open(network, directory["1.db"], isNew: true);
        network.Providers[0].Commit();
        var agreement = client.ListAgreements()[0];
        Assert.Equal(0ul, (await client.Inclusions.CheckAsync(agreement, default)).Revision);
        await Put(client, "a", Consumer.Content(1000));
        network.Providers[0].Commit();
        var health = await client.Inclusions.CheckAsync(client.ListAgreements()[0], default);
        Assert.True(health.IsIncluded);
        Assert.Equal(client.ListAgreements()[0].Revision.Number, health.Revision);
    }

    /// <summary>The newest checkpoint is a facade as long as it has not been proven.</summary>
    [Fact]
    public async Task Inclusion_InTheCheckpointThatWasProven_IsShown_WhateverTheNewestIs()
    {
        using var directory = new TemporaryDirectory();
        var network = new FakeNetwork(12);
        using var client = Open(network, directory["1.db"], isNew: true);
        var provider = network.Providers[0];
        provider.Commit();
        var proven = new ProvenCheckpoint(new Epoch(2), provider.Checkpoints.Checkpoint, new Epoch(1));
        await Put(client, "a", Consumer.Content(1000));
        provider.Commit();
        var agreement = client.ListAgreements()[0];

        Assert.NotEqual(0ul, (await client.Inclusions.CheckAsync(agreement, default)).Revision);
        var shown = (await client.Inclusions.CheckProvenAsync(agreement, proven, default)).Shown!;
        Assert.Equal((0ul, new Epoch(1), proven.Checkpoint.Root), (shown.Contents.Revision, shown.CommittedIn, shown.Root));

        var another = proven with { Checkpoint = ProviderTree.Load([new(0, AgreementContents.Initial(agreement.Id))]).Checkpoint };
        var hidden = await client.Inclusions.CheckProvenAsync(agreement, another, default);
        Assert.Equal((false, false), (hidden.IsIncluded, hidden.IsSilence));
        provider.ShowsCheckpoint = provider.Checkpoints;
        Assert.Contains("not the one on chain", (await client.Inclusions.CheckProvenAsync(agreement, proven, default)).Problem);
        provider.IsDead = true;
        Assert.True((await client.Inclusions.CheckProvenAsync(agreement, proven, default)).IsSilence);
    }

    [Fact]
    public async Task Inclusion_InAnotherCheckpointOrInvented_IsNotShown()
    {
        using var directory = new TemporaryDirectory();
        var network = new FakeNetwork(12);
        using var client = Open(network, directory["1.db"], isNew: true);
        await Put(client, "a", Consumer.Content(1000));
        var provider = network.Providers[0];
        var agreement = client.ListAgreements()[0];
        Assert.False((await client.Inclusions.CheckAsync(agreement, default)).IsIncluded);
        provider.Commit();
        provider.ShowsCheckpoint = ProviderTree.Load([new(0, AgreementContents.Initial(agreement.Id))]);
        Assert.Contains("not the one on chain", (await client.Inclusions.CheckAsync(agreement, default)).Problem);
        provider.ShowsCheckpoint = null;
        provider.CommitInvented();
        Assert.Contains("RevisionRefused", (await client.Inclusions.CheckAsync(agreement, default)).Problem);
    }
}
