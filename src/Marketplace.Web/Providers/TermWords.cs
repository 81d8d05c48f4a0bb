using Marketplace.Chain.Listings;
using Marketplace.Web.Formatting;

namespace Marketplace.Web.Providers;

/// <summary>For how long an offer can really be taken, which is no longer than any agreement runs.</summary>
public static class TermWords
{
    /// <summary>The shortest and the longest time; null where nobody can take it.</summary>
    /// <param name="terms">The offer's.</param>
    /// <param name="most">Epochs that any agreement runs for at most; null where that is not known yet.</param>
    /// <param name="epoch">An epoch's length.</param>
    public static (string Shortest, string Longest)? Of(ListingTerms terms, ulong? most, TimeSpan epoch) => Of(terms.MinTerm, terms.MaxTerm, most, epoch);

    /// <summary>What a provider reads beside the epochs that it types.</summary>
    /// <param name="shortest">Null where no number is typed.</param>
    /// <param name="longest">Likewise.</param>
    /// <param name="most">Epochs that any agreement runs for at most; null where that is not known yet.</param>
    /// <param name="epoch">An epoch's length.</param>
    public static string Typed(ulong? shortest, ulong? longest, ulong? most, TimeSpan epoch) => (shortest, longest) switch
    {
        ({ } least, { } all) when least <= all => Of(least, all, most, epoch) switch
        {
            ({ } from, { } to) => $"That is {from} to {to}" + (most < all ? ", which is the longest that any agreement runs; it can be extended." : "."),
            _ => $"Nobody can take that: no agreement runs for longer than {Times.Duration(Times.Of(most ?? 0, epoch))}.",
        },
        _ => "",
    };

    static (string Shortest, string Longest)? Of(ulong shortest, ulong longest, ulong? most, TimeSpan epoch) => shortest > most ? null
        : (Times.Duration(Times.Of(shortest, epoch)), Times.Duration(Times.Of(Math.Min(longest, most ?? longest), epoch)));
}
