using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Chain.Listings;

/// <summary>The terms of an offer. They bind: an agreement copies them when it opens.</summary>
/// <param name="Price">For a GiB and an epoch.</param>
/// <param name="Available">Space still on offer.</param>
/// <param name="MinTerm">Shortest term in epochs.</param>
/// <param name="MaxTerm">Longest term in epochs.</param>
/// <param name="EgressPrice">For a GiB read.</param>
/// <param name="AutoAccept">Whether agreements open, and are extended, without the provider's answer.</param>
/// <param name="OnlyFor">The one consumer who may take it; null for everybody.</param>
public sealed record ListingTerms(
    TokenAmount Price, GiB Available, ulong MinTerm, ulong MaxTerm, TokenAmount EgressPrice, bool AutoAccept, Address? OnlyFor = null);

/// <summary>An offer of space.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Provider">Whose space.</param>
/// <param name="IsWithdrawn">Whether it takes no more agreements.</param>
/// <param name="Terms">For agreements that open from now on.</param>
public sealed record ListingInfo(ListingId Id, Address Provider, bool IsWithdrawn, ListingTerms Terms);
