using Marketplace.Application.Pipeline;
using Marketplace.Application.Vaults;
using Marketplace.Client;
using Marketplace.Client.Keys;
using Marketplace.Client.Recovery;
using Marketplace.Client.Tests;
using Marketplace.Client.Tests.Network;
using static Marketplace.Client.Tests.Network.WholeClient;

namespace Marketplace.Application.Tests.Vaults;

/// <summary>What comes back to a new machine, as the use case tells it.</summary>
public sealed class RecoverFilesTests : IDisposable
{
    readonly TemporaryDirectory directory = new();
    readonly FakeNetwork network = new(12);

    public void Dispose() => directory.Dispose();

    static Task<RecoveryResult> RecoverAsync(MarketplaceClient client, bool acceptOlder = false) =>
        UseCases.Over(client).Send(new RecoverFiles(new RecoveryOptions { AcceptOlder = acceptOlder }));

    [Fact]
    public async Task FilesOfALostMachine_AreThereAgain_AndProvidersThatAreAwayAreNamed()
    {
        using (var lost = Open(network, directory["1.db"], isNew: true))
            await Put(lost, "a", Consumer.Content(3000));
        network.Providers[0].IsDead = true;
        using var client = Open(network, directory["2.db"]);
        var found = Assert.IsType<RecoveryResult.Recovered>(await RecoverAsync(client));
        Assert.Equal((1, 12), (found.Objects, found.Agreements));
        Assert.Contains(network.Providers[0].Provider.Provider.ToString(), Assert.Single(found.Problems), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(Consumer.Content(3000), await Get(client, "a"));
    }

    [Fact]
    public async Task NewerListThatCannotBeRead_IsSaid_AndTheOlderIsUsedOnlyWhereThatIsWanted()
    {
        using (var lost = Open(network, directory["1.db"], isNew: true))
        {
            await Put(lost, "old", Consumer.Content(1000));
            foreach (var provider in network.Providers[3..])
                provider.RefusesRecords = true;
            await PutUnpublished(lost, "new", Consumer.Content(2000));
            var snapshot = lost.ReadManifest(lost.FindSnapshot()!)!.Roots.SelectMany(roots => roots).ToHashSet();
            foreach (var provider in network.Providers)
                provider.Corrupts = (root, bytes) => snapshot.Contains(root) ? new byte[bytes.Length] : bytes;
        }
        using var client = Open(network, directory["2.db"]);
        Assert.True(Assert.IsType<RecoveryResult.NewerUnreadable>(await RecoverAsync(client)).CanUseOlder);
        Assert.Empty(Names(client));
        Assert.IsType<RecoveryResult.Recovered>(await RecoverAsync(client, acceptOlder: true));
        Assert.Equal(["old"], Names(client));
    }

    [Fact]
    public async Task OtherWords_FindNothing()
    {
        using (var lost = Open(network, directory["1.db"], isNew: true))
            await Put(lost, "a", Consumer.Content(10));
        using var keys = new VaultKeys(Enumerable.Repeat((byte)1, 32).ToArray());
        using var client = Open(network, directory["2.db"], keys: keys);
        Assert.IsType<RecoveryResult.NotFound>(await RecoverAsync(client));
    }
}
