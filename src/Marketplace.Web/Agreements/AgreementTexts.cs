using Marketplace.Application.Agreements;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Deployments;
using Marketplace.Core.Primitives;
using Marketplace.Web.Formatting;

namespace Marketplace.Web.Agreements;

/// <summary>What agreements are, and what extending them means, in words.</summary>
public static class AgreementTexts
{
    /// <summary>For its row.</summary>
    public static string StateOf(RunningAgreement row) => row.Agreement.State switch
    {
        AgreementState.Proposed => "waits for its provider",
        AgreementState.Active or AgreementState.Terminated when row is { EpochsLeft: > 0, IsSuspended: true } => "loss declared, not paid",
        AgreementState.Active or AgreementState.Terminated when row is { EpochsLeft: > 0, PaidAgainFrom: { } from } =>
            from < row.Agreement.End ? $"paid again from epoch {from}" : "not paid to its end",
        AgreementState.Active => row.EpochsLeft > 0 ? "runs" : "over, to be closed",
        AgreementState.Terminated => "ends after its notice",
        AgreementState.Declined => "declined",
        AgreementState.Withdrawn => "taken back",
        AgreementState.Voided => "void: failed an audit",
        _ => "closed",
    };

    /// <summary>agreement 7, 12 agreements</summary>
    public static string NameOf(IReadOnlyList<AgreementInfo> agreements) =>
        agreements.Count == 1 ? $"agreement {agreements[0].Id}" : $"{Figures.Whole((ulong)agreements.Count)} agreements";

    /// <summary>What is extended, until when, and for how much at most.</summary>
    /// <param name="quotes">At least one.</param>
    /// <param name="clock">The market's.</param>
    public static string SummaryOf(IReadOnlyList<ExtensionQuote> quotes, EpochClock clock)
    {
        var deposit = Figures.TokensExact(quotes.Aggregate(TokenAmount.Zero, (sum, quote) => sum + quote.Deposit));
        var space = Figures.Space(new GiB(quotes.Aggregate(0UL, (sum, quote) => sum + quote.NewSpace.Value)));
        var (first, last) = (quotes.Min(quote => quote.NewEnd), quotes.Max(quote => quote.NewEnd));
        var until = first == last
            ? $" until {Times.Moment(clock.StartOf(last))}, the end of epoch {new Epoch(last.Value - 1)}"
            : $", the first until {Times.Moment(clock.StartOf(first))}, the last until {Times.Moment(clock.StartOf(last))}";
        var providers = quotes.Select(quote => quote.Agreement.Provider).Distinct().Count();
        var what = quotes.Count == 1 ? $"to {space}" : $"with {(providers == 1 ? "1 provider" : $"{providers} providers")} to {space} in all";
        return $"You extend {NameOf([.. quotes.Select(quote => quote.Agreement)])} {what}{until}, for at most {deposit}.";
    }

    /// <summary>Which of several transactions it is; nothing where it is the only one.</summary>
    public static string PartOf(int number, int count) =>
        count == 1 ? "" : $"This takes {count} transactions, each asked for by itself, since it is more than one can do. Number {number}: ";
}
