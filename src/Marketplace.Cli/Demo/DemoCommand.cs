using System.CommandLine;
using System.Text.Json;
using Marketplace.Cli.Commands;
using Marketplace.Cli.Devnet;
using Marketplace.Cli.Terminal;
using Marketplace.Core.Primitives;

namespace Marketplace.Cli.Demo;

/// <summary>marketplace demo</summary>
internal static class DemoCommand
{
    static readonly Option<string?> FileOption = new("--file") { Description = "The file to store (default: a program of this machine of at least 64 MiB)." };
    static readonly Option<string?> Report = new("--report") { Description = "Write all figures to this file as JSON." };
    static readonly Option<int> Epoch = new("--epoch") { Description = "Seconds in an epoch, 10 to 600.", DefaultValueFactory = _ => 15 };

    public static Command Create() => new Command(
        "demo",
        "Tell the whole story on a local network: stake, rent, upload, prove, kill 8 of 12 providers, download, settle, and account for every token.")
    {
        FileOption, Report, Epoch,
    }.Runs(RunAsync);

    /// <summary>More than on markets that live longer than the demonstration: its few epochs are to move sums that can be read.</summary>
    static readonly TokenAmount Price = new(TokenAmount.FromTokens(1).Value / 10);

    static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (context.Get(Epoch) is < 10 or > 600)
            throw new CommandRefusal("epoch-out-of-bounds", "--epoch is between 10 and 600 seconds.");
        var folder = Directory.CreateTempSubdirectory("marketplace-demo-").FullName;
        try
        {
            var file = DemoFile.Choose(context.Get(FileOption), folder);
            var plan = new DevnetPlan { Folder = Path.Combine(folder, "network"), EpochSeconds = context.Get(Epoch), BillingCycle = 4, SettlementGrace = 2, Price = Price };
            var report = await DemoStory.TellAsync(plan, file, new DemoNarrator(context.Terminal.Json), cancellationToken);
            if (context.Get(Report) is { } path)
                await File.WriteAllTextAsync(path, JsonSerializer.Serialize(report, JsonOutput.Options) + "\n", cancellationToken);
            context.Terminal.Result(report, console => DemoTables.ShowEnd(console, report));
            return report.Succeeded ? CommandRunner.Success : CommandRunner.Failure;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
