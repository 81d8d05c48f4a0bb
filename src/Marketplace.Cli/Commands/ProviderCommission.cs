using System.CommandLine;
using Marketplace.Application.Pipeline;
using Marketplace.Application.Providers;
using Marketplace.Ethereum.Accounts;
using Marketplace.Provider.Administration;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>marketplace provider commission</summary>
internal static class ProviderCommissionCommand
{
    static readonly Argument<string?> Percent = new("percent")
    {
        Description = "What you keep of the earnings of stake that others delegate to you, 0 to 100 (default: show it).", Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Create() => new Command(
        "commission",
        """
        Show or set what you keep of the earnings of stake that others delegate to you. The first time opens you to delegations; later changes are announced
        ahead, so that nobody is surprised.
        Examples:
          marketplace provider commission
          marketplace provider commission 12.5
        """) { Percent }.Runs(RunAsync);

    static Task RunAsync(CommandContext context, CancellationToken cancellationToken) =>
        context.Get(Percent) is { } text ? SetAsync(context, TextArguments.ParsePercent(text), cancellationToken) : ShowAsync(context, cancellationToken);

    static Task SetAsync(CommandContext context, ushort bps, CancellationToken cancellationToken) => ProviderHome.AsOwnerAsync(
        context,
        async (session, owner, sender) =>
        {
            using var signer = new LocalSigner(owner);
            Tell(context, await UseCases.Over(session.Market, signer, sender).Send(new SetCommission(bps), cancellationToken));
            return true;
        },
        cancellationToken);

    static async Task ShowAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var home = new NodeHome(context.Home);
        var settings = home.LoadSettings();
        using var session = await ChainSession.OpenAsync(settings.Chain.OriginalString, home.DeploymentFile, cancellationToken);
        Tell(context, await session.Market.Stakes.GetCommissionAsync(settings.OwnerAddress, cancellationToken: cancellationToken));
    }

    static void Tell(CommandContext context, Chain.Stakes.ProviderCommission commission) => context.Terminal.Result(
        new { open = commission.IsOpen, bps = commission.Bps, nextBps = commission.NextBps, nextFrom = commission.NextFrom },
        console => console.WriteLine(commission.IsOpen
            ? $"You keep {StakeCommands.CommissionText(commission)} of what delegated stake earns."
            : "No commission was ever set, so nobody can delegate stake to you; `marketplace provider commission PERCENT` opens it."));
}
