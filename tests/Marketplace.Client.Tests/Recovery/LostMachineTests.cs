using Marketplace.Client.Recovery;
using Marketplace.Client.Revisions;
using Marketplace.Client.Tests.Network;
using Marketplace.Core.Primitives;
using static Marketplace.Client.Tests.Network.WholeClient;

namespace Marketplace.Client.Tests.Recovery;

/// <summary>What the network must still know when a machine is lost at the worst moment.</summary>
public sealed class LostMachineTests : IDisposable
{
    readonly TemporaryDirectory directory = new();
    readonly FakeNetwork network = new(12);

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task ObjectReplaced_WithoutThatTheCatalogIsPublished_IsRecoveredAsItWas()
    {
        using (var client = Open(network, directory["1.db"], isNew: true))
        {
            await Put(client, "a", Consumer.Content(1000));
            SetRecordsRefused(network.Providers, true);
            await PutUnpublished(client, "a", Consumer.Content(2000));
            await PutUnpublished(client, "b", Consumer.Content(3000));
            Assert.False(client.LastPublication!.IsSafe);
        }
        using var again = Open(network, directory["2.db"]);
        await Recover(again);
        Assert.Equal(["a"], Names(again));
        Assert.Equal(Consumer.Content(1000), await Get(again, "a"));
    }

    [Fact]
    public async Task ObjectReplaced_IsFreed_OnceTheCatalogIsPublished()
    {
        using var client = Open(network, directory["1.db"], isNew: true);
        await Put(client, "a", Consumer.Content(1000));
        SetRecordsRefused(network.Providers, true);
        await PutUnpublished(client, "a", Consumer.Content(2000));
        Assert.All(network.Providers, provider => Assert.Equal(4ul, provider.OccupiedSlots));
        SetRecordsRefused(network.Providers, false);
        await Put(client, "a", Consumer.Content(3000));
        Assert.All(network.Providers, provider => Assert.Equal(2ul, provider.OccupiedSlots));
    }

    [Theory]
    [InlineData(9, true)]
    [InlineData(8, false)]
    public async Task Publication_IsSafe_OnlyIfAnyFourProvidersLeadToTheCatalog(int records, bool isSafe)
    {
        SetRecordsRefused(network.Providers[records..], true);
        using var client = Open(network, directory["1.db"], isNew: true);
        await PutUnpublished(client, "a", Consumer.Content(1000));
        Assert.Equal((isSafe, records), (client.LastPublication!.IsSafe, client.LastPublication.Records));
    }

    [Fact]
    public async Task Publication_WithTooFewProvidersForAnyCoding_UsesThoseThatThereAre()
    {
        using (var client = Open(network, directory["1.db"], isNew: true))
        {
            await Put(client, "a", Consumer.Content(1000));
            await Put(client, "gone", Consumer.Content(2000));
            foreach (var provider in network.Providers[..2])
                provider.IsDead = true;
            Assert.NotNull(await client.RemoveAsync(Consumer.Name("gone"), default));
            Assert.Null(client.LastPublication!.Problem);
        }
        // Any third of the ten that took it is enough.
        foreach (var provider in network.Providers[2..9])
            provider.IsDead = true;
        network.Providers[0].IsDead = false;
        using var again = Open(network, directory["2.db"]);
        await Recover(again);
        Assert.Equal(["a"], Names(again));
        Assert.Equal(Consumer.Content(1000), await Get(again, "a"));
    }

    [Fact]
    public async Task NewestCatalog_ThatCannotBeRead_IsNotPassedOver()
    {
        await PutTwiceAndHideTheNewestCatalogAsync();
        using var again = Open(network, directory["2.db"]);
        var refused = Assert.IsType<RecoveryResult.NewerUnreadable>(await again.RecoverAsync(new(), default));
        Assert.True(refused.CanUseOlder);
        Assert.Empty(again.List());
    }

    [Fact]
    public async Task OlderCatalog_AcceptedKnowingly_ClearsNothing_AndTheNewerIsTakenWhenItIsBack()
    {
        await PutTwiceAndHideTheNewestCatalogAsync();
        using var again = Open(network, directory["2.db"]);
        var recovered = await Recover(again, new RecoveryOptions { AcceptOlder = true });
        Assert.Equal(["old"], Names(again));
        // "new", and the snapshot that cannot be read.
        Assert.Equal(24, recovered.UnclaimedFragments);

        foreach (var provider in network.Providers)
            provider.Corrupts = null;
        await Recover(again);
        Assert.Equal(["new", "old"], Names(again));
        Assert.Equal(Consumer.Content(2000), await Get(again, "new"));
    }

