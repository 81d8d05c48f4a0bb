using System.CommandLine;
using Marketplace.Cli.Home;
using Marketplace.Cli.Terminal;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>marketplace agreements countersign</summary>
internal static class AgreementsCountersign
{
    static readonly Argument<string> Id = new("id") { Description = "The agreement's number." };

    public static Command Create() => new Command(
        "countersign",
        """
        Have the provider's present key countersign what is stored under an agreement. After a provider has replaced its key, what the old one signed does not
        bind it for an agreement whose space was extended since, until this is done or anything stored there changes; `marketplace agreements watch` tells.
        Costs nothing.
        Example: marketplace agreements countersign 7
        """) { Id }.Runs(RunAsync);

    static async Task RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var id = TextArguments.ParseAgreement(context.Get(Id));
        using var session = await VaultSession.OpenForWritingAsync(context, cancellationToken);
        if (session.Client.FindAgreement(id) is null)
            throw new CommandRefusal("not-found", $"This vault's catalog has no agreement {id}; see `marketplace agreements`, or run `marketplace recover`.");
        if (await session.Client.CountersignAnewAsync(id, cancellationToken) is { } hindrance)
            throw new CommandRefusal("not-countersigned", $"Agreement {id} is not countersigned anew: {Printable.Escape(hindrance, 200)}. Try again; a provider that goes on refusing cannot be audited for it: end the agreement with `marketplace agreements end {id}`.");
        var revision = session.Client.FindAgreement(id)!.Revision.Number;
        context.Terminal.Result(
            new { id, revision },
            console => console.WriteLine(revision == 0 ? "Nothing is stored under it yet." : $"The provider has countersigned revision {revision}."));
    }
}
