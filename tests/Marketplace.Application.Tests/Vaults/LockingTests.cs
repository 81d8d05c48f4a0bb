using Marketplace.Application.Vaults;
using Marketplace.Chain.Tests.Markets;
using Marketplace.Client;
using Marketplace.Web.Tests.Network;

namespace Marketplace.Application.Tests.Vaults;

public sealed class LockingTests
{
    const string Passphrase = "a passphrase of the user's";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Locking_TellsWhatRunsLongToEnd_LetsNobodyWaitForATurn_AndTheVaultOpensAgain()
    {
        await using var chain = await MarketFixture.StartAsync();
        await using var door = new VaultDoor(chain.Market, new MemoryVaultHome(), new MarketplaceClientOptions(), TimeProvider.System);
        var vault = Assert.IsType<VaultOpened.Yes>(await door.CreateAsync(string.Join(' ', VaultDoor.DrawWords()), Passphrase, CancellationToken.None)).Vault;
        var running = vault.ChangeAsync(() => EndlesslyAsync(vault.Closing), CancellationToken.None);
        var next = vault.ChangeAsync(() => Task.FromResult(1), CancellationToken.None);

        await door.LockAsync().WaitAsync(Patience);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Patience));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.WaitAsync(Patience));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => vault.ChangeAsync(() => Task.FromResult(1), CancellationToken.None).WaitAsync(Patience));
        Assert.IsType<VaultState.Locked>(door.State);
        Assert.IsType<VaultOpened.Yes>(await door.OpenAsync(Passphrase, CancellationToken.None).WaitAsync(Patience));
    }

    static async Task<int> EndlesslyAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return 0;
    }
}