    [Fact]
    public async Task Fragments_ThatTheCatalogDoesNotKnow_SurviveItsChanges_UntilTheyAreDiscarded()
    {
        await PutTwiceAndHideTheNewestCatalogAsync();
        using var again = Open(network, directory["2.db"], pageNames: CatalogPage.MeanNames);
        await Recover(again, new RecoveryOptions { AcceptOlder = true });
        await Put(again, "x", Consumer.Content(10));
        await Put(again, "y", Consumer.Content(10));
        // old, new, the lost snapshot, x, y, the present snapshot and the one before.
        Assert.All(network.Providers, provider => Assert.Equal(7ul, provider.OccupiedSlots));

        Assert.Contains("Nothing was discarded", Assert.Single((await Recover(again, new RecoveryOptions { DiscardUnclaimed = true })).Problems), StringComparison.Ordinal);
        var recovered = await Recover(again, new RecoveryOptions { AcceptOlder = true, DiscardUnclaimed = true });
        Assert.Equal(0, recovered.UnclaimedFragments);
        Assert.All(network.Providers, provider => Assert.Equal(4ul, provider.OccupiedSlots));
    }

    [Fact]
    public async Task Providers_WithAnotherOperatorKeySince_AreRecoveredFrom()
    {
        using (var client = Open(network, directory["1.db"], isNew: true))
            await Put(client, "a", Consumer.Content(1000));
        foreach (var provider in network.Providers)
            provider.ChangeOperator();
        using var again = Open(network, directory["2.db"]);
        Assert.Empty((await Recover(again)).Problems);
        await Put(again, "b", Consumer.Content(2000));
        Assert.Equal(Consumer.Content(1000), await Get(again, "a"));
    }

    [Fact]
    public async Task CountersignatureOfAnOldKey_IsRenewedWithoutAChangeOfContents()
    {
        using var client = Open(network, directory["1.db"], isNew: true);
        await Put(client, "a", Consumer.Content(1000));
        var (provider, other) = (network.Providers[0], network.Providers[1]);
        var before = client.FindAgreement(provider.Agreement)!;
        Assert.True(before.IsCountersignedBy(FakeNetwork.Domain, provider.Provider.Operator));
        provider.ChangeOperator();
        Assert.False(before.IsCountersignedBy(FakeNetwork.Domain, provider.Provider.Operator));

        Assert.Null(await client.CountersignAnewAsync(provider.Agreement, default));

        Assert.True(client.FindAgreement(provider.Agreement)!.IsCountersignedBy(FakeNetwork.Domain, provider.Provider.Operator));
        var after = client.FindAgreement(provider.Agreement)!;
        Assert.Equal(before.Revision with { Number = before.Revision.Number + 1 }, after.Revision);
        Assert.True(after.Revision.IsSignedBy(FakeNetwork.Domain, provider.Provider.Operator, after.ProviderSignature!.Value));
        other.IsDead = true;
        Assert.NotNull(await client.CountersignAnewAsync(other.Agreement, default));
        await Assert.ThrowsAsync<ArgumentException>(() => client.CountersignAnewAsync(new AgreementId(999), default));
        other.IsDead = false;
        await Put(client, "b", Consumer.Content(2000));
        Assert.Equal(Consumer.Content(1000), await Get(client, "a"));
    }

    /// <summary>Puts "old", then "new"; the catalog that knows both cannot be read for now.</summary>
    async Task PutTwiceAndHideTheNewestCatalogAsync()
    {
        using var client = Open(network, directory["1.db"], isNew: true);
        await Put(client, "old", Consumer.Content(1000));
        // Nine providers miss the second publication's record; its three holders are enough to know that there is one.
        SetRecordsRefused(network.Providers[3..], true);
        await PutUnpublished(client, "new", Consumer.Content(2000));
        var snapshot = client.ReadManifest(client.FindSnapshot()!)!.Roots.SelectMany(roots => roots).ToHashSet();
        SetRecordsRefused(network.Providers, false);
        foreach (var provider in network.Providers)
            provider.Corrupts = (root, bytes) => snapshot.Contains(root) ? new byte[bytes.Length] : bytes;
    }

    static void SetRecordsRefused(IEnumerable<FakeProvider> providers, bool refused)
    {
        foreach (var provider in providers)
            provider.RefusesRecords = refused;
    }
}
