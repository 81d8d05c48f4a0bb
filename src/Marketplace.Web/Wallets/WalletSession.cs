using Marketplace.Ethereum.Primitives;

namespace Marketplace.Web.Wallets;

/// <summary>The wallet of one open page. Everything runs on the page's own thread of events.</summary>
public sealed class WalletSession(WalletBridge bridge, ChainOffer chain) : IWalletListener
{
    const int MostWallets = 32;

    readonly List<WalletChoice> choices = [];
    bool isStarted;
    int attempts;

    /// <summary>Something of it changed.</summary>
    public event Action? Changed;

    /// <summary>Wallets that announced themselves.</summary>
    public IReadOnlyList<WalletChoice> Choices => choices;

    /// <summary>Whether one is connected.</summary>
    public WalletState State { get; private set; } = new WalletState.Disconnected();

    /// <summary>Why the last attempt came to nothing, for people; null when it did not.</summary>
    public string? Trouble { get; private set; }

    /// <summary>The account that pages act for; null when none is connected.</summary>
    public Address? Account => (State as WalletState.Connected)?.Account;

    /// <summary>The market's chain.</summary>
    public ChainOffer Chain => chain;

    /// <summary>Whether the wallet is on another chain than the market.</summary>
    public bool IsOnWrongChain => State is WalletState.Connected connected && connected.ChainId != chain.ChainId;

    /// <summary>Looks for wallets, once the page can be asked; an earlier connection of this browser is taken up without asking.</summary>
    public async Task StartAsync()
    {
        if (isStarted)
            return;
        isStarted = true;
        await bridge.StartAsync(this);
    }

    /// <summary>Asks a wallet to be connected.</summary>
    public async Task ConnectAsync(WalletChoice wallet)
    {
        (State, Trouble) = (new WalletState.Connecting(wallet), null);
        Changed?.Invoke();
        await TakeUpAsync(wallet, silently: false);
    }

    /// <summary>Waits no longer for a wallet's answer; what it says later does not count.</summary>
    public void GiveUp()
    {
        if (State is not WalletState.Connecting)
            return;
        attempts++;
        Become(new WalletState.Disconnected());
    }

    /// <summary>Forgets the wallet; it keeps to itself what it permitted.</summary>
    public async Task DisconnectAsync()
    {
        await bridge.DisconnectAsync();
        Become(new WalletState.Disconnected());
    }

    /// <summary>Acts for another of the wallet's accounts from now on, also when the page is loaded anew.</summary>
    public async Task ChooseAsync(Address account)
    {
        await bridge.ChooseAsync(account);
        if (State is WalletState.Connected connected && connected.Accounts.Contains(account))
            Become(connected with { Account = account });
    }

    /// <summary>Asks the wallet to go to the market's chain.</summary>
    public async Task SwitchChainAsync()
    {
        var answer = await bridge.SwitchChainAsync(chain);
        Trouble = answer switch
        {
            WalletAnswer.Given => null,
            WalletAnswer.Rejected => "You declined to switch networks in your wallet.",
            WalletAnswer.Failed failed => $"Your wallet did not switch: {failed.Message}",
            WalletAnswer.Unanswered => "Your wallet did not answer.",
            _ => null,
        };
        Changed?.Invoke();
    }

    /// <inheritdoc/>
    public async Task AnnouncedAsync(WalletChoice wallet, bool wasUsedBefore)
    {
        if (choices.Count >= MostWallets || choices.Any(known => known.Id == wallet.Id))
            return;
        choices.Add(wallet);
        Changed?.Invoke();
        if (wasUsedBefore && State is WalletState.Disconnected)
            await TakeUpAsync(wallet, silently: true);
    }

    /// <inheritdoc/>
    public Task AccountsChangedAsync(IReadOnlyList<Address> accounts)
    {
        if (State is not WalletState.Connected connected)
            return Task.CompletedTask;
        // Wallets put the account in use first.
        Become(accounts.Count == 0 ? new WalletState.Disconnected() : connected with { Accounts = accounts, Account = accounts[0] });
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task ChainChangedAsync(ulong chainId)
    {
        if (State is WalletState.Connected connected)
            Become(connected with { ChainId = chainId });
        return Task.CompletedTask;
    }

    async Task TakeUpAsync(WalletChoice wallet, bool silently)
    {
        var attempt = ++attempts;
        var answer = await bridge.ConnectAsync(wallet.Id, silently);
        if (attempt != attempts)
            return;
        if (answer is WalletAnswer.Given { Value: var value } && value.Split(' ') is [var chainId, .. var texts]
            && WalletBridge.ReadAccounts(texts) is { Count: > 0 } accounts)
        {
            Become(new WalletState.Connected(wallet, accounts[0], accounts, WalletBridge.ReadChain(chainId)));
            return;
        }
        State = new WalletState.Disconnected();
        Trouble = silently ? null : answer switch
        {
            WalletAnswer.Rejected => $"You declined the connection in {wallet.Name}.",
            // EIP-1193's and EIP-1474's: a request of the same kind is waiting in the wallet.
            WalletAnswer.Failed { Code: -32002 } => $"{wallet.Name} is waiting for you: open it and answer its question.",
            WalletAnswer.Failed failed => $"{wallet.Name} could not connect: {failed.Message}",
            WalletAnswer.Unanswered => $"{wallet.Name} did not answer.",
            _ => $"{wallet.Name} showed no account.",
        };
        Changed?.Invoke();
    }

    void Become(WalletState state)
    {
        (State, Trouble) = (state, null);
        Changed?.Invoke();
    }
}
