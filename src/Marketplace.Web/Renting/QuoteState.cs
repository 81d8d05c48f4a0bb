using Marketplace.Client.Renting;

namespace Marketplace.Web.Renting;

/// <summary>How far the search for providers is.</summary>
/// <param name="IsAsking">Whether it goes on.</param>
/// <param name="Quote">What was found; null for nothing, or nothing yet.</param>
/// <param name="Missing">Why nothing was found; null where something was, or may be.</param>
/// <param name="Terms">For how long enough providers would rent out, where the time was in the way; null where it was not, or there are too few.</param>
public sealed record QuoteState(bool IsAsking, RentalQuote? Quote = null, string? Missing = null, TermsOffered? Terms = null);
