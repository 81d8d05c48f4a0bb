using Marketplace.Client.Selection;
using Marketplace.Web.Formatting;

namespace Marketplace.Web.Renting;

/// <summary>A time that is proposed since the market gives no more.</summary>
/// <param name="Length">How long, in units.</param>
/// <param name="Unit">hour, day or month.</param>
/// <param name="Longest">What the market gives, which may be somewhat more.</param>
public sealed record ProposedTerm(ulong Length, string Unit, TimeSpan Longest);

/// <summary>For how long enough providers rent out.</summary>
/// <param name="Shortest">Epochs.</param>
/// <param name="Longest">Epochs; no less.</param>
public sealed record TermsOffered(ulong Shortest, ulong Longest)
{
    /// <summary>What as many providers as are needed offer for their space, the longest; null where there are too few of them, or they have no term in common.</summary>
    /// <param name="need">What is needed.</param>
    /// <param name="offers">All.</param>
    /// <param name="most">Epochs that an agreement may run for at all.</param>
    public static TermsOffered? For(Need need, IEnumerable<ProviderOffer> offers, ulong most)
    {
        var longest = offers.Where(offer => offer.Rentable.Value >= need.Space.Value).GroupBy(offer => offer.Endpoint.Provider)
            .Select(provider => provider.MaxBy(offer => offer.MaxTerm)!).OrderByDescending(offer => offer.MaxTerm).Take(need.Providers).ToList();
        if (longest.Count < need.Providers)
            return null;
        var terms = new TermsOffered(longest.Max(offer => offer.MinTerm), Math.Min(longest[^1].MaxTerm, most));
        return terms.Shortest <= terms.Longest ? terms : null;
    }

    /// <summary>What to propose where nobody said for how long, and the market does not give what is usual; null where it does.</summary>
    /// <param name="usual">What would be rented.</param>
    /// <param name="offers">All.</param>
    /// <param name="most">Epochs that an agreement may run for at all.</param>
    /// <param name="epoch">An epoch's length.</param>
    public static ProposedTerm? Propose(RentalForm usual, IReadOnlyList<ProviderOffer> offers, ulong most, TimeSpan epoch)
    {
        var found = usual.NeedsIn(epoch, consumer: null).Select(need => For(need, offers, most)).FirstOrDefault(terms => terms is not null) ?? new TermsOffered(1, most);
        return usual.TermIn(epoch) > found.Longest && found.LongestIn(epoch) is var (length, unit) ? new ProposedTerm(length, unit, Times.Of(found.Longest, epoch)) : null;
    }

    /// <summary>How long that is.</summary>
    public (TimeSpan Shortest, TimeSpan Longest) In(TimeSpan epoch) => (Times.Of(Shortest, epoch), Times.Of(Longest, epoch));

    /// <summary>The longest of it that can be asked for, in the largest unit that says it; null where no unit is short enough.</summary>
    public (ulong Length, string Unit)? LongestIn(TimeSpan epoch)
    {
        var longest = Times.Of(Longest, epoch);
        var found = RentalForm.Units.Reverse().Select(unit => (Length: Math.Min((ulong)(longest / unit.Length), RentalForm.MostLength), unit.Name, Unit: unit.Length))
            .MaxBy(row => row.Unit * row.Length);
        return found.Length > 0 && found.Unit * found.Length >= Times.Of(Shortest, epoch) ? (found.Length, found.Name) : null;
    }
}
