using Marketplace.Application.Agreements;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Deployments;
using Marketplace.Client.Watching;
using Marketplace.Core.Primitives;
using Marketplace.Web.Formatting;

namespace Marketplace.Web.Agreements;

/// <summary>What ending an agreement early means, in words.</summary>
public static class EndingWords
{
    /// <summary>What comes back, and when its provider is free.</summary>
    public static string SummaryOf(AgreementInfo agreement, EndingQuote quote, EpochClock clock)
    {
        var (refund, end) = (Figures.TokensAtLeast(quote.Refund), Times.Moment(clock.StartOf(quote.End)));
        var notice = $"what is left pays its notice of {Times.Epochs(agreement.TerminationNotice)}, until {end}";
        var back = quote.Refund == TokenAmount.Zero ? $"Nothing comes back at once: {notice}"
            : quote.Refund == agreement.Remaining ? $"About {refund}, all that it holds, are yours to take out at once; it ends on {end}"
            : $"About {refund} are yours to take out at once; {notice}";
        return $"You end agreement {agreement.Id}. {back}. From then on its provider may delete what you stored there.";
    }

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
