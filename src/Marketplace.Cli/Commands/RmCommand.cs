using System.CommandLine;
using System.Globalization;
using Marketplace.Cli.Home;
using Marketplace.Cli.Terminal;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>marketplace rm</summary>
internal static class RmCommand
{
    static readonly Argument<string> Name = ObjectArguments.Name();

    public static Command Create() => new Command(
        "rm",
        """
        Remove an object for good and free its space.
        Example: marketplace rm holiday.tar
        """) { Name }.Runs(RunAsync);

    static async Task RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var name = ObjectArguments.Parse(context.Get(Name));
        using var session = await VaultSession.OpenForWritingAsync(context, cancellationToken);
        var left = await session.Client.RemoveAsync(name, cancellationToken) ?? throw ObjectArguments.NotFound(name);
        foreach (var (agreement, reason) in left)
            context.Terminal.Warn($"Agreement {agreement} still holds some of it: {Printable.Escape(reason, 200)}");
        context.Terminal.Result(
            new { name = name.Value, removed = true, notFreedYet = left.Select(row => row.Agreement), recoverable = Publication.Check(context, session.Client) },
            console => console.WriteLine(left.Count == 0
                ? $"Removed {ObjectArguments.Shown(name)}."
                : string.Create(CultureInfo.InvariantCulture, $"Removed {ObjectArguments.Shown(name)}; {left.Count} providers free its space with the next change.")));
    }
}
