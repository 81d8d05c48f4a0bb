using Marketplace.Application.Vaults;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Tests.Markets;
using Marketplace.Client;
using Marketplace.Client.Recovery;
using Marketplace.Core.Primitives;
using Marketplace.Web.Tests.Network;

namespace Marketplace.Application.Tests.Vaults;

/// <summary>An open vault on a real chain: what is noted by itself, and what is looked for.</summary>
public sealed class VaultRecoveryTests : IAsyncLifetime
{
    const string Passphrase = "a passphrase of the user's";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly MemoryVaultHome home = new();
    MarketFixture chain = null!;
    ListingId listing;
    VaultDoor door = null!;
    OpenVault vault = null!;

    async Task IAsyncLifetime.InitializeAsync()
    {
        chain = await MarketFixture.StartAsync();
        listing = await chain.ProvideAsync();
        await chain.SendAsync(chain.Deployer, chain.Market.Token.Transfer(chain.Consumer.Address, TokenAmount.FromTokens(1_000)));
        door = new VaultDoor(chain.Market, home, new MarketplaceClientOptions(), TimeProvider.System);
        vault = Assert.IsType<VaultOpened.Yes>(await door.CreateAsync(string.Join(' ', VaultDoor.DrawWords()), Passphrase, default)).Vault;
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await door.DisposeAsync();
        await chain.DisposeAsync();
        Directory.Delete(home.SpoolFolder, recursive: true);
    }

    /// <summary>In somebody's wallet, of which the gateway does not know.</summary>
    async Task<AgreementId> RentAsync()
    {
        var terms = MarketFixture.Terms;
        var deposit = terms.Price * 10 * 4;
        var request = new AgreementRequest(listing, new GiB(10), 4, vault.Client.DataKey, deposit, terms.EgressPrice);
        var permit = await chain.PermitAsync(chain.Consumer, chain.Market.Escrow.Address, deposit);
        return Assert.Single(chain.Market.Agreements.ReadOpened(await chain.SendAsync(chain.Consumer, chain.Market.Agreements.Open([request], permit))));
    }

    async Task<RecoveryState> LookAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        vault.Recovery.Start(new RecoveryOptions());
        await foreach (var state in vault.Recovery.States.WatchAsync(limit.Token))
        {
            if (state is not RecoveryState.Looking)
                return state;
        }
        throw new TimeoutException("It looks for ever.");
    }

    async Task ShouldBeNotedAsync(AgreementId agreement)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (vault.Client.FindAgreement(agreement) is null)
            await Task.Delay(50, limit.Token);
    }

    [Fact]
    public async Task WhatWasRentedWhileTheVaultWasLocked_IsNotedWhenItIsOpened()
    {
        await door.LockAsync();
        var agreement = await RentAsync();
        vault = Assert.IsType<VaultOpened.Yes>(await door.OpenAsync(Passphrase, default)).Vault;
        await ShouldBeNotedAsync(agreement);
    }

    [Fact]
    public async Task VaultWithoutAnything_IsToldSo_AndWhatWasRentedMeanwhileIsNotedThen()
    {
        Assert.IsType<RecoveryResult.NotFound>(Assert.IsType<RecoveryState.Ended>(await LookAsync()).Result);
        var agreement = await RentAsync();
        // Its provider is none that answers: there is no catalog, but there is space.
        var nothing = Assert.IsType<RecoveryResult.NotFound>(Assert.IsType<RecoveryState.Ended>(await LookAsync()).Result);
        Assert.Contains("None of the 1 providers", nothing.Message, StringComparison.Ordinal);
        Assert.NotNull(vault.Client.FindAgreement(agreement));

        vault.Recovery.Dismiss();
        Assert.IsType<RecoveryState.Idle>(vault.Recovery.State);
    }

    [Fact]
    public async Task ChainThatIsAway_IsSaid_AndIsAskedAgainWhenItIsBack()
    {
        await door.LockAsync();
        var agreement = await RentAsync();
        await chain.Endpoint.StopAsync();
        vault = Assert.IsType<VaultOpened.Yes>(await door.OpenAsync(Passphrase, default)).Vault;
        Assert.Contains("chain", Assert.IsType<RecoveryState.Failed>(await LookAsync()).Reason, StringComparison.Ordinal);
        Assert.Null(vault.Client.FindAgreement(agreement));

        chain.Endpoint.Start();
        await ShouldBeNotedAsync(agreement);
        Assert.IsType<RecoveryState.Ended>(await LookAsync());
    }

    [Fact]
    public async Task Locking_IsNotHeldUpByLooking()
    {
        var (begun, held) = (new TaskCompletionSource(), new TaskCompletionSource<bool>());
        var change = vault.ChangeAsync(
            () =>
            {
                begun.SetResult();
                return held.Task;
            },
            default);
        // What was rented meanwhile may be noted before it.
        await begun.Task.WaitAsync(Patience);
        vault.Recovery.Start(new RecoveryOptions());
        Assert.IsType<RecoveryState.Looking>(vault.Recovery.State);
        var locking = door.LockAsync();
        held.SetResult(true);
        await change;
        await locking.WaitAsync(Patience);
        // A vault that is closed is not looked into any more.
        vault.Recovery.Start(new RecoveryOptions());
        using var limit = new CancellationTokenSource(Patience);
        while (vault.Recovery.State is RecoveryState.Looking)
            await Task.Delay(20, limit.Token);
        Assert.IsType<RecoveryState.Idle>(vault.Recovery.State);
    }
}
