using System.CommandLine;
using System.Globalization;
using Marketplace.Application.Objects;
using Marketplace.Cli.Home;
using Marketplace.Cli.Terminal;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>marketplace ls</summary>
internal static class LsCommand
{
    static readonly Argument<string> Prefix = new("prefix")
    {
        Description = "Only objects whose names begin so.",
        HelpName = "PREFIX",
        Arity = ArgumentArity.ZeroOrOne,
        DefaultValueFactory = _ => "",
    };

    static readonly Option<string?> Tag = new("--tag") { Description = "Only objects that have this tag.", HelpName = "TAG" };

    public static Command Create() => new Command(
        "ls",
        """
        List what is stored. Control characters in names are shown escaped; --json gives the exact names.
        Examples:
          marketplace ls photos/
          marketplace ls --tag tax
        """) { Prefix, Tag }.Runs(RunAsync);

    static async Task RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        using var session = await VaultSession.OpenAsync(context, cancellationToken);
        var objects = await session.UseCases.Send(new ListObjects(context.Get(Prefix), context.Get(Tag)), cancellationToken);
        context.Terminal.Result(new { objects = objects.Select(ToJson) }, console => Show(console, objects));
    }

    static object ToJson(ListedObject listed) => new
    {
        name = listed.Version.Name.Value,
        size = listed.Version.Size,
        versions = listed.Versions,
        tags = listed.Tags.All,
        version = listed.Version.Number,
        created = listed.Version.Created,
        coding = listed.Coding?.Name,
    };

    internal static void Show(IAnsiConsole console, IReadOnlyList<ListedObject> objects)
    {
        if (objects.Count == 0)
        {
            console.WriteLine("Nothing is stored here.");
            return;
        }
        var table = new Table().Border(TableBorder.Simple).AddColumns("Name", "Size", "Stored", "Version", "Tags", "Coding");
        table.Columns[1].RightAligned();
        foreach (var listed in objects)
        {
            table.AddRow(
                new Text(Printable.Escape(listed.Version.Name.Value)), new Text(Figures.Bytes(listed.Version.Size)),
                new Text(listed.Version.Created.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)),
                new Text(listed.Version.Number.ToString(CultureInfo.InvariantCulture)),
                new Text(Printable.Escape(listed.Tags.ToString(), 60)),
                new Text(listed.Coding is { } coding ? CodingNames.Describe(coding) : "damaged"));
        }
        console.Write(table);
    }
}
