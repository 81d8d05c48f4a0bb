using System.Globalization;
using System.Text.Json;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;
using Microsoft.Playwright;

namespace Marketplace.Web.Tests.Network;

/// <summary>A wallet in a page, with its user: who answers at once, says no, or takes time.</summary>
sealed class TestWallet(ulong chainId, params IReadOnlyList<LocalSigner> signers)
{
    const int UserRejected = 4001, UnknownChain = 4902, UnsupportedMethod = 4200;

    readonly List<string> asked = [];
    bool isPermitted;
    IPage? page;

    /// <summary>The chain that it is on.</summary>
    public ulong ChainId { get; private set; } = chainId;

    /// <summary>Chains that it knows.</summary>
    public HashSet<ulong> KnownChains { get; } = [chainId, 1];

    /// <summary>Accounts it shows, the one in use first.</summary>
    public IReadOnlyList<Address> Accounts { get; private set; } = [.. signers.Select(signer => signer.Address)];

    /// <summary>Whether its user says no to everything.</summary>
    public bool Rejects { get; set; }

    /// <summary>Methods that its user says no to, once each.</summary>
    public HashSet<string> RejectsNext { get; } = [];

    /// <summary>A limit of gas that its user typed over the page's; null for none.</summary>
    public ulong? TypedGas { get; set; }

    /// <summary>Says that it sent what it keeps to itself, as one whose own endpoint did not pass it on.</summary>
    public bool KeepsTransactions { get; set; }

    /// <summary>Answers with something else than a transaction's hash, and sends nothing.</summary>
    public bool TellsNonsense { get; set; }

    /// <summary>The transactions that it sent, as they were signed.</summary>
    public List<Eip1559Transaction> Sent { get; } = [];

    /// <summary>Where its transactions go; null for a wallet that sends none.</summary>
    public EthereumClient? Client { get; init; }

    /// <summary>Questions wait for this, as for a user who takes time.</summary>
    public Task Hesitation { get; set; } = Task.CompletedTask;

    /// <summary>The methods that pages asked for, in order.</summary>
    public IReadOnlyList<string> Asked
    {
        get
        {
            lock (asked)
                return [.. asked];
        }
    }

    /// <summary>Puts it into a context's pages.</summary>
    public async Task InstallAsync(IBrowserContext context, string name = "Test Wallet")
    {
        await context.ExposeFunctionAsync<string, string, Task<string>>("__wallet", AnswerAsync);
        await context.AddInitScriptAsync($"window.__walletName = {JsonSerializer.Serialize(name)};");
        await context.AddInitScriptAsync(Script());
        context.Page += (_, opened) => page = opened;
    }

    /// <summary>Its user turns to another account, or with none takes the permission back.</summary>
    public async Task UseAsync(params IReadOnlyList<LocalSigner> accounts)
    {
        Accounts = [.. accounts.Select(account => account.Address)];
        isPermitted = Accounts.Count > 0;
        await TellAsync("accountsChanged", Accounts.Select(account => account.ToString()).ToArray());
    }

    /// <summary>Its user has something else sent with the newest one's number, for a higher fee: the same to speed it up.</summary>
    public async Task ReplaceAsync(Func<Eip1559Transaction, Eip1559Transaction> change)
    {
        var newest = Sent[^1];
        var other = change(newest with { MaxFeePerGas = newest.MaxFeePerGas * 3, MaxPriorityFeePerGas = newest.MaxPriorityFeePerGas * 3 });
        var signed = await SignerOf(Accounts[0].ToString()).SignTransactionAsync(other);
        if (!(await Client!.SendRawTransactionAsync(signed.Raw)).IsWithNode)
            throw new InvalidOperationException("The chain did not take it.");
    }

    /// <summary>Its user turns to another chain.</summary>
    public async Task GoToAsync(ulong chain)
    {
        ChainId = chain;
        await TellAsync("chainChanged", Hex(chain));
    }

    Task TellAsync(string what, object value) => page!.EvaluateAsync("([name, value]) => window.__walletTell(name, value)", new[] { what, value });

