using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Marketplace.Cli.Home;
using Marketplace.Cli.Terminal;
using Marketplace.Client;
using Marketplace.Client.Catalog;
using Marketplace.Client.Downloads;
using Marketplace.Core.Primitives;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>marketplace get</summary>
internal static class GetCommand
{
    const string StandardOutput = "-";

    static readonly Argument<string> Name = ObjectArguments.Name();

    static readonly Option<string?> Output = new("--output", "-o")
    {
        Description = "The file to write, or - for standard output (default: the last part of the name, if that is a plain file name).",
        HelpName = "PATH",
    };

    static readonly Option<string?> Range = new("--range") { Description = "Only these bytes, counted from 0, both ends included: 0-99 or 100-.", HelpName = "FROM-TO" };

    static readonly Option<ulong?> Version = new("--version") { Description = "This version, also an earlier one that is kept (see `marketplace versions`).", HelpName = "N" };

    static readonly Option<bool> Force = new("--force") { Description = "Replace the output file if it exists." };

    static readonly Option<int> Memory = MemoryOption.Create();

    public static Command Create() => new Command(
        "get",
        """
        Get a file back. Every byte is checked before it is written; the file appears when it is whole.
        Examples:
          marketplace get holiday.tar -o copy.tar
          marketplace get big.iso --range 0-1023 -o head.bin
          marketplace get notes.txt -o - | less
        """) { Name, Output, Range, Version, Force, Memory }.Runs(RunAsync);

    static async Task RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var name = ObjectArguments.Parse(context.Get(Name));
        var range = ParseRange(context.Get(Range));
        var output = context.Get(Output) ?? OutputName.From(name.Value)
            ?? throw new CommandRefusal("output-needed", $"'{ObjectArguments.Shown(name)}' is no plain file name; say where to write with -o PATH.");
        if (output != StandardOutput)
            ReceivedFile.Check(output, context.Get(Force));

        var options = new MarketplaceClientOptions { Downloads = new DownloadOptions { MemoryBudget = MemoryOption.BytesOf(context, Memory) } };
        using var session = await VaultSession.OpenAsync(context, cancellationToken, options);
        var version = context.Get(Version) is { } wanted
            ? session.Client.FindVersion(name, wanted)
                ?? throw new CommandRefusal("not-found", $"Version {wanted} of '{ObjectArguments.Shown(name)}' is not kept; see `marketplace versions`.")
            : session.Client.FindVersion(name);
        if (range.From > 0 && range.From >= version.Size)
            throw new CommandRefusal("range-invalid", $"The object has {version.Size} bytes; byte {range.From} is behind its end.");
        using var reader = await session.Client.OpenAsync(version, cancellationToken)
            ?? throw new CommandRefusal("damaged", $"The catalog's entry of '{ObjectArguments.Shown(name)}' is damaged or another vault's; `marketplace recover` may bring it back.");
        await ReceiveAsync(context, session.Client, version, reader, range, output, cancellationToken);
    }

    static async Task ReceiveAsync(
        CommandContext context, MarketplaceClient client, StoredVersion version, ObjectReader reader, ByteRange range, string output, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        DownloadResult? result = null;
        if (output == StandardOutput)
        {
            await using var stdout = Console.OpenStandardOutput();
            result = await CopyAsync(context, reader, range, stdout, version.Name, cancellationToken);
        }
        else
        {
            await ReceivedFile.WriteAsync(
                output,
                context.Get(Force),
                async file =>
                {
                    result = await CopyAsync(context, reader, range, file, version.Name, cancellationToken);
                    return result is DownloadResult.Complete;
                },
                cancellationToken);
        }
        foreach (var report in result!.Reports)
            context.Terminal.Warn($"{report.Provider} did not give what it keeps: {Printable.Escape(report.Failure.ToString(), 200)}");
        if (client.ReadingFault is { } fault)
            context.Terminal.Warn($"Not all of what was read could be paid for; the next reading makes up for it. {FaultMessages.Of(fault).Message}");
        if (result is DownloadResult.Incomplete incomplete)
            throw await RefusalForAsync(incomplete, client, version, cancellationToken);
        if (output != StandardOutput)
            Tell(context, client, version, result, output, Stopwatch.GetElapsedTime(started));
    }

    static Task<DownloadResult> CopyAsync(
        CommandContext context, ObjectReader reader, ByteRange range, Stream destination, ObjectName name, CancellationToken cancellationToken) =>
        context.Terminal.WithProgressAsync(
            ObjectArguments.Shown(name),
            tell => reader.CopyRangeToAsync(
                range.From, range.CountIn(reader.Size), destination,
                new TellingProgress<DownloadProgress>(progress => tell(progress.Bytes, progress.Total)), cancellationToken));

    /// <summary>Tells whether too few providers answer, or something else is wrong.</summary>
    static async Task<CommandRefusal> RefusalForAsync(
        DownloadResult.Incomplete incomplete, MarketplaceClient client, StoredVersion version, CancellationToken cancellationToken)
    {
        var health = await client.Watch.CheckAsync(version, isFull: false, cancellationToken);
        return health is { IsReadable: false }
            ? new CommandRefusal("not-enough-providers-alive", $"{incomplete.Message} {health.Message} Nothing was written.")
            : new CommandRefusal("provider-failure", $"{incomplete.Message} Nothing was written; try again.");
    }

    static ByteRange ParseRange(string? text) =>
        text is null ? new ByteRange(0, null)
        : ByteRange.TryParse(text, out var range) ? range
        : throw new CommandRefusal("range-invalid", $"'{Printable.Escape(text, 40)}' is no range; write FROM-TO, both included, such as 0-99.");

    static void Tell(
        CommandContext context, MarketplaceClient client, StoredVersion version, DownloadResult result, string output, TimeSpan elapsed)
    {
        var rate = result.Bytes / Math.Max(elapsed.TotalSeconds, 0.001);
        context.Terminal.Result(
            new
            {
                name = version.Name.Value,
                version = version.Number,
                output = Path.GetFullPath(output),
                bytes = result.Bytes,
                failedProviders = result.Reports.Select(report => report.Provider),
                readingCost = client.ReadingCost,
                seconds = Math.Round(elapsed.TotalSeconds, 3),
            },
            console => console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{Printable.Escape(output)}: {Figures.Bytes(result.Bytes)}, at {Figures.Bytes((long)rate)}/s{CostText(client.ReadingCost)}.")));
    }

    /// <summary>What reading cost, for the end of a sentence. Nobody asks the chain here whether that much was deposited.</summary>
    internal static string CostText(TokenAmount cost) => cost == TokenAmount.Zero ? "" : $"; {cost.Space()} are owed for it, out of what is deposited for reading";
}
