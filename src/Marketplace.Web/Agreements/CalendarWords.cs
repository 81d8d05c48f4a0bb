using Marketplace.Application.Agreements;
using Marketplace.Chain.Deployments;
using Marketplace.Core.Primitives;
using Marketplace.Web.Formatting;

namespace Marketplace.Web.Agreements;

/// <summary>What the calendar of an agreement's proofs says.</summary>
public static class CalendarWords
{
    /// <summary>How an epoch's square looks.</summary>
    public static string ClassOf(EpochProof proof, Epoch now) => proof switch
    {
        { IsProven: true, IsSuspended: true } => "is-unpaid",
        { IsProven: true } => "is-proven",
        _ => proof.Epoch == now ? "is-open" : "",
    };

    /// <summary>Of one epoch.</summary>
    public static string Of(EpochProof proof, Epoch now, EpochClock clock) =>
        $"Epoch {proof.Epoch}, {Times.Moment(clock.StartOf(proof.Epoch))}: {(proof.IsProven ? "proven" : proof.Epoch == now ? "still open" : "not proven")}"
        + (proof.IsSuspended ? ", not paid since a loss was declared" : "");

    /// <summary>Of those that are over; that of now is not.</summary>
    public static string SentenceOf(AgreementProofs shown)
    {
        var over = shown.Proofs.Where(proof => proof.Epoch < shown.Now).ToList();
        var proven = over.Where(proof => proof.IsProven).ToList();
        var unpaid = proven.Count(proof => proof.IsSuspended);
        return $"{Figures.Whole((ulong)proven.Count)} of {Figures.Whole((ulong)over.Count)} epochs that are over were proven."
            + (unpaid == 0 ? "" : $" {Figures.Whole((ulong)unpaid)} of the proven ones {(unpaid == 1 ? "is" : "are")} not paid, since a loss was declared.");
    }
}
