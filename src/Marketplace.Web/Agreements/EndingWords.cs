using Marketplace.Application.Agreements;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Deployments;
using Marketplace.Client.Watching;
using Marketplace.Core.Primitives;
using Marketplace.Web.Formatting;

namespace Marketplace.Web.Agreements;

/// <summary>What ending agreements early means, in words.</summary>
public static class EndingWords
{
    /// <summary>What comes back, and when their providers are free.</summary>
    /// <param name="quotes">At least one.</param>
    /// <param name="clock">The market's.</param>
    public static string SummaryOf(IReadOnlyList<EndingQuote> quotes, EpochClock clock)
    {
        var running = quotes.Where(quote => quote.Agreement.State != AgreementState.Proposed).ToList();
        var proposals = quotes.Count - running.Count;
        var takenBack = proposals == 0 ? "" : $"{(proposals == 1 ? "1 proposal is" : $"{proposals} proposals are")} taken back; {Figures.TokensAtLeast(Sum(quotes.Except(running), quote => quote.Refund))} are yours again.";
        return running.Count == 0 ? takenBack : $"{EndOf(running, clock)} {takenBack}".TrimEnd();
    }

    static string EndOf(IReadOnlyList<EndingQuote> quotes, EpochClock clock)
    {
        var isOne = quotes.Count == 1;
        var (sum, held) = (Sum(quotes, quote => quote.Refund), Sum(quotes, quote => quote.Agreement.Remaining));
        var (refund, end) = (Figures.TokensAtLeast(sum), Times.Moment(clock.StartOf(quotes.Max(quote => quote.End))));
        var notices = quotes.Select(quote => quote.Agreement.TerminationNotice).Distinct().ToList();
        var notice = $"what is left pays {(isOne ? "its" : "their")} notice{(notices.Count == 1 ? $" of {Times.Epochs(notices[0])}" : "")}, until {end}";
        var back = sum == TokenAmount.Zero ? $"Nothing comes back at once: {notice}"
            : sum == held ? $"About {refund}, all that {(isOne ? "it holds" : "they hold")}, are yours to take out at once; {(isOne ? "it ends" : "they end")} on {end}"
            : $"About {refund} are yours to take out at once; {notice}";
        return $"You end {AgreementTexts.NameOf([.. quotes.Select(quote => quote.Agreement)])}. {back}. From then on {(isOne ? "its provider" : "their providers")} may delete what you stored there.";
    }

    static TokenAmount Sum(IEnumerable<EndingQuote> quotes, Func<EndingQuote, TokenAmount> of) => quotes.Aggregate(TokenAmount.Zero, (sum, quote) => sum + of(quote));

    /// <summary>What becomes of files that are spread alike.</summary>
    public static string FilesOf(ThinnedObjects files)
    {
        var (count, have, it) = files.Objects == 1 ? ("1 file", "has", "it") : ($"{Figures.Whole((ulong)files.Objects)} files", "have", "them");
        return files.IsLost
                ? $"{count} cannot be brought back then: {(files.Objects == 1 ? "it has" : "they have")} {files.Left} of {files.Total} fragments, and it takes {files.Needed}. Download {it} or store {it} again before."
            : $"{count} then {have} {files.Left} of {files.Total} fragments; any {files.Needed} bring {it} back."
                + (files.IsAtRisk ? $" Store {it} again before more are lost." : "");
    }
}
