using Marketplace.Application.Objects;
using Marketplace.Chain.Deployments;
using Marketplace.Client.Transport;
using Marketplace.Core.Primitives;
using Marketplace.Web.Formatting;

namespace Marketplace.Web.Files;

/// <summary>What is said of a file's fragments.</summary>
public static class PlaceWords
{
    /// <summary>What is amiss with some of them; null for nothing. Whose agreement is over owes no proof.</summary>
    public static string? TroubleOf(ObjectPlaces places)
    {
        var over = places.Places.Count(place => !place.IsRunning);
        var lost = places.Places.Count(place => place is { IsRunning: true, Loss.IsCertain: true });
        var doubtful = places.Places.Count(place => place is { IsRunning: true, Loss.IsCertain: false });
        var lacking = places.Places.Count(place => place.LacksProof(places.Now));
        return string.Join(' ', new[]
        {
            over == 0 ? null : $"{over} of them {(over == 1 ? "is" : "are")} kept no more: {(over == 1 ? "its agreement is" : "their agreements are")} over.",
            lost == 0 ? null : $"{lost} of them {(lost == 1 ? "is lost: its provider" : "are lost: their providers")} declared it.",
            doubtful == 0 ? null : $"{doubtful} of them may be lost: {(doubtful == 1 ? "its provider" : "their providers")} declared a loss.",
            lacking == 0 ? null : $"{lacking} of them {(lacking == 1 ? "lacks" : "lack")} a proof that was due.",
        }.OfType<string>()) is { Length: > 0 } words ? words : null;
    }

    /// <summary>What their proofs say of all of them; nothing but trouble where their providers were asked: what they showed is the newer verdict.</summary>
    /// <param name="places">The fragments.</param>
    /// <param name="isChecked">Whether the providers were asked.</param>
    /// <param name="clock">The market's.</param>
    public static string ProofsOf(ObjectPlaces places, bool isChecked, EpochClock clock)
    {
        if (TroubleOf(places) is { } trouble)
            return trouble;
        if (isChecked)
            return "";
        var young = places.Places.Where(place => place.IsTooNew(places.Now)).ToList();
        if (young.Count > 0)
        {
            var all = young.Count == places.Places.Count;
            return $"{(all ? "They are" : young.Count == 1 ? "1 of them is" : $"{young.Count} of them are")} too new to be proven: "
                + $"{(all || young.Count > 1 ? "their first proofs are" : "its first proof is")} expected {Expected(young.Max(place => place.FirstDue), places.Now, clock)}.";
        }
        return $"All were proven since {Times.Moment(clock.StartOf(places.Places.Min(place => place.LastProven!.Value)))}.";
    }

    /// <summary>When one was proven last, or what speaks against it.</summary>
    public static string ProofOf(FragmentPlace place, Epoch now, EpochClock clock) => place switch
    {
        { IsRunning: false } => "its agreement is over",
        { Loss: { IsCertain: true, Declared: var epoch } } => $"its provider declared it lost (epoch {epoch})",
        { Loss: { Declared: var epoch } } => $"its provider declared that part of what it keeps here is lost (epoch {epoch})",
        { LastProven: { } proven } => $"epoch {proven}, {Times.Moment(clock.StartOf(proven))}",
        _ => place.IsTooNew(now) ? $"too new; expected {Expected(place.FirstDue, now, clock)}" : "none since it was stored",
    };

    /// <summary>Why a provider that was asked for a fragment did not show it; the exact reason stands behind it.</summary>
    public static string FailureOf(ProviderFailure failure) => failure.Kind switch
    {
        FailureKind.Unreachable or FailureKind.Stalled => "does not answer",
        FailureKind.WrongKey => "another machine answers in its place",
        FailureKind.Lied => "shows something else",
        _ => "refuses to show it",
    };

    static string Expected(Epoch epoch, Epoch now, EpochClock clock) =>
        $"in epoch {epoch}, which {(epoch <= now ? "runs now" : $"begins {Times.Moment(clock.StartOf(epoch))}")}";
}
