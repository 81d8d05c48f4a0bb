using System.CommandLine;
using Marketplace.Application.Deployments;
using Marketplace.Application.Pipeline;
using Marketplace.Chain.Parameters;
using Marketplace.Cli.Home;
using Marketplace.Cli.Terminal;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>marketplace deployment verify</summary>
internal static class DeploymentCommands
{
    static readonly Option<string?> Chain = new("--chain") { Description = "JSON-RPC address of the chain (default: the one in market.json of --home).", HelpName = "URL" };
    static readonly Option<string?> File = new("--deployment") { Description = "File with the contracts' addresses (default: the one that market.json names).", HelpName = "FILE" };

    public static Command Create() => new("deployment", "The market's contracts.")
    {
        new Command(
            "verify",
            """
            Read a deployment back from its chain and compare every wire: that there is code, that each contract knows exactly the others, the clock, and who may
            do what under governance. Exits with 1 when anything differs. It does not compare the code itself: `npm run deployment:check` does.
            Example: marketplace deployment verify --chain https://rpc.example --deployment market.json
            """) { Chain, File }.Runs(VerifyAsync),
    };

    static async Task<int> VerifyAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (chain, file) = SourceOf(context);
        using var session = await ChainSession.OpenAsync(chain, file, cancellationToken);
        var report = await UseCases.Over(session.Market).Send(new VerifyDeployment(), cancellationToken);
        context.Terminal.Result(ToJson(report), console => Show(console, report));
        return report.IsRight ? CommandRunner.Success : CommandRunner.Failure;
    }

    static (string Chain, string File) SourceOf(CommandContext context)
    {
        if (context.Get(Chain) is { } chain && context.Get(File) is { } file)
            return (chain, file);
        var home = new ConsumerHome(context.Home);
        var settings = MarketSettings.Load(home);
        return (context.Get(Chain) ?? settings.Chain, context.Get(File) ?? settings.DeploymentPath(home));
    }

    static object ToJson(DeploymentReport report) => new
    {
        right = report.IsRight,
        chainId = report.Deployment.ChainId,
        epoch = report.Now,
        contracts = report.Deployment.Contracts.ToDictionary(contract => contract.Name, contract => contract.Address.ToString()),
        checks = report.Checks.Select(check => new { subject = check.Subject, expected = check.Expected, actual = check.Actual, right = check.IsRight }),
        treasury = report.Parameters?.Treasury,
    };

    static void Show(IAnsiConsole console, DeploymentReport report)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("", "What", "Expected", "On chain");
        foreach (var check in report.Checks)
            table.AddRow(new Text(check.IsRight ? "ok" : "WRONG"), new Text(check.Subject), new Text(check.Expected), new Text(check.Actual ?? "no answer"));
        console.Write(table);
        var wrong = report.Checks.Count(check => !check.IsRight);
        console.WriteLine(wrong == 0
            ? $"All {report.Checks.Count} wires are as meant, on chain {report.Deployment.ChainId}, now in epoch {report.Now}."
            : $"{wrong} of {report.Checks.Count} are not as meant. Do not use this market.");
        if (report.Parameters is { } parameters)
            ShowParameters(console, parameters);
    }

    static void ShowParameters(IAnsiConsole console, MarketParameters parameters)
    {
        console.WriteLine($"Treasury {parameters.Treasury}; fee {TextArguments.Percent(parameters.ProtocolFeeBps)}; stake {parameters.StakePerGiB.Space()} per GiB.");
        console.WriteLine(
            $"An audit takes a bond of {parameters.AuditBond.Space()} and {Figures.Duration(parameters.AuditWindow)}; failing it costs {TextArguments.Percent(parameters.AuditSlashBps)} of the stake for the space.");
        console.WriteLine(
            $"Of slashes {TextArguments.Percent(parameters.CompensationBps)} go to the provider's consumers. Unbonding takes {parameters.UnbondingEpochs} epochs, billing cycles {parameters.BillingCycle}.");
    }
}
