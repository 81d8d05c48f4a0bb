using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Chain.Listings;

/// <summary>The terms of an offer. They bind: an agreement copies them when it opens.</summary>
/// <param name="Price">For a GiB and an epoch.</param>
/// <param name="Available">Space still on offer.</param>
/// <param name="MinTerm">Shortest term in epochs.</param>
/// <param name="MaxTerm">Longest term in epochs.</param>
/// <param name="EgressPrice">For a GiB read.</param>
/// <param name="AutoAccept">Whether agreements open without the provider's answer.</param>
public sealed record ListingTerms(TokenAmount Price, GiB Available, ulong MinTerm, ulong MaxTerm, TokenAmount EgressPrice, bool AutoAccept);

/// <summary>An offer of space.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Provider">Whose space.</param>
/// <param name="IsWithdrawn">Whether it takes no more agreements.</param>
/// <param name="Terms">For agreements that open from now on.</param>
public sealed record ListingInfo(ListingId Id, Address Provider, bool IsWithdrawn, ListingTerms Terms);
