using Marketplace.Chain.Listings;
using Marketplace.Core.Primitives;
using Marketplace.Web.Formatting;

namespace Marketplace.Web.Provide;

/// <summary>What an owner reads of an offer before it is signed.</summary>
public static class OfferWords
{
    /// <summary>All of its terms.</summary>
    public static string Of(ListingTerms terms) =>
        $"{Figures.Space(terms.Available)} at {Figures.TokensExact(terms.Price)} for a GiB and epoch, for {Figures.Whole(terms.MinTerm)} to {Times.Epochs(terms.MaxTerm)}"
            + (terms.OnlyFor is { } only ? $", to {Texts.Short(only)} alone. " : ". ")
            + (terms.EgressPrice == TokenAmount.Zero ? "Reading is free. " : $"Reading a GiB costs {Figures.TokensExact(terms.EgressPrice)}. ")
            + (terms.AutoAccept ? "Agreements are accepted at once." : "You answer each request by hand.");

    /// <summary>What the provider could not keep of it; null where it could keep all, or where that is not known.</summary>
    /// <param name="terms">Of the offer.</param>
    /// <param name="diskBytes">Free on the node's disks, beside what is promised; null where the node did not say.</param>
    /// <param name="covered">What the stake covers beside what is rented.</param>
    public static string? WarningOf(ListingTerms terms, ulong? diskBytes, GiB covered)
    {
        var disk = diskBytes is { } bytes && (UInt128)terms.Available.Value << 30 > bytes
            ? $"Your node has {Figures.Bytes((long)Math.Min(bytes, long.MaxValue))} free for it. " : "";
        var stake = terms.Available > covered ? $"Your stake covers {Figures.Space(covered)} more. " : "";
        return disk.Length + stake.Length == 0 ? null
            : $"This is more than you can keep. {disk}{stake}" + (disk.Length > 0 ? "What is rented and does not fit is not proven, and slashed." : "Nobody can rent more than that until you stake more.");
    }
}
