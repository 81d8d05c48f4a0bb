using System.CommandLine;
using System.Globalization;
using Marketplace.Application.Objects;
using Marketplace.Cli.Home;
using Marketplace.Cli.Terminal;
using Marketplace.Client.Catalog;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>marketplace versions, restore, prune, keep</summary>
internal static class VersionsCommands
{
    static readonly Argument<string> Name = ObjectArguments.Name();

    static readonly Argument<string?> AnyName = new("name") { Description = "One object; everything that is kept without it.", HelpName = "NAME", Arity = ArgumentArity.ZeroOrOne };

    static readonly Option<ulong?> Version = new("--version") { Description = "This version (default: the one that was replaced or removed last).", HelpName = "N" };

    static readonly Option<bool> All = new("--all") { Description = "Everything that is kept, also what is not old enough yet." };

    static readonly Option<int?> Days = new("--days") { Description = $"Days that they are kept, 0 to {Retention.MostDays}; 0 keeps nothing.", HelpName = "N" };

    static readonly Option<int?> Versions = new("--versions") { Description = $"Of one name, the newest so many, 0 to {Retention.MostVersions}; 0 keeps nothing.", HelpName = "N" };

    public static IEnumerable<Command> Create() =>
    [
        new Command(
            "versions",
            """
            Show an object's versions, or without NAME all that is kept for restoring: earlier versions, and objects that were removed. They occupy rented space.
            Example: marketplace versions notes.txt
            """) { AnyName }.Runs(ShowAsync),
        new Command(
            "restore",
            """
            Bring back an earlier version, or an object that was removed. What is there now is kept in its place; nothing is stored anew.
            Examples:
              marketplace restore notes.txt
              marketplace restore notes.txt --version 3
            """) { Name, Version }.Runs(RestoreAsync),
        new Command(
            "prune",
            """
            Free the space of earlier versions and removed objects: of one object, of what is old enough, or of all. What is pruned cannot be restored.
            Examples:
              marketplace prune
              marketplace prune notes.txt
              marketplace prune --all
            """) { AnyName, All }.Runs(PruneAsync),
        new Command(
            "keep",
            $"""
            Set how long earlier versions and removed objects are kept (at first {Retention.Default.Days} days, and {Retention.Default.Versions} versions of a name).
            Example: marketplace keep --days 90 --versions 20
            """) { Days, Versions }.Runs(KeepAsync),
    ];

    static async Task ShowAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var name = context.Get(AnyName) is { } text ? ObjectArguments.Parse(text) : null;
        using var session = await VaultSession.OpenAsync(context, cancellationToken);
        var history = await session.UseCases.Send(new ListVersions(name), cancellationToken);
        if (name is not null && history.Versions.Count == 0)
            throw ObjectArguments.NotFound(name);
        context.Terminal.Result(ToJson(history), console => Show(console, history));
    }

    static object ToJson(VersionHistory history) => new
    {
        versions = history.Versions.Select(version => new
        {
            name = version.Name.Value,
            version = version.Number,
            size = version.Size,
            created = version.Created,
            current = version.State == VersionState.Live,
            keptSince = version.State == VersionState.Kept ? version.Since : null,
        }),
        keptVersions = history.Kept.Versions,
        keptBytes = history.Kept.Bytes,
        keepDays = history.Retention.Days,
        keepVersions = history.Retention.Versions,
    };

    static void Show(IAnsiConsole console, VersionHistory history)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("Name", "Version", "Size", "Stored", "State");
        table.Columns[2].RightAligned();
        foreach (var version in history.Versions)
            table.AddRow(
                new Text(ObjectArguments.Shown(version.Name)), new Text(version.Number.ToString(CultureInfo.InvariantCulture)), new Text(Figures.Bytes(version.Size)),
                new Text(Moment(version.Created)), new Text(version.State == VersionState.Live ? "current" : $"kept since {Moment(version.Since!.Value)}"));
        if (history.Versions.Count > 0)
            console.Write(table);
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{history.Kept.Versions} versions are kept in all; they occupy {Figures.Bytes(history.Kept.Bytes)} of the rented space. They are kept for {history.Retention.Days} days, of a name the newest {history.Retention.Versions}."));
    }

    static async Task RestoreAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var name = ObjectArguments.Parse(context.Get(Name));
        using var session = await VaultSession.OpenForWritingAsync(context, cancellationToken);
        var versions = await session.UseCases.Send(new RestoreVersions([(name, context.Get(Version))]), cancellationToken);
        var restored = versions.SingleOrDefault()
            ?? throw new CommandRefusal("not-found", $"No such version of '{ObjectArguments.Shown(name)}' is kept; see `marketplace versions`.");
        context.Terminal.Result(
            new { name = name.Value, version = restored.Number, size = restored.Size, recoverable = Publication.Check(context, session.Client) },
            console => console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{ObjectArguments.Shown(name)} is version {restored.Number} again.")));
    }

    static async Task PruneAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var name = context.Get(AnyName) is { } text ? ObjectArguments.Parse(text) : null;
        if (name is not null && context.Get(All))
            throw new CommandRefusal("option-invalid", "Either one object, or --all.");
        using var session = await VaultSession.OpenForWritingAsync(context, cancellationToken);
        var pruned = await session.UseCases.Send(new PruneVersions(name is null ? null : [name], Number: null, Expired: name is null && !context.Get(All)), cancellationToken);
        foreach (var (agreement, reason) in pruned.Left)
            context.Terminal.Warn($"Agreement {agreement} still holds some of it: {Printable.Escape(reason, 200)}");
        context.Terminal.Result(
            new { pruned = pruned.Versions, notFreedYet = pruned.Left.Select(row => row.Agreement), recoverable = Publication.Check(context, session.Client) },
            console => console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{pruned.Versions} versions are gone.")));
    }

    static async Task KeepAsync(CommandContext context, CancellationToken cancellationToken)
    {
        using var session = await VaultSession.OpenForWritingAsync(context, cancellationToken);
        var before = session.Client.Retention;
        var retention = new Retention(context.Get(Days) ?? before.Days, context.Get(Versions) ?? before.Versions);
        if (!retention.IsValid)
            throw new CommandRefusal("option-invalid", $"--days is 0 to {Retention.MostDays}, and --versions 0 to {Retention.MostVersions}.");
        await session.Client.SetRetentionAsync(retention, cancellationToken);
        context.Terminal.Result(
            new { keepDays = retention.Days, keepVersions = retention.Versions, recoverable = Publication.Check(context, session.Client) },
            console => console.WriteLine(retention.IsNone ? "Nothing is kept." : string.Create(
                CultureInfo.InvariantCulture, $"Kept for {retention.Days} days, of a name the newest {retention.Versions}.")));
    }

    static string Moment(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
