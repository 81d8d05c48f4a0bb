using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Marketplace.Application.Vaults;
using Marketplace.Chain;
using Marketplace.Chain.Contracts;
using Marketplace.Chain.Deployments;
using Marketplace.Cli.Devnet;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Gateway.Hosting;
using Marketplace.Testing;
using Microsoft.Playwright;

namespace Marketplace.Web.Tests.Network;

/// <summary>One provider more than most rentals take: who can be rented in the place of a lost one.</summary>
public sealed class SpareNetwork : JourneyNetwork
{
    /// <inheritdoc/>
    protected override int Providers => 13;
}

/// <summary>What `npm start` gives a user: a chain, twelve providers and the dApp as processes of their own; and a browser in which a wallet signs.</summary>
public class JourneyNetwork : IAsyncLifetime
{
    readonly string folder = Directory.CreateTempSubdirectory("marketplace-journey-").FullName;
    readonly LocalSigner signer = new(new PrivateKey(Convert.FromHexString(AnvilProcess.PrivateKeys[0])));
    RpcHttpConnection? connection;
    Process? network;
    IPlaywright? playwright;
    IBrowser? browser;

    /// <summary>So many nodes.</summary>
    protected virtual int Providers => 12;

    /// <summary>What a browser is started with.</summary>
    internal Uri Start { get; private set; } = null!;

    /// <summary>The first account that `npm start` prints.</summary>
    internal LocalSigner Signer => signer;

    /// <summary>The network's chain.</summary>
    internal EthereumClient Client { get; private set; } = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout(60_000);
        network = CommandLine.Start(
            home: null,
            [
                "devnet", "up", "--foreground", "--dir", folder, "--epoch", "15", "--providers", $"{Providers}", "--gateway", $"127.0.0.1:{FreePort.On(IPAddress.Loopback)}",
                "--end-with-input", "--json",
            ]);
        var ready = await ReadDocumentAsync(network.StandardOutput).WaitAsync(TimeSpan.FromMinutes(10));
        Assert.True(ready, $"The local network did not start.\n{(network.HasExited ? await network.StandardError.ReadToEndAsync() : "")}");
        _ = network.StandardError.ReadToEndAsync();
        using var state = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "devnet.json")));
        Start = new Uri(state.RootElement.GetProperty("gateway").GetString()!);
        connection = new RpcHttpConnection(
            RpcEndpoint.Parse(state.RootElement.GetProperty("chain").GetString()!), new RpcConnectionOptions(), TimeProvider.System);
        Client = new EthereumClient(connection, ContractErrors.Decoder);
        playwright = await Playwright.CreateAsync();
        browser = await Chromium.LaunchAsync(playwright);
    }

    /// <summary>A fresh browser that was started with the gateway's address.</summary>
    internal async Task<IBrowserContext> VisitAsync(TestWallet wallet, Look look)
    {
        var context = await look.OpenAsync(browser!, new Uri(Start.GetLeftPart(UriPartial.Authority)), Start);
        await wallet.InstallAsync(context);
        return context;
    }

    /// <summary>Another machine's home with a vault, which knows the market.</summary>
    /// <param name="home">Where; not there yet.</param>
    /// <param name="passphrase">The vault's.</param>
    internal async Task MakeHomeAsync(string home, string passphrase)
    {
        using var state = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "devnet.json")));
        var made = await CommandLine.RunAsync(
            home, ["vault", "init", "--chain", state.RootElement.GetProperty("chain").GetString()!, "--deployment", Path.Combine(folder, "deployment.json")], passphrase: passphrase);
        Assert.True(made.ExitCode == 0, made.Error);
    }

    /// <summary>Another machine's gateway on the same network, which knows nothing of the first; the caller's.</summary>
    /// <param name="home">Its vault; null for none yet.</param>
    internal async Task<GatewayHost> StartElsewhereAsync(IVaultHome? home = null) =>
        await TestGateway.StartAsync(await OpenMarketAsync(), options => options with { Vault = home ?? options.Vault });

    /// <summary>The network's market.</summary>
    internal async Task<Market> OpenMarketAsync() => new(connection!, await DeploymentFile.LoadAsync(Path.Combine(folder, "deployment.json")));

    /// <summary>A fresh browser at another machine's gateway, which is a process.</summary>
    internal Task<IBrowserContext> VisitAsync(GatewayProcess elsewhere) =>
        Look.All[0].OpenAsync(browser!, new Uri(elsewhere.Start.GetLeftPart(UriPartial.Authority)), elsewhere.Start);

    /// <summary>A fresh browser at another machine's gateway.</summary>
    internal Task<IBrowserContext> VisitAsync(GatewayHost elsewhere) => Look.All[0].OpenAsync(browser!, elsewhere.Address, elsewhere.StartAddress);

    /// <summary>The wallet that owns one of the providers; the caller's.</summary>
    internal LocalSigner OwnerOf(string provider)
    {
        var opening = Keystore.Load(Path.Combine(folder, "providers", provider, "owner.json"), CommandLine.Passphrase);
        return new LocalSigner(Assert.IsType<KeystoreOpening.Opened>(opening).Key);
    }

    /// <summary>As <see cref="OwnerOf(string)"/>, by its account.</summary>
    internal async Task<LocalSigner> OwnerOfAsync(string account) => OwnerOf((await FindProviderAsync(account)).GetProperty("name").GetString()!);

    /// <summary>Ends a provider's node for good, as a machine that burns.</summary>
    internal async Task LoseAsync(string account)
    {
        using var node = Process.GetProcessById((await FindProviderAsync(account)).GetProperty("pid").GetInt32());
        node.Kill();
    }

    async Task<JsonElement> FindProviderAsync(string account)
    {
        using var state = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "devnet.json")));
        return state.RootElement.GetProperty("providers").EnumerateArray().Single(row => row.GetProperty("address").GetString() == account).Clone();
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (browser is not null)
            await browser.CloseAsync();
        playwright?.Dispose();
        connection?.Dispose();
        signer.Dispose();
        if (network is not null)
            await CommandLine.StopAsync(network, TimeSpan.FromSeconds(60));
        Directory.Delete(folder, recursive: true);
    }

    static async Task<bool> ReadDocumentAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            if (line == "}")
                return true;
        }
        return false;
    }
}
