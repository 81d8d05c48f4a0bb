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
    static readonly Option<string?> MaxBonds = new("--max-bonds")
    {
        Description = "With --audit: demand no more when the bonds of this run come to so many tokens.", HelpName = "TOKENS",
    };

    static readonly Option<bool> Yes = Spending.CreateYes();

    public static Command Create() => new Command(
        "watch",
        """
        Tell of every agreement that runs whether its provider proves the newest revision that both of you signed: by what its node shows, and by what it showed
        on chain. A provider that dropped your data can prove an older revision, or nothing, and is paid until somebody audits it: run this once in an epoch,
        with --audit from a script. A provider that has everything answers an audit and keeps the bond: after each that it answered, the next waits twice as long.
        Exits with 1 when a provider does not prove what it should, an audit is open or failed, or an agreement of this vault is not in its catalog.
        Examples:
          marketplace agreements watch
          marketplace agreements watch --audit --yes --max-bond 20 --max-bonds 60
        """) { Audit, MaxBond, MaxBonds, Yes }.Runs(RunAsync);

    static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        TokenAmount? highest = context.Get(MaxBond) is { } text ? TokenText.Parse(text) : null;
        TokenAmount? budget = context.Get(MaxBonds) is { } all ? TokenText.Parse(all) : null;
        if ((highest ?? budget) is not null && !context.Get(Audit))
            throw new CommandRefusal("option-invalid", "--max-bond and --max-bonds need --audit.");
        using var session = await VaultSession.OpenAsync(context, cancellationToken);
        var wallet = WalletAccess.AddressOf(session.Consumer.Home);
        context.Terminal.Note("Asking the providers and the chain...");
        var watch = await session.UseCases.Send(new WatchAgreements(wallet), cancellationToken);
        var done = context.Get(Audit) ? await PursueAsync(context, session.Consumer, watch, highest, budget, cancellationToken) : null;
        context.Terminal.Result(WatchReport.ToJson(watch, done), console => WatchReport.Show(console, watch, done));
        return watch.IsFine && done is null or { Refusals.Count: 0, Failed.Count: 0, Demanded.Count: 0 } ? CommandRunner.Success : CommandRunner.Failure;
    }

    /// <summary>Those whose bonds fit into a budget together, in their order.</summary>
    internal static IReadOnlyList<AuditQuote> Within(TokenAmount? budget, IEnumerable<AuditQuote> quotes)
    {
        var (chosen, total) = (new List<AuditQuote>(), TokenAmount.Zero);
        foreach (var quote in quotes)
        {
            if (budget is { } most && (quote.Bond > most || total > most - quote.Bond))
                continue;
            chosen.Add(quote);
            total += quote.Bond;
        }
        return chosen;
    }

    /// <summary>Null when there is nothing to do, and the wallet stays closed.</summary>
    static async Task<PursuedAudits?> PursueAsync(
        CommandContext context, ConsumerSession session, AgreementWatch watch, TokenAmount? highest, TokenAmount? budget, CancellationToken cancellationToken)
    {
        var demand = Within(budget, watch.Remedies.Where(quote => highest is null || quote.Bond <= highest));
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
