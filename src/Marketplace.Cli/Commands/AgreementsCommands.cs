using System.CommandLine;
using System.Globalization;
using Marketplace.Application.Agreements;
using Marketplace.Application.Pipeline;
using Marketplace.Chain.Agreements;
using Marketplace.Cli.Home;
using Marketplace.Core.Primitives;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>marketplace agreements …</summary>
internal static class AgreementsCommands
{
    static readonly Option<bool> All = new("--all") { Description = "Also agreements that are over; those that still owe you something are listed without." };

    public static Command Create() => new Command(
        "agreements",
        """
        Show what you have rented, what it has cost so far, and whether the providers prove that they keep it.
        Examples:
          marketplace agreements --all
          marketplace agreements end 7      # end one early, after its notice
          marketplace agreements extend 7 --term 30   # keep it for longer; --rental: with all that was rented together with it
          marketplace agreements audit 7    # make the provider show one leaf on chain, or lose
          marketplace agreements watch      # does every provider prove the newest of what is stored?
          marketplace agreements reclaim    # get back what nobody earned
        """)
    {
        All,
        AgreementsExtend.Create(),
        AgreementsAudit.Create(),
        AgreementsWatch.Create(),
        AgreementsCountersign.Create(),
        AgreementsMoney.CreateDeposit(),
        AgreementsMoney.CreateClaim(),
        AgreementsEnd.CreateEnd(),
        AgreementsEnd.CreateClose(),
        AgreementsEnd.CreateReclaim(),
    }.Runs(RunAsync);

    static async Task RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        using var session = await ConsumerSession.OpenAsync(context, cancellationToken);
        var cases = UseCases.Over(session.Market, new ConsumerAgreements(session.Market));
        var overview = await cases.Send(new ListAgreements(WalletAccess.AddressOf(session.Home), context.Get(All)), cancellationToken);
        context.Terminal.Result(
            new { epoch = overview.Now, agreements = overview.Agreements.Select(row => ToJson(row)) },
            console => Show(console, overview, context.Get(All)));
    }

    /// <summary>An agreement as --json gives it.</summary>
    static object ToJson(RunningAgreement row) => new
    {
        id = row.Agreement.Id,
        provider = row.Agreement.Provider,
        state = row.Agreement.State,
        suspended = row.IsSuspended,
        paidAgainFrom = row.PaidAgainFrom,
        spaceGiB = row.Agreement.Space,
        start = row.Agreement.Start,
        end = row.Agreement.End,
        term = row.Agreement.Term,
        price = row.Agreement.Price,
        egressPrice = row.Agreement.EgressPrice,
        deposited = row.Agreement.Deposited,
        paid = row.Agreement.Paid,
        refunded = row.Agreement.Refunded,
        remaining = row.Agreement.Remaining,
        epochsLeft = row.EpochsLeft,
        epochsPassed = row.EpochsPassed,
        epochsProven = row.EpochsProven,
        reading = new { deposited = row.Reading.Deposited, paid = row.Reading.Redeemed, remaining = row.Reading.Remaining },
        compensation = row.Compensation,
        rental = row.Opening,
        listing = row.Agreement.Listing,
        dataKey = row.Agreement.DataKey,
    };

    static void Show(IAnsiConsole console, AgreementOverview overview, bool all)
    {
        if (overview.Agreements.Count == 0)
        {
            console.WriteLine(all ? "You have never rented anything." : "You have rented nothing now; see `marketplace listings` and `marketplace rent`.");
            return;
        }
        var table = new Table().Border(TableBorder.Simple)
            .AddColumns("Agreement", "Provider", "State", "GiB", "Epochs left", "Proven", "Money left", "Paid", "Refunded");
        foreach (var row in overview.Agreements)
            table.AddRow([.. Cells(row).Select(cell => new Text(cell))]);
        console.Write(table);
        console.WriteLine($"Now is epoch {overview.Now}.");
        var compensation = overview.Agreements.Aggregate(TokenAmount.Zero, (sum, row) => sum + row.Compensation);
        if (compensation > TokenAmount.Zero)
            console.WriteLine($"{compensation.Space()} of slashed stake are yours: `marketplace agreements claim`.");
    }

    static IEnumerable<string> Cells(RunningAgreement row)
    {
        var agreement = row.Agreement;
        yield return agreement.Id.ToString();
        yield return agreement.Provider.ToString();
        yield return StateOf(row);
        yield return agreement.Space.ToString();
        yield return row.EpochsLeft.ToString(CultureInfo.InvariantCulture);
        yield return string.Create(CultureInfo.InvariantCulture, $"{row.EpochsProven}/{row.EpochsPassed}");
        yield return agreement.Remaining.Space();
        yield return agreement.Paid.Space();
        yield return agreement.Refunded.Space();
    }

    static string StateOf(RunningAgreement row) => row.Agreement.State switch
    {
        AgreementState.Proposed => "waits for the provider",
        AgreementState.Active or AgreementState.Terminated when row is { EpochsLeft: > 0, IsSuspended: true } => "loss declared, not paid",
        AgreementState.Active or AgreementState.Terminated when row is { EpochsLeft: > 0, PaidAgainFrom: { } from } =>
            from < row.Agreement.End ? $"paid again from {from}" : "not paid to its end",
        AgreementState.Active when row.EpochsLeft == 0 => "term over",
        AgreementState.Terminated when row.EpochsLeft > 0 => "ending",
        _ => row.Agreement.State.ToString().ToLowerInvariant(),
    };
}
