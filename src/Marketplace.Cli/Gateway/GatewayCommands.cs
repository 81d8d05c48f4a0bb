using System.CommandLine;
using System.Net;
using Marketplace.Cli.Commands;
using Marketplace.Cli.Home;
using Marketplace.Cli.Terminal;
using Marketplace.Gateway.Hosting;
using Spectre.Console;

namespace Marketplace.Cli.Gateway;

/// <summary>marketplace gateway run</summary>
internal static class GatewayCommands
{
    static readonly Option<string?> Listen = new("--listen")
    {
        Description = $"Address and port to serve on (default: {GatewayOptions.DefaultListen}). One that others can reach needs --certificate, --key and a password.",
    };

    public static Command Create() => new("gateway", "Everything in the browser, on this machine.")
    {
        new Command(
            "run",
            """
            Serve the dApp until Ctrl-C. Your browser's wallet signs; no key of it comes here.
            Examples:
              marketplace gateway run
              marketplace gateway run --chain http://127.0.0.1:8545 --deployment deployment.json     # the first time: the vault is made in the browser
              marketplace gateway run --listen 0.0.0.0:8443 --certificate fullchain.pem --key privkey.pem --password-file password
            """)
            { Listen, MarketChoice.Chain, MarketChoice.Deployment, RemoteOptions.Certificate, RemoteOptions.Key, RemoteOptions.PasswordFile, RemoteOptions.Name }.Runs(RunAsync),
    };

    /// <summary>An address and port, from the command line.</summary>
    /// <exception cref="CommandRefusal">The text is none.</exception>
    public static IPEndPoint ParseAddress(string text) =>
        IPEndPoint.TryParse(text, out var listen) && text.Contains(':', StringComparison.Ordinal) ? listen
            : throw new CommandRefusal("listen-invalid", "--listen is an address and a port, such as 127.0.0.1:8080.");

    /// <summary>As <see cref="ParseAddress"/>, for a gateway that asks for no password.</summary>
    /// <exception cref="CommandRefusal">The text is none, or one that others could reach.</exception>
    public static IPEndPoint ParseListen(string text) => ParseAddress(text) is var listen && IPAddress.IsLoopback(listen.Address) ? listen
        : throw new CommandRefusal("listen-not-loopback", $"This gateway serves this machine only; {listen.Address} could be reached by others. Use 127.0.0.1.");

    static async Task RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var listen = context.Get(Listen) is { } text ? ParseAddress(text) : GatewayOptions.DefaultListen;
        var remote = RemoteOptions.Read(context, listen);
        using var certificate = remote?.Certificate;
        await MakeHomeAsync(context, cancellationToken);
        using var consumer = await ConsumerSession.OpenAsync(context, cancellationToken);
        var options = new GatewayOptions
        {
            Listen = listen, Remote = remote, Chain = ChainNames.OfferOf(consumer.Market.Deployment.ChainId, consumer.Settings.Chain), Vault = new GatewayVault(consumer.Home),
            SentFile = consumer.Home.SentFile, SessionFile = consumer.Home.SessionFile,
        };
        await using var gateway = await RunningGateway.StartAsync(options, consumer.Market, cancellationToken);
        context.Terminal.Result(new { address = gateway.StartAddress }, console =>
        {
            console.WriteLine(remote is null ? "Open this address in your browser; it holds a secret that keeps other users of this machine out:"
                : "Open this address in your browser, and sign in with the gateway's password:");
            console.WriteLine($"  {gateway.StartAddress}");
            console.WriteLine("Ctrl-C stops the gateway.");
        });
        try
        {
            await gateway.WaitForShutdownAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            context.Terminal.Note("Stopped.");
        }
    }

    /// <summary>A home that names its market; its vault can be made, or brought back from its words, in the browser.</summary>
    static async Task MakeHomeAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (!MarketChoice.IsIn(context))
            return;
        var home = new ConsumerHome(context.Home);
        if (File.Exists(home.MarketFile))
            throw new CommandRefusal("market-exists", $"{home.Folder} has its market already: leave --chain and --deployment away, or use another --home for another market.");
        var market = await MarketChoice.ReadAsync(context, home, cancellationToken);
        home.Create();
        await market!.SaveAsync(home, cancellationToken);
    }
}