    async Task<string> AnswerAsync(string method, string parameters)
    {
        lock (asked)
            asked.Add(method);
        using var document = JsonDocument.Parse(parameters);
        return method switch
        {
            "eth_chainId" => Result(Hex(ChainId)),
            "eth_accounts" => Result(isPermitted ? Shown() : []),
            "eth_requestAccounts" => await WhenAgreedAsync(() =>
            {
                isPermitted = true;
                return Task.FromResult(Result(Shown()));
            }),
            "wallet_switchEthereumChain" => await WhenAgreedAsync(() => SwitchAsync(ChainOf(document))),
            "wallet_addEthereumChain" => await WhenAgreedAsync(() =>
            {
                KnownChains.Add(ChainOf(document));
                return SwitchAsync(ChainOf(document));
            }),
            "eth_signTypedData_v4" => await WhenAgreedAsync(() => SignAsync(document.RootElement)),
            "eth_sendTransaction" => await WhenAgreedAsync(() => SendAsync(document.RootElement[0])),
            _ => Error(UnsupportedMethod, method + " is not supported."),
        };
    }

    /// <summary>Signs what it is shown, as it is shown: from the typed data's own text.</summary>
    async Task<string> SignAsync(JsonElement parameters)
    {
        var signer = SignerOf(parameters[0].GetString());
        using var shown = JsonDocument.Parse(parameters[1].GetString()!);
        var signature = await signer.SignDigestAsync(TypedDataText.Digest(shown.RootElement));
        return Result("0x" + Convert.ToHexStringLower(signature.ToArray()));
    }

    async Task<string> SendAsync(JsonElement shown)
    {
        if (Client is not { } client)
            return Error(UnsupportedMethod, "This wallet has no chain.");
        if (TellsNonsense)
            return Result("done");
        if (shown.GetProperty("chainId").GetString() != Hex(ChainId))
            return Error(-32602, "It is on another chain.");
        var signer = SignerOf(shown.GetProperty("from").GetString());
        var fees = await new FeeEstimator(client, new FeeEstimatorOptions()).QuoteAsync();
        var transaction = new Eip1559Transaction
        {
            ChainId = ChainId,
            Nonce = await client.GetTransactionCountAsync(signer.Address, BlockTag.Pending),
            MaxFeePerGas = fees.MaxFeePerGas,
            MaxPriorityFeePerGas = fees.MaxPriorityFeePerGas,
            GasLimit = TypedGas ?? ulong.Parse(shown.GetProperty("gas").GetString().AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            To = Address.Parse(shown.GetProperty("to").GetString()!),
            Data = Convert.FromHexString(shown.GetProperty("data").GetString().AsSpan(2)),
        };
        Sent.Add(transaction);
        var signed = await signer.SignTransactionAsync(transaction);
        if (KeepsTransactions)
            return Result(signed.Hash.ToString());
        var sent = await client.SendRawTransactionAsync(signed.Raw);
        return sent.IsWithNode ? Result(sent.Hash.ToString()) : Error(-32000, sent.Words ?? "refused");
    }

    LocalSigner SignerOf(string? account) => signers.Single(signer => signer.Address == Address.Parse(account!));

    async Task<string> WhenAgreedAsync(Func<Task<string>> act)
    {
        await Hesitation;
        return Rejects || RejectsNext.Remove(asked[^1]) ? Error(UserRejected, "User rejected the request.") : await act();
    }

    async Task<string> SwitchAsync(ulong chain)
    {
        if (!KnownChains.Contains(chain))
            return Error(UnknownChain, "Unrecognized chain ID.");
        await GoToAsync(chain);
        return Result(null);
    }

    string[] Shown() => [.. Accounts.Select(account => account.ToString())];

    static ulong ChainOf(JsonDocument parameters) =>
        ulong.Parse(parameters.RootElement[0].GetProperty("chainId").GetString().AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    static string Hex(ulong value) => "0x" + value.ToString("x", CultureInfo.InvariantCulture);

    static string Result(object? value) => JsonSerializer.Serialize(new { result = value });

    static string Error(int code, string message) => JsonSerializer.Serialize(new { error = new { code, message } });

    static string Script()
    {
        using var reader = new StreamReader(typeof(TestWallet).Assembly.GetManifestResourceStream("wallet-shim.js")!);
        return reader.ReadToEnd();
    }
}
