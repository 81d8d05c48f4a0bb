using System.CommandLine;
using System.Globalization;
using Marketplace.Application.Vaults;
using Marketplace.Cli.Home;
using Marketplace.Cli.Terminal;
using Marketplace.Client.Recovery;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>marketplace recover</summary>
internal static class RecoverCommand
{
    static readonly Option<bool> AcceptOlder = new("--accept-older")
    {
        Description = "Use an older catalog if the newest cannot be read. What was changed since is not known then.",
    };

    static readonly Option<bool> DiscardUnclaimed = new("--discard-unclaimed")
    {
        Description = "Clear fragments that belong to no object of this catalog. Only if no other machine uses this vault: they may be another's newest objects.",
    };

    public static Command Create() => new Command(
        "recover",
        """
        Bring the catalog back from the providers, with nothing but the vault and a chain endpoint; for a new machine or after a loss.
        With a catalog in use: bring it together with what other machines with this vault have changed, and publish the result.
        Example: marketplace vault init --words words.txt --chain URL --deployment FILE && marketplace recover
        """) { AcceptOlder, DiscardUnclaimed }.Runs(RunAsync);

    static async Task RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        using var session = await VaultSession.OpenForWritingAsync(context, cancellationToken);
        context.Terminal.Note("Looking for your agreements on chain, and asking their providers...");
        var options = new RecoveryOptions { AcceptOlder = context.Get(AcceptOlder), DiscardUnclaimed = context.Get(DiscardUnclaimed) };
        switch (await session.UseCases.Send(new RecoverFiles(options), cancellationToken))
        {
            case RecoveryResult.NotFound refused:
                throw new CommandRefusal("recovery-failed", Printable.Escape(refused.Message));
            case RecoveryResult.NewerUnreadable unreadable:
                throw new CommandRefusal(
                    "newer-catalog-unreadable", Printable.Escape(unreadable.Message) + (unreadable.CanUseOlder ? " To use it all the same: --accept-older." : ""));
            case RecoveryResult.Recovered recovered:
                Tell(context, recovered, Publication.Check(context, session.Client));
                break;
        }
    }

    static void Tell(CommandContext context, RecoveryResult.Recovered recovered, bool isRecoverable)
    {
        foreach (var problem in recovered.Problems)
            context.Terminal.Warn(Printable.Escape(problem, 200));
        foreach (var name in recovered.Renamed)
            context.Terminal.Warn($"Two machines had changed the same object; the other version is kept as '{Printable.Escape(name, 120)}'.");
        if (recovered.UnclaimedFragments > 0)
            context.Terminal.Warn(string.Create(
                CultureInfo.InvariantCulture,
                $"{recovered.UnclaimedFragments} fragments ({Figures.Bytes(recovered.UnclaimedBytes)}) belong to no object here: remains of an upload that was cut off, or newest objects of another machine. They are kept; see --discard-unclaimed."));
        context.Terminal.Result(
            new
            {
                objects = recovered.Objects,
                agreements = recovered.Agreements,
                problems = recovered.Problems,
                renamed = recovered.Renamed,
                unclaimedFragments = recovered.UnclaimedFragments,
                unclaimedBytes = recovered.UnclaimedBytes,
                recoverable = isRecoverable,
            },
            console => console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"The catalog is here: {recovered.Objects} objects under {recovered.Agreements} agreements.")));
    }
}
