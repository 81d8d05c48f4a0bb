using System.CommandLine;
using Marketplace.Provider.Administration;
using Microsoft.Extensions.Logging;

namespace Marketplace.Cli.Commands;

/// <summary>marketplace provider run</summary>
internal static class ProviderRun
{
    static readonly Option<bool> EndWithInput = new("--end-with-input")
    {
        Description = "Stop when standard input closes: for programs that start nodes, so that none outlives them.",
    };

    static readonly Option<bool> Verbose = new("--verbose") { Description = "Log every request." };

    public static Command Create() =>
        new Command("run", "Keep fragments, serve consumers, prove every epoch and settle, until Ctrl-C.") { EndWithInput, Verbose }.Runs(RunAsync);

    static async Task RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var home = new NodeHome(context.Home);
        home.LoadSettings();
        using var operatorKey = ProviderHome.OpenOperator(home);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (context.Get(EndWithInput))
            _ = StopWithInputAsync(stop);
        await ProviderNode.RunAsync(
            home,
            operatorKey,
            logging => logging
                .SetMinimumLevel(context.Get(Verbose) ? LogLevel.Debug : LogLevel.Information)
                .AddFilter("Microsoft.AspNetCore", context.Get(Verbose) ? LogLevel.Information : LogLevel.Warning)
                .AddSimpleConsole(console =>
                {
                    console.SingleLine = true;
                    console.TimestampFormat = "yyyy-MM-ddTHH:mm:ssZ ";
                    console.UseUtcTimestamp = true;
                }),
            settings => Console.Error.WriteLine($"Ready: serving {settings.Endpoint} on {settings.Listen}."),
            stop.Token);
    }

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
