using System.CommandLine;
using Marketplace.Application.Objects;
using Marketplace.Cli.Home;
using Marketplace.Cli.Terminal;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>marketplace tag</summary>
internal static class TagCommand
{
    static readonly Argument<string> Name = ObjectArguments.Name();

    static readonly Option<string[]> Add = new("--add") { Description = "A tag that it gets; may be given several times.", HelpName = "TAG" };

    static readonly Option<string[]> Remove = new("--remove") { Description = "A tag that it loses; may be given several times.", HelpName = "TAG" };

    public static Command Create() => new Command(
        "tag",
        """
        Say what an object is called beside its name, and show it. Tags are sealed with the catalog, as names are.
        Examples:
          marketplace tag holiday.tar --add family --add 2026
          marketplace ls --tag family
        """) { Name, Add, Remove }.Runs(RunAsync);

    static async Task RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var name = ObjectArguments.Parse(context.Get(Name));
        using var session = await VaultSession.OpenForWritingAsync(context, cancellationToken);
        var tagging = await session.UseCases.Send(new TagObjects([name], context.Get(Add) ?? [], context.Get(Remove) ?? []), cancellationToken);
        var tags = tagging switch
        {
            Tagging.Done done => done.Tags,
            Tagging.Refused refused => throw new CommandRefusal("option-invalid", refused.Reason),
            _ => throw ObjectArguments.NotFound(name),
        };
        context.Terminal.Result(
            new { name = name.Value, tags = tags.All, recoverable = Publication.Check(context, session.Client) },
            console => console.WriteLine(tags.All.Length == 0 ? "It has no tags." : Printable.Escape(tags.ToString())));
    }
}
