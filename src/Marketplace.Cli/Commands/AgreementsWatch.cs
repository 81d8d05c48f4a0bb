using System.CommandLine;
using Marketplace.Application.Audits;
using Marketplace.Cli.Home;
using Marketplace.Cli.Terminal;
using Marketplace.Core.Primitives;

namespace Marketplace.Cli.Commands;

/// <summary>marketplace agreements watch</summary>
internal static class AgreementsWatch
{
    static readonly Option<bool> Audit = new("--audit")
    {
        Description = "Where a provider does not, demand an audit of a random leaf; conclude audits whose deadline passed, and claim what slashes owe you.",
    };

    static readonly Option<string?> MaxBond = new("--max-bond") { Description = "With --audit: demand none whose bond is more than so many tokens.", HelpName = "TOKENS" };
    static readonly Option<bool> Yes = Spending.CreateYes();

    public static Command Create() => new Command(
        "watch",
        """
        Tell of every agreement that runs whether its provider proves the newest revision that both of you signed: by what its node shows, and by what it showed
        on chain. A provider that dropped your data can prove an older revision, or nothing, and is paid until somebody audits it: run this once in an epoch,
        with --audit from a script. Exits with 1 when a provider does not prove what it should, or an audit is open or failed.
        Examples:
          marketplace agreements watch
          marketplace agreements watch --audit --yes --max-bond 20
        """) { Audit, MaxBond, Yes }.Runs(RunAsync);

    static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        TokenAmount? highest = context.Get(MaxBond) is { } text ? TokenText.Parse(text) : null;
        if (highest is not null && !context.Get(Audit))
            throw new CommandRefusal("option-invalid", "--max-bond needs --audit.");
        using var session = await VaultSession.OpenAsync(context, cancellationToken);
        var wallet = WalletAccess.AddressOf(session.Consumer.Home);
        context.Terminal.Note("Asking the providers and the chain...");
        var watch = await session.UseCases.Send(new WatchAgreements(wallet), cancellationToken);
        var done = context.Get(Audit) ? await PursueAsync(context, session.Consumer, watch, highest, cancellationToken) : null;
        context.Terminal.Result(WatchReport.ToJson(watch, done), console => WatchReport.Show(console, watch, done));
        return watch.IsFine && done is null or { Refusals.Count: 0, Failed.Count: 0, Demanded.Count: 0 } ? CommandRunner.Success : CommandRunner.Failure;
    }

    /// <summary>Null when there is nothing to do, and the wallet stays closed.</summary>
    static async Task<PursuedAudits?> PursueAsync(
        CommandContext context, ConsumerSession session, AgreementWatch watch, TokenAmount? highest, CancellationToken cancellationToken)
    {
        var demand = watch.Remedies.Where(quote => highest is null || quote.Bond <= highest).ToList();
        if (demand.Count == 0 && watch.Unanswered.Count == 0 && watch.Compensation == TokenAmount.Zero)
            return null;
        if (demand.Count > 0)
        {
            var bonds = demand.Aggregate(TokenAmount.Zero, (sum, quote) => sum + quote.Bond);
            Spending.Confirm(context, Yes, console => WatchReport.Show(console, watch, null), $"Put up {bonds.Space()} of bonds for {demand.Count} audits?");
        }
        PursuedAudits? done = null;
        await WalletUseCases.SpendAsync(
            context, session,
            async cases => done = await cases.Send(new PursueAudits([.. watch.Unanswered.Select(audit => audit.Id)], demand), cancellationToken),
            cancellationToken);
        return done;
    }
}
