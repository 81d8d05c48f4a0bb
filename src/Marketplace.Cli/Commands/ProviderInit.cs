using System.CommandLine;
using System.Net;
using Marketplace.Chain.Deployments;
using Marketplace.Chain.Registry;
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
    static readonly Option<string?> Owner = new("--owner")
    {
        Description = "Account that owns the node, in a browser's wallet: its key stays there, and the page Provide registers the node (default: a new wallet is made here).",
    };

    static readonly Option<string?> OwnerKey = new("--owner-key-file")
    {
        Description = "File with the owner wallet's secret key in hex, which is kept here then.",
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
            Chain, Deployment, Endpoint, Listen, Capacity, Region, Owner, OwnerKey, Admin, Poll, Confirmations, KeepFree, LightKeys,
        }.Runs(InitAsync);

    static async Task InitAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (context.Get(Owner) is not null && context.Get(OwnerKey) is not null)
            throw new CommandRefusal("owner-twice", "--owner and --owner-key-file say the same in two ways: the first leaves the owner's key where it is, the second brings it here.");
        var home = new NodeHome(context.Home);
        string? passphrase = null;
        if (home.Exists)
            RequireOwner(home, context);
        else
            passphrase = await MakeAsync(home, context, cancellationToken);
        var settings = home.LoadSettings();
        var particulars = NodeMaker.ParticularsOf(home, context.Time);
        using var session = await ChainSession.OpenAsync(settings.Chain.OriginalString, home.DeploymentFile, cancellationToken);
        var known = (await session.Market.Registry.FindAsync(settings.OwnerAddress, cancellationToken: cancellationToken))?.Particulars;
        var registers = known != particulars && home.HasOwnerKey;
        if (registers)
        {
            using var owner = KeyFiles.Open(home.OwnerKeystore, passphrase ?? context.Passphrases.Existing("the owner wallet"), "the owner wallet");
            await RegisterAsync(session, session.SenderFor(owner, home.Folder), particulars, known is null, context, cancellationToken);
        }
        var isRegistered = registers || known == particulars;
        context.Terminal.Result(
            new
            {
                home = home.Folder, provider = settings.OwnerAddress, endpoint = particulars.Endpoint, @operator = particulars.Operator, particulars.TlsKeyHash, particulars.Region,
                registered = registers, isRegistered,
            },
            console => Tell(console, settings.OwnerAddress, particulars, isRegistered, home.HasOwnerKey));
    }

    /// <summary>Each of what is to be copied has a line of its own.</summary>
    static void Tell(IAnsiConsole console, Address owner, ProviderParticulars particulars, bool isRegistered, bool isOwnerHere)
    {
        if (isRegistered)
        {
            console.WriteLine($"Provider {owner} is registered with {particulars.Endpoint}.");
            console.WriteLine(isOwnerHere
                ? "Next: `marketplace provider stake AMOUNT`, `marketplace provider list --price P --space N`, `marketplace provider run`."
                : "Next: `marketplace provider run`; its owner stakes and offers space on the page Provide.");
            return;
        }
        console.WriteLine($"The node is made. Register it on the page Provide, with the account {owner} in the browser's wallet:");
        console.WriteLine($"The node's address, https://host:port\n  {particulars.Endpoint}");
        console.WriteLine($"The account that it signs with\n  {particulars.Operator}");
        console.WriteLine($"Hash of its TLS key\n  {particulars.TlsKeyHash}");
        if (particulars.Region.Length > 0)
            console.WriteLine($"Region\n  {particulars.Region}");
        console.WriteLine("Then send the account that it signs with something to pay gas with, and start the node: `marketplace provider run`.");
    }

    /// <summary>A node stays whose it is.</summary>
    static void RequireOwner(NodeHome home, CommandContext context)
    {
        var owner = home.LoadSettings().OwnerAddress;
        if (context.Get(Owner) is { } text && TextArguments.ParseAddress(text) != owner)
            throw new CommandRefusal("owner-differs", $"There is a node of {owner} in {home.Folder} already. Make the other one in a folder of its own: --home FOLDER.");
        context.Terminal.Note($"There is a node in {home.Folder} already; its registration is checked.");
    }

    /// <summary>The owner's passphrase, if its key is kept here.</summary>
    static async Task<string?> MakeAsync(NodeHome home, CommandContext context, CancellationToken cancellationToken)
    {
        var deployment = await DeploymentFile.LoadAsync(context.Get(Deployment), cancellationToken);
        Address? elsewhere = context.Get(Owner) is { } text ? TextArguments.ParseAddress(text) : null;
        using var owner = elsewhere is null ? OwnKey(context) : null;
        var settings = SettingsOf(context, elsewhere ?? owner!.Address);
        settings.Check();
        var kept = owner is null ? null : new KeptKey(owner, context.Passphrases.New("the owner wallet"), context.Get(LightKeys) ? ScryptCost.Light : ScryptCost.Standard);
        await NodeMaker.MakeAsync(home, settings, deployment, kept, context.Time, cancellationToken);
        return kept?.Passphrase;
    }

    static PrivateKey OwnKey(CommandContext context) => context.Get(OwnerKey) is { } file ? KeyFiles.Import(file) : PrivateKey.Create();

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

    static async Task RegisterAsync(
        ChainSession session, TransactionSender sender, ProviderParticulars particulars, bool isNew, CommandContext context, CancellationToken cancellationToken)
    {
        if (await session.Market.Client.GetBalanceAsync(sender.Address, cancellationToken: cancellationToken) == Wei.Zero)
        {
            throw new CommandRefusal(
                "not-enough-gas",
                $"The owner wallet {sender.Address} has nothing to pay gas with. Send it some and run the command again; the operator {particulars.Operator} needs some too. "
                + "Where a browser's wallet is to own the node, make it with --owner ACCOUNT in another folder (--home) instead.");
        }
        context.Terminal.Note("Registering on chain...");
        await sender.SendAsync(isNew ? session.Market.Registry.Register(particulars) : session.Market.Registry.Update(particulars), "register", cancellationToken);
    }
}
