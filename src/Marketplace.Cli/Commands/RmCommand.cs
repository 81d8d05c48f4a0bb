using System.CommandLine;
using System.Globalization;
using Marketplace.Application.Objects;
using Marketplace.Cli.Home;
using Marketplace.Cli.Terminal;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>marketplace rm</summary>
internal static class RmCommand
{
    static readonly Argument<string> Name = ObjectArguments.Name();

    static readonly Option<bool> ForGood = new("--for-good") { Description = "Keep nothing of it, and free its space." };

    public static Command Create() => new Command(
        "rm",
        """
        Remove an object. It can be restored until it is pruned (see `marketplace keep`), and occupies its space until then.
        Examples:
          marketplace rm holiday.tar
          marketplace rm holiday.tar --for-good
        """) { Name, ForGood }.Runs(RunAsync);

    static async Task RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var name = ObjectArguments.Parse(context.Get(Name));
        using var session = await VaultSession.OpenForWritingAsync(context, cancellationToken);
        var left = await session.UseCases.Send(new RemoveObjects([name], context.Get(ForGood)), cancellationToken) ?? throw ObjectArguments.NotFound(name);
        var kept = session.Client.ListVersions(name).Count;
        foreach (var (agreement, reason) in left)
            context.Terminal.Warn($"Agreement {agreement} still holds some of it: {Printable.Escape(reason, 200)}");
        context.Terminal.Result(
            new { name = name.Value, removed = true, restorable = kept > 0, notFreedYet = left.Select(row => row.Agreement), recoverable = Publication.Check(context, session.Client) },
            console => console.WriteLine(kept > 0
                ? $"Removed {ObjectArguments.Shown(name)}; `marketplace restore` brings it back within {session.Client.Retention.Days} days."
                : left.Count == 0
                ? $"Removed {ObjectArguments.Shown(name)}."
                : string.Create(CultureInfo.InvariantCulture, $"Removed {ObjectArguments.Shown(name)}; {left.Count} providers free its space with the next change.")));
    }
}
