using System.CommandLine;
using System.Net;
using Marketplace.Chain.Deployments;
using Marketplace.Cli.Terminal;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;
using Marketplace.Provider.Administration;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>marketplace provider init</summary>
internal static class ProviderInit
{
    static readonly Option<string> Chain = new("--chain") { Description = "JSON-RPC address of the chain.", Required = true };
    static readonly Option<string> Deployment = new("--deployment") { Description = "File with the contracts' addresses.", Required = true };
    static readonly Option<string> Endpoint = new("--endpoint") { Description = "What consumers connect to: https://host:port.", Required = true };
    static readonly Option<string?> Listen = new("--listen") { Description = "IP address and port to accept connections on (default: all, at the endpoint's port)." };
    static readonly Option<long> Capacity = new("--capacity") { Description = "GiB that fragments may fill.", Required = true };
    static readonly Option<string> Region = new("--region") { Description = "Country code of two capital letters, such as DE.", DefaultValueFactory = _ => "" };
    static readonly Option<string?> OwnerKey = new("--owner-key-file")
    {
        Description = "File with the owner wallet's secret key in hex (default: a new wallet is made).",
    };

    static readonly Option<string> Admin = new("--admin")
    {
        Description = "Loopback address and port for health and metrics, or 'none'.", DefaultValueFactory = _ => "127.0.0.1:7480",
    };

    static readonly Option<double> Poll = new("--poll") { Description = "Seconds between looks at the chain.", DefaultValueFactory = _ => 2 };
    static readonly Option<int> Confirmations = new("--confirmations") { Description = "Blocks before a transaction counts as done.", DefaultValueFactory = _ => 2 };

    static readonly Option<double> KeepFree = new("--keep-free") { Description = "GiB of the disk that are never filled.", DefaultValueFactory = _ => 1 };

    static readonly Option<bool> LightKeys = new("--light-keys")
    {
        Description = "Weak but quick encryption of the key files; for development networks only.",
    };

    public static Command Create() =>
        new Command("init", "Make a node's folder, keys and settings, and register it on chain. Run it again if the registration did not go through.")
        {
            Chain, Deployment, Endpoint, Listen, Capacity, Region, OwnerKey, Admin, Poll, Confirmations, KeepFree, LightKeys,
        }.Runs(InitAsync);

    static async Task InitAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var home = new NodeHome(context.Home);
        var passphrase = home.Exists ? context.Passphrases.Existing("the owner wallet") : context.Passphrases.New("the owner wallet");
        if (!home.Exists)
            await MakeAsync(home, context, passphrase, cancellationToken);
        else
            context.Terminal.Note($"There is a node in {home.Folder} already; its registration is checked.");

        using var owner = KeyFiles.Open(home.OwnerKeystore, passphrase, "the owner wallet");
        var registered = await RegisterAsync(home, owner, context, cancellationToken);
        var settings = home.LoadSettings();
        context.Terminal.Result(
            new { home = home.Folder, provider = owner.Address, endpoint = settings.Endpoint, registered },
            console =>
            {
                console.WriteLine($"Provider {owner.Address} is registered with {settings.Endpoint}.");
                console.WriteLine("Next: `marketplace provider stake AMOUNT`, `marketplace provider list --price P --space N`, `marketplace provider run`.");
            });
    }

    static async Task MakeAsync(NodeHome home, CommandContext context, string passphrase, CancellationToken cancellationToken)
    {
        var deployment = await DeploymentFile.LoadAsync(context.Get(Deployment), cancellationToken);
        using var owner = context.Get(OwnerKey) is { } file ? KeyFiles.Import(file) : PrivateKey.Create();
        var settings = SettingsOf(context, owner.Address);
        settings.Check();

        await NodeMaker.MakeAsync(
            home, settings, deployment, owner, passphrase, context.Get(LightKeys) ? ScryptCost.Light : ScryptCost.Standard, context.Time, cancellationToken);
    }

    static NodeSettings SettingsOf(CommandContext context, Address owner)
    {
        if (!Uri.TryCreate(context.Get(Endpoint), UriKind.Absolute, out var endpoint) || !Uri.TryCreate(context.Get(Chain), UriKind.Absolute, out var chain))
            throw new CommandRefusal("address-invalid", "--endpoint is https://host:port and --chain an http or https address.");
        return new NodeSettings
        {
            Chain = chain,
            Owner = owner.ToString(),
            Endpoint = endpoint,
            Listen = context.Get(Listen) ?? new IPEndPoint(IPAddress.Any, endpoint.Port).ToString(),
            CapacityGiB = context.Get(Capacity),
            Region = context.Get(Region),
            AdminListen = context.Get(Admin) == "none" ? null : context.Get(Admin),
            PollSeconds = context.Get(Poll),
            Confirmations = context.Get(Confirmations),
            KeepFreeGiB = context.Get(KeepFree),
        };
    }

    /// <summary>False if the registration was there already.</summary>
    static async Task<bool> RegisterAsync(NodeHome home, PrivateKey owner, CommandContext context, CancellationToken cancellationToken)
    {
        var settings = home.LoadSettings();
        var particulars = NodeMaker.ParticularsOf(home, context.Time);
        using var session = await ChainSession.OpenAsync(settings.Chain.OriginalString, home.DeploymentFile, cancellationToken);
        var market = session.Market;
        var known = await market.Registry.FindAsync(owner.Address, cancellationToken: cancellationToken);
        if (known?.Particulars == particulars)
            return false;
        if (await market.Client.GetBalanceAsync(owner.Address, cancellationToken: cancellationToken) == Wei.Zero)
        {
            throw new CommandRefusal(
                "not-enough-gas",
                $"The owner wallet {owner.Address} has nothing to pay gas with. Send it some and run the command again; the operator {particulars.Operator} needs some too.");
        }
        context.Terminal.Note("Registering on chain...");
        var request = known is null ? market.Registry.Register(particulars) : market.Registry.Update(particulars);
        await session.SenderFor(owner, home.Folder).SendAsync(request, "register", cancellationToken);
        return true;
    }
}
