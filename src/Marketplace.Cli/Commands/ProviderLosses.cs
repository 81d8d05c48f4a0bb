using System.CommandLine;
using System.Globalization;
using Marketplace.Application.Pipeline;
using Marketplace.Application.Providers;
using Marketplace.Provider.Administration;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>marketplace provider loss</summary>
internal static class ProviderLosses
{
    public static Command Create() => new Command(
        "loss",
        """
        Show what this provider declared lost, what that cost, and whether the agreements are paid again. The node declares by itself what its disk lost, and
        says by itself when it is cured.
        """).Runs(RunAsync);

    static async Task RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var home = new NodeHome(context.Home);
        var settings = home.LoadSettings();
        using var session = await ChainSession.OpenAsync(settings.Chain.OriginalString, home.DeploymentFile, cancellationToken);
        var overview = await UseCases.Over(session.Market).Send(new ListLosses(settings.OwnerAddress), cancellationToken);
        context.Terminal.Result(ToJson(overview), console => Show(console, overview));
    }

    static object ToJson(LossOverview overview) => new
    {
        epoch = overview.Now,
        penalties = overview.Penalties,
        unpaid = overview.Suspended,
        losses = overview.Losses.Select(loss => new
        {
            agreement = loss.Node.Agreement, revision = loss.Node.Revision, node = loss.Node.Node, leaves = loss.Node.Leaves, penalty = loss.Penalty, block = loss.Block,
        }),
        cures = overview.Cures.Select(cure => new { agreement = cure.Agreement, revision = cure.Revision, paidFromCycle = cure.PaidFrom, block = cure.Block }),
    };

    static void Show(IAnsiConsole console, LossOverview overview)
    {
        if (overview.Losses.Count == 0)
        {
            console.WriteLine("This provider has never declared a loss.");
            return;
        }
        var table = new Table().Border(TableBorder.Simple).AddColumns("Agreement", "Revision", "Fragment", "KiB", "Cost", "Since");
        foreach (var loss in overview.Losses)
        {
            var node = loss.Node;
            table.AddRow([.. new[]
            {
                node.Agreement.ToString(), node.Revision.ToString(CultureInfo.InvariantCulture), node.Node.ToString()[..18] + "…",
                node.Leaves.ToString(CultureInfo.InvariantCulture), loss.Penalty.Space(), StateOf(overview, loss),
            }.Select(cell => new Text(cell))]);
        }
        console.Write(table);
        console.WriteLine(overview.Suspended.Count == 0
            ? $"{overview.Penalties.Space()} of stake were lost by declaring; all agreements are paid."
            : $"{overview.Penalties.Space()} of stake were lost by declaring; not paid until cured: agreement{(overview.Suspended.Count == 1 ? "" : "s")} {string.Join(", ", overview.Suspended)}.");
    }

    static string StateOf(LossOverview overview, DeclaredLoss loss) =>
        overview.Cures.FirstOrDefault(cure => cure.Agreement == loss.Node.Agreement && cure.Block >= loss.Block) is { } cure
            ? string.Create(
                CultureInfo.InvariantCulture, $"{(cure.Revision is { } revision ? $"cured by revision {revision}" : "there again")}, paid from cycle {cure.PaidFrom} on")
            : "unpaid";
}
