using System.CommandLine;
using System.Diagnostics;
using Marketplace.Cli.Home;
using Marketplace.Cli.Terminal;
using Marketplace.Client;
using Marketplace.Client.Catalog;
using Marketplace.Client.Selection;
using Marketplace.Client.Uploads;
using Marketplace.Core.Coding;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>marketplace put</summary>
internal static class PutCommand
{
    static readonly Argument<string> FileArgument = new("file") { Description = "The file to store, or a folder whose files are stored one by one.", HelpName = "FILE" };

    static readonly Option<string?> Name = new("--name") { Description = "The object's name, any text (default: the file's name); of a folder, what its files' names begin with.", HelpName = "NAME" };

    static readonly Option<string?> Coding = new("--coding") { Description = "standard, lean, small or devices (default: the strongest that the rented providers can hold).", HelpName = "NAME" };

    static readonly Option<bool> Replace = new("--replace") { Description = "Replace an object of that name once the new one is whole." };

    static readonly Option<int> Memory = MemoryOption.Create();

    public static Command Create() => new Command(
        "put",
        """
        Store a file: encrypted, cut, spread over the rented providers, and countersigned by each of them.
        Examples:
          marketplace put holiday.tar
          marketplace put backup.img --name "2026/05 backup" --replace
          marketplace put photos      (as photos/2026/05/a.jpg and so on)
        """) { FileArgument, Name, Coding, Replace, Memory }.Runs(RunAsync);

    static async Task RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var path = context.Get(FileArgument);
        var coding = CodingNames.Parse(context.Get(Coding));
        var options = OptionsFor(coding, MemoryOption.BytesOf(context, Memory));
        var named = context.Get(Name) ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        if (Directory.Exists(path))
        {
            var files = PutFolder.List(path, named);
            using var writing = await VaultSession.OpenForWritingAsync(context, cancellationToken, options);
            await writing.Client.Rentals!.SynchroniseAsync(writing.Client.DataKey, cancellationToken);
            await PutFolder.RunAsync(context, writing, files, context.Get(Replace), coding, cancellationToken);
            return;
        }
        var name = ObjectArguments.Parse(named);
        using var source = OpenSource(path);
        using var session = await VaultSession.OpenForWritingAsync(context, cancellationToken, options);
        if (!context.Get(Replace) && session.Client.Find(name) is not null)
            throw new CommandRefusal("name-exists", $"There is an object '{ObjectArguments.Shown(name)}' already; use --replace, or another --name.");
        await session.Client.Rentals!.SynchroniseAsync(session.Client.DataKey, cancellationToken);

        var started = Stopwatch.GetTimestamp();
        var result = await context.Terminal.WithProgressAsync(
            ObjectArguments.Shown(name), tell => session.Client.PutAsync(name, source, Teller(context, tell), cancellationToken));
        if (result is UploadResult.Refused refused)
            throw RefusalFor(refused.Refusal);
        Tell(context, session.Client, session.Client.FindVersion(name), (UploadResult.Stored)result, Stopwatch.GetElapsedTime(started));
    }

    static FileUploadSource OpenSource(string path)
    {
        if (!File.Exists(path))
            throw new CommandRefusal("not-found", $"There is no file {Printable.Escape(path)}.");
        try
        {
            return FileUploadSource.Open(path);
        }
        catch (NotSupportedException)
        {
            throw new CommandRefusal("not-a-file", $"{Printable.Escape(path)} is no ordinary file; only those can be read more than once, as an upload needs it.");
        }
    }

    static MarketplaceClientOptions OptionsFor(CodingScheme? coding, long memory) => new()
    {
        // One's own devices stand in one house.
        Uploads = new UploadOptions
        {
            Coding = coding,
            Diversity = coding == CodingScheme.Devices ? DiversityRule.OwnersOnly : DiversityRule.Standard,
            MemoryBudget = memory,
        },
    };

    static TellingProgress<UploadProgress> Teller(CommandContext context, Action<long, long> tell) => new(progress =>
    {
        tell(progress.ContentBytes, progress.ContentSize);
        if (progress.Note is { } note)
            context.Terminal.Warn(Printable.Escape(note));
    });

    internal static CommandRefusal RefusalFor(UploadRefusal refusal)
    {
        var (code, advice) = refusal.Problem switch
        {
            UploadProblem.ContentChanged => ("file-changed", "Nothing was stored; try again when nobody writes to it."),
            UploadProblem.TooFewProviders => ("too-few-providers", "Try again when they answer, or rent from more: `marketplace rent`."),
            UploadProblem.NotEnoughSpace when refusal.InTheWay is not null => (
                "quota-exceeded", "Free them for good with `marketplace prune --all`, or with a name those of one object alone; or rent more space (`marketplace rent`)."),
            UploadProblem.NotEnoughSpace => ("quota-exceeded", "Rent more space (`marketplace rent`), or remove something."),
            UploadProblem.ProviderFailed => ("provider-failure", "Nothing was stored; try again later, or rent from further providers."),
            _ => ("upload-failed", "Nothing was stored."),
        };
        return new CommandRefusal(code, $"{Printable.Escape(refusal.Message)} {advice}");
    }

    static void Tell(CommandContext context, MarketplaceClient client, StoredVersion version, UploadResult.Stored stored, TimeSpan elapsed)
    {
        var rate = version.Size / Math.Max(elapsed.TotalSeconds, 0.001);
        context.Terminal.Result(
            new
            {
                name = version.Name.Value,
                version = version.Number,
                size = version.Size,
                coding = stored.Coding.Name,
                providers = stored.Coding.TotalFragments,
                replaced = stored.Replaced,
                seconds = Math.Round(elapsed.TotalSeconds, 3),
                recoverable = Publication.Check(context, client),
            },
            console => console.WriteLine(
                $"Stored {ObjectArguments.Shown(version.Name)}: {Figures.Bytes(version.Size)} as {CodingNames.Describe(stored.Coding)}, at {Figures.Bytes((long)rate)}/s."));
    }
}
