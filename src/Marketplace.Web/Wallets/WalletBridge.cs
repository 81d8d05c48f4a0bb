using System.Globalization;
using Marketplace.Ethereum.Primitives;
using Marketplace.Web.Formatting;
using Microsoft.JSInterop;

namespace Marketplace.Web.Wallets;

/// <summary>Hears what happens in the page's wallets.</summary>
public interface IWalletListener
{
    /// <summary>A wallet announced itself.</summary>
    Task AnnouncedAsync(WalletChoice wallet, bool wasUsedBefore);

    /// <summary>The connected wallet shows these accounts now; with none it is disconnected.</summary>
    Task AccountsChangedAsync(IReadOnlyList<Address> accounts);

    /// <summary>The connected wallet is on this chain now.</summary>
    Task ChainChangedAsync(ulong chainId);
}

/// <summary>
/// The way to the wallets in the user's browser, over wallet.js. Keys stay there: what goes out are questions, what comes back are answers of strangers,
/// each checked before it is believed.
/// </summary>
public sealed class WalletBridge(IJSRuntime browser) : IAsyncDisposable
{
    const int Rejected = 4001, Internal = -32603;

    /// <summary>Users may take their time with a hardware wallet.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    IJSObjectReference? module;
    DotNetObjectReference<WalletBridge>? self;
    IWalletListener? listener;

    /// <summary>Asks wallets to announce themselves, and tells the listener from now on.</summary>
    public async Task StartAsync(IWalletListener heard)
    {
        listener = heard;
        self = DotNetObjectReference.Create(this);
        module = await browser.InvokeAsync<IJSObjectReference>("import", "/assets/js/wallet.js");
        await module.InvokeVoidAsync("discover", self);
    }

    /// <summary>Connects; asks the user unless <paramref name="silently"/>.</summary>
    public Task<WalletAnswer> ConnectAsync(string id, bool silently) => AskAsync("connect", id, silently);

    /// <summary>Forgets the wallet.</summary>
    public Task<WalletAnswer> DisconnectAsync() => AskAsync("disconnect");

    /// <summary>Has an account come first when this tab takes the wallet up again.</summary>
    public Task<WalletAnswer> ChooseAsync(Address account) => AskAsync("choose", account.ToString());

    /// <summary>Asks the wallet to go to the market's chain, and offers to add it where it is unknown and may be told.</summary>
    public Task<WalletAnswer> SwitchChainAsync(ChainOffer chain) => AskAsync("switchChain", chain.HexId, chain.Name, chain.Endpoint?.ToString());

    /// <summary>Asks for a signature over typed data (EIP-712).</summary>
    /// <param name="account">Whose.</param>
    /// <param name="typedData">As JSON for eth_signTypedData_v4.</param>
    public Task<WalletAnswer> SignTypedDataAsync(Address account, string typedData) => AskAsync("signTypedData", account.ToString(), typedData);

    /// <summary>Asks for a transaction on the market's chain; the answer is its hash.</summary>
    public Task<WalletAnswer> SendTransactionAsync(ChainOffer chain, Address from, Address to, ReadOnlyMemory<byte> data, ulong gas) => AskAsync(
        "sendTransaction", chain.HexId, from.ToString(), to.ToString(), "0x" + Convert.ToHexStringLower(data.Span), "0x" + gas.ToString("x", CultureInfo.InvariantCulture));

    /// <summary>Called by the page.</summary>
    [JSInvokable]
    public Task OnAnnounced(string? id, string? name, string? icon, bool wasUsedBefore) =>
        listener is null || id is not { Length: > 0 and <= 64 } || Texts.Name(name) is not { Length: > 0 } shown
            ? Task.CompletedTask
            : listener.AnnouncedAsync(new WalletChoice(id, shown, IsImage(icon) ? icon : null), wasUsedBefore);

    /// <inheritdoc cref="OnAnnounced"/>
    [JSInvokable]
    public Task OnAccounts(string?[]? accounts) => listener?.AccountsChangedAsync(ReadAccounts(accounts)) ?? Task.CompletedTask;

    /// <inheritdoc cref="OnAnnounced"/>
    [JSInvokable]
    public Task OnChain(string? chainId) => listener?.ChainChangedAsync(ReadChain(chainId)) ?? Task.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        listener = null;
        if (module is not null)
        {
            try
            {
                await module.InvokeVoidAsync("stop");
                await module.DisposeAsync();
            }
            catch (JSDisconnectedException)
            {
                // The page is gone, and its wallets with it.
            }
        }
        self?.Dispose();
    }

    /// <summary>Those that are addresses, each once; an answer that is not even a list has none.</summary>
    internal static IReadOnlyList<Address> ReadAccounts(string?[]? accounts) =>
        [.. (accounts ?? []).Take(256).Select(text => Address.TryParse(text, null, out var account) ? account : Address.Zero).Where(account => account != Address.Zero).Distinct()];

    /// <summary>0 for what is no chain id.</summary>
    internal static ulong ReadChain(string? chainId) =>
        chainId is { Length: > 2 and <= 18 } && chainId.StartsWith("0x", StringComparison.Ordinal)
            && ulong.TryParse(chainId.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id) ? id : 0;

    static bool IsImage(string? icon) => icon is { Length: <= 48 << 10 } && icon.StartsWith("data:image/", StringComparison.OrdinalIgnoreCase);

    async Task<WalletAnswer> AskAsync(string function, params object?[] arguments)
    {
        if (module is null)
            return new WalletAnswer.Failed(Internal, "The page has no connection to wallets yet.");
        try
        {
            var answer = await module.InvokeAsync<Answer>(function, Patience, arguments);
            return answer.Ok ? new WalletAnswer.Given(answer.Value ?? "")
                : answer.Code == Rejected ? new WalletAnswer.Rejected()
                : new WalletAnswer.Failed(answer.Code, Texts.Sentence(answer.Message, 300) is { Length: > 0 } words ? words : "It did not say why.");
        }
        // The page's script catches what wallets throw: what comes here came after it was asked.
        catch (Exception fault) when (fault is JSException or OperationCanceledException)
        {
            return new WalletAnswer.Unanswered();
        }
    }

    sealed record Answer(bool Ok, string? Value, int Code, string? Message);
}
