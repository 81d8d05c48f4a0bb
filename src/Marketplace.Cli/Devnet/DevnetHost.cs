using System.Security.Cryptography;
using System.Text.Json;
using Marketplace.Cli.Commands;
using Marketplace.Cli.Terminal;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Cryptography;

namespace Marketplace.Cli.Devnet;

/// <summary>A local network: a chain, a deployed market, providers as processes of their own, and a consumer with tokens. Ends with this object.</summary>
internal sealed class DevnetHost : IAsyncDisposable
{
    readonly List<DevnetNode> nodes = [];
    IDisposable? claim;

    DevnetHost(DevnetPlan plan) => Plan = plan;

    public DevnetPlan Plan { get; }

    public DevnetChain Chain { get; private set; } = null!;

    public IReadOnlyList<DevnetNode> Nodes => nodes;

    public DevnetState State { get; private set; } = null!;

    /// <summary>The passphrase of every key file here.</summary>
    public string Passphrase { get; private set; } = "";

    /// <summary>Starts everything; returns when all nodes are healthy.</summary>
    /// <param name="plan">What to start.</param>
    /// <param name="tell">Hears what is being done.</param>
    /// <param name="cancellationToken">Gives up, and ends what was started.</param>
    public static async Task<DevnetHost> StartAsync(DevnetPlan plan, Action<string> tell, CancellationToken cancellationToken)
    {
        var host = new DevnetHost(plan);
        try
        {
            host.PrepareFolder();
            tell("Starting the chain and deploying the contracts...");
            host.Chain = await DevnetChain.StartAsync(plan, cancellationToken);
            var consumer = await host.MakeConsumerAsync(cancellationToken);
            tell($"Registering {plan.Providers} providers: stake and listing...");
            await host.MakeProvidersAsync(consumer, cancellationToken);
            tell($"Starting {plan.Providers} provider nodes...");
            foreach (var node in host.nodes)
                node.Start();
            await Task.WhenAll(host.nodes.Select(node => node.WaitUntilReadyAsync(cancellationToken)));
            host.State = host.Describe(consumer);
            host.State.Save(plan.StateFile);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(nodes.Select(node => node.DisposeAsync().AsTask()));
        if (Chain is not null)
            await Chain.DisposeAsync();
        if (claim is not null)
            File.Delete(Plan.StateFile);
        claim?.Dispose();
    }

    void PrepareFolder()
    {
        claim = DevnetFolder.Claim(Plan);
        Passphrase = Environment.GetEnvironmentVariable(Passphrases.Variable) is { Length: >= 8 } given
            ? given
            : Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        KeyFiles.WritePrivate(Plan.PassphraseFile, Passphrase + "\n");
    }

    async Task<Ethereum.Primitives.Address> MakeConsumerAsync(CancellationToken cancellationToken)
    {
        using var wallet = PrivateKey.Create();
        Keystore.Save(Path.Combine(Plan.ConsumerHome, "wallet.json"), wallet, Passphrase, ScryptCost.Light);
        KeyFiles.WritePrivate(
            Path.Combine(Plan.ConsumerHome, "market.json"),
            JsonSerializer.Serialize(new { chain = Chain.Url, deployment = Plan.DeploymentFile, confirmations = 1 }, JsonOutput.Options));
        await Chain.GiveGasAsync(wallet.Address, cancellationToken);
        return wallet.Address;
    }

    async Task MakeProvidersAsync(Ethereum.Primitives.Address consumer, CancellationToken cancellationToken)
    {
        for (var number = 1; number <= Plan.Providers; number++)
            nodes.Add(new DevnetNode(Plan, number));
        foreach (var node in nodes)
        {
            await Chain.GiveGasAsync(await node.MakeAsync(Chain, Passphrase, cancellationToken), cancellationToken);
            await Chain.GiveGasAsync(node.Owner, cancellationToken);
        }
        await Chain.GiveTokensAsync(
            [(consumer, (ulong)Plan.ConsumerTokens), .. nodes.Select(node => (node.Owner, (ulong)Plan.StakeTokens))], cancellationToken);
        await Task.WhenAll(nodes.Select(node => node.JoinAsync(Chain, cancellationToken)));
    }

    DevnetState Describe(Ethereum.Primitives.Address consumer) => new()
    {
        Pid = Environment.ProcessId,
        Folder = Plan.Folder,
        Chain = Chain.Url,
        ChainId = Chain.Deployment.ChainId,
        Deployment = Plan.DeploymentFile,
        EpochSeconds = Plan.EpochSeconds,
        ConsumerHome = Plan.ConsumerHome,
        Consumer = consumer,
        PassphraseFile = Plan.PassphraseFile,
        Providers = [.. nodes.Select(node => node.Describe())],
    };
}
