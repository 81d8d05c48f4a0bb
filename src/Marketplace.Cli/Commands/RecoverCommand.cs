using System.CommandLine;
using System.Globalization;
using Marketplace.Cli.Home;
using Marketplace.Cli.Terminal;
using Marketplace.Client.Recovery;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>marketplace recover</summary>
internal static class RecoverCommand
{
    public static Command Create() => new Command(
        "recover",
        """
        Bring the catalog back from the providers, with nothing but the vault and a chain endpoint; for a new machine or after a loss.
        Example: marketplace vault init --words words.txt --chain URL --deployment FILE && marketplace recover
        """).Runs(RunAsync);

    static async Task RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        using var session = await VaultSession.OpenForWritingAsync(context, cancellationToken);
        context.Terminal.Note("Looking for your agreements on chain, and asking their providers...");
        switch (await session.Client.RecoverAsync(cancellationToken))
        {
            case RecoveryResult.NotFound refused:
                throw new CommandRefusal("recovery-failed", Printable.Escape(refused.Message));
            case RecoveryResult.Recovered recovered:
                foreach (var problem in recovered.Problems)
                    context.Terminal.Warn(Printable.Escape(problem, 200));
                context.Terminal.Result(
                    new { objects = recovered.Objects, agreements = recovered.Agreements, problems = recovered.Problems },
                    console => console.WriteLine(string.Create(
                        CultureInfo.InvariantCulture, $"The catalog is back: {recovered.Objects} objects under {recovered.Agreements} agreements.")));
                break;
        }
    }
}
