using System.Globalization;
using Marketplace.Application.Agreements;
using Marketplace.Chain.Deployments;
using Marketplace.Core.Primitives;
using Marketplace.Web.Formatting;

namespace Marketplace.Web.Agreements;

/// <summary>What the calendar of an agreement's proofs says.</summary>
public static class CalendarWords
{
    const int DaysOfWeek = 7, ShownByWeek = 2 * DaysOfWeek, Few = 24;

    /// <summary>How the squares are laid out: by week where epochs are days and there are some of these, and else as a line, with larger squares where they are few.</summary>
    /// <param name="count">Of the epochs that are shown.</param>
    /// <param name="clock">The market's.</param>
    public static string LayoutOf(int count, EpochClock clock) => IsByWeek(count, clock) ? "is-by-week" : count <= Few ? "is-few" : "";

    /// <summary>How an epoch's square looks.</summary>
    public static string ClassOf(EpochProof proof, Epoch now) => proof switch
    {
        { IsProven: true, IsSuspended: true } => "is-unpaid",
        { IsProven: true } => "is-proven",
        _ => proof.Epoch == now ? "is-open" : "is-missed",
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
        return (over.Count == 0 ? "Its first epoch is not over yet."
                : over.Count == 1 ? $"The one epoch that is over was {(proven.Count == 1 ? "" : "not ")}proven."
                : $"{Figures.Whole((ulong)proven.Count)} of {Figures.Whole((ulong)over.Count)} epochs that are over were proven.")
            + (unpaid == 0 ? "" : $" {Figures.Whole((ulong)unpaid)} of the proven ones {(unpaid == 1 ? "is" : "are")} not paid, since a loss was declared.");
    }

    /// <summary>Squares that are left out before the first: where columns are weeks, these begin on a Monday.</summary>
    /// <param name="first">The first epoch that is shown.</param>
    /// <param name="count">Of the epochs that are shown.</param>
    /// <param name="clock">The market's.</param>
    public static int BlanksBefore(Epoch first, int count, EpochClock clock) =>
        IsByWeek(count, clock) ? ((int)clock.StartOf(first).UtcDateTime.DayOfWeek + DaysOfWeek - 1) % DaysOfWeek : 0;

    /// <summary>The label of the first and the last square: its day, and where epochs are no days which epoch, and when it began.</summary>
    public static string EndOf(Epoch epoch, EpochClock clock) =>
        IsDaily(clock) ? Times.Day(clock.StartOf(epoch)) : string.Create(CultureInfo.InvariantCulture, $"epoch {epoch}, {Times.Moment(clock.StartOf(epoch))}");

    /// <summary>In which order the squares stand.</summary>
    /// <param name="count">Of the epochs that are shown.</param>
    /// <param name="clock">The market's.</param>
    public static string OrderOf(int count, EpochClock clock) =>
        IsByWeek(count, clock) ? "A column is a week, from Monday down to Sunday." : count > 1 ? "A square is an epoch, the oldest first." : "";

    /// <summary>What the squares that are shown mean, in the order in which they are explained.</summary>
    public static IEnumerable<(string Class, string Words)> LegendOf(AgreementProofs shown)
    {
        var classes = shown.Proofs.Select(proof => ClassOf(proof, shown.Now)).ToHashSet();
        return new[]
        {
            ("is-proven", "proven"), ("is-unpaid", "proven, but not paid: its provider declared a loss"), ("is-missed", "not proven, so not paid"), ("is-open", "runs now, not proven yet"),
        }.Where(key => classes.Contains(key.Item1));
    }

    static bool IsByWeek(int count, EpochClock clock) => IsDaily(clock) && count > ShownByWeek;

    static bool IsDaily(EpochClock clock) => clock.EpochLength == TimeSpan.FromDays(1);
}
