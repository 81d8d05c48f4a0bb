using System.CommandLine;
using Marketplace.Cli.Commands;
using Marketplace.Cli.Gateway;
using Marketplace.Cli.Terminal;
using Spectre.Console;

namespace Marketplace.Cli.Devnet;

/// <summary>marketplace devnet up and down</summary>
internal static class DevnetCommands
{
    const int DefaultProviders = 12, DefaultEpoch = 15;

    static readonly Option<string?> Folder = new("--dir") { Description = "The network's folder (default: ~/.marketplace/devnet). What is in it is started anew." };
    static readonly Option<int> Providers = new("--providers") { Description = "Provider nodes, 1 to 200.", DefaultValueFactory = _ => DefaultProviders };
    static readonly Option<int> Epoch = new("--epoch") { Description = "Seconds in an epoch, 6 to 3600.", DefaultValueFactory = _ => DefaultEpoch };

    static readonly Option<string?> Price = new("--price")
    {
        Description = "Tokens that each provider asks for a GiB and epoch (default: 2.592 for 30 days, whatever the epoch).",
    };

    static readonly Option<bool> Foreground = new("--foreground") { Description = "Stay here until Ctrl-C, instead of running in the background." };
    static readonly Option<bool> EndWithInput = new("--end-with-input") { Description = "With --foreground: stop when standard input closes, too." };

    static readonly Option<string?> Gateway = new("--gateway")
    {
        Description = "With --foreground: serve the dApp of this network, too, on this address and port, such as 127.0.0.1:8080.",
    };

    public static Command Create() => new("devnet", "A local network for trying things out: a chain, providers, and a consumer with tokens.")
    {
        new Command("up", "Start a local network.") { Folder, Providers, Epoch, Price, Foreground, EndWithInput, Gateway }.Runs(UpAsync),
        new Command("down", "Stop the local network that `up` started.") { Folder }.Runs(DownAsync),
    };

    static async Task UpAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var plan = PlanOf(context);
        if (RunningIn(plan) is { } running)
            throw new CommandRefusal("devnet-running", $"A local network runs in {plan.Folder} already (process {running.Pid}). Stop it with `marketplace devnet down`.");
        if (context.Get(Gateway) is { } listen)
        {
            // Looked at before anything is started.
            GatewayCommands.ParseListen(listen);
            if (!context.Get(Foreground))
                throw new CommandRefusal("usage", "--gateway needs --foreground.");
        }
        if (context.Get(Foreground))
            await HostAsync(plan, context, cancellationToken);
        else
            await StartInBackgroundAsync(plan, context, cancellationToken);
    }

    static async Task HostAsync(DevnetPlan plan, CommandContext context, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (context.Get(EndWithInput))
            _ = StopWithInputAsync(stop);
        await using var host = await DevnetHost.StartAsync(plan, context.Terminal.Note, stop.Token);
        await using var gateway = context.Get(Gateway) is { } listen ? await DevnetGateway.StartAsync(host, listen, stop.Token) : null;
        var state = host.State with { Gateway = gateway?.StartAddress };
        state.Save(plan.StateFile);
        Show(context.Terminal, state);
        if (gateway is not null)
            DevnetGateway.Tell(gateway, host, context.Terminal);
        context.Terminal.Note("Running. Ctrl-C stops everything.");
        try
        {
            await Task.Delay(Timeout.Infinite, stop.Token);
        }
        catch (OperationCanceledException)
        {
            context.Terminal.Note("Stopping...");
        }
    }

    static async Task StartInBackgroundAsync(DevnetPlan plan, CommandContext context, CancellationToken cancellationToken)
    {
        // Looks whether the folder can be had, before a process is started whose refusal would only be in its log.
        DevnetFolder.Claim(plan).Dispose();
        context.Terminal.Note("Starting a local network in the background...");
        Show(context.Terminal, await DevnetBackground.StartAsync(plan, context.Time, cancellationToken));
    }

    static async Task DownAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var plan = PlanOf(context);
        if (RunningIn(plan) is not { } state)
            throw new CommandRefusal("devnet-not-running", $"No local network runs in {plan.Folder}.");
        await DevnetBackground.StopAsync(plan, state, context.Time, cancellationToken);
        context.Terminal.Result(new { stopped = true, state.Pid }, console => console.WriteLine("The local network is stopped."));
    }

    static DevnetPlan PlanOf(CommandContext context)
    {
        var plan = new DevnetPlan
        {
            Folder = Path.GetFullPath(context.Get(Folder) ?? Path.Combine(CommandOptions.HomeOf(context.Parsed), "devnet")),
            Providers = context.Parsed.GetResult(Providers) is null ? DefaultProviders : context.Get(Providers),
            EpochSeconds = context.Parsed.GetResult(Epoch) is null ? DefaultEpoch : context.Get(Epoch),
            Price = context.Get(Price) is { } price ? TokenText.Parse(price) : null,
        };
        if (plan.Providers is < 1 or > 200)
            throw new CommandRefusal("providers-out-of-bounds", "--providers is between 1 and 200.");
        if (plan.EpochSeconds is < 6 or > 3_600)
            throw new CommandRefusal("epoch-out-of-bounds", "--epoch is between 6 and 3600 seconds: an epoch has to be opened, sealed and proven within it.");
        return plan;
    }

    /// <summary>The network whose process holds the folder; a file that a crash left behind does not count.</summary>
    static DevnetState? RunningIn(DevnetPlan plan) => DevnetFolder.IsHeld(plan) ? DevnetState.Load(plan.StateFile) : null;

    static void Show(CommandTerminal terminal, DevnetState state) => terminal.Result(state, console =>
    {
        var table = new Table { Border = TableBorder.Rounded }.AddColumns("Provider", "Address", "Endpoint", "Region");
        foreach (var provider in state.Providers)
            table.AddRow(provider.Name, provider.Address.ToString(), provider.Endpoint, provider.Region);
        console.Write(table);
        console.WriteLine($"Chain:    {state.Chain} (id {state.ChainId}), epochs of {state.EpochSeconds} s");
        console.WriteLine($"Consumer: {state.Consumer}");
        console.WriteLine();
        console.WriteLine("In another terminal:");
        console.WriteLine($"  export MARKETPLACE_HOME={state.ConsumerHome}");
        console.WriteLine($"  export MARKETPLACE_PASSPHRASE=$(cat {state.PassphraseFile})");
        console.WriteLine("  marketplace vault init && marketplace listings");
    });

    static async Task StopWithInputAsync(CancellationTokenSource stop)
    {
        var buffer = new byte[64];
        await using var input = Console.OpenStandardInput();
        while (await input.ReadAsync(buffer, stop.Token) > 0)
        {
        }
        await stop.CancelAsync();
    }
}
