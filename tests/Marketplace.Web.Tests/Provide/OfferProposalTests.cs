using Marketplace.Application.Providers;
using Marketplace.Chain.Listings;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Web.Provide;

using static Marketplace.Web.Tests.Provide.MadeStanding;

namespace Marketplace.Web.Tests.Provide;

public sealed class OfferProposalTests
{
    [Fact]
    public void Proposal_IsWhatTheStakeStillCovers() =>
        Assert.Equal(
            new OfferProposal(new GiB(26), "Beyond what is rented out and on offer, your stake covers 26\u00A0GiB, and it is not known what your node has free."),
            OfferProposal.Of(Standing(stake: 560)));

    [Fact]
    public void Proposal_IsNotMoreThanTheNodeHasRoomFor_BesideWhatIsPromised() =>
        Assert.Equal(
            new OfferProposal(new GiB(13), "Beyond what is rented out and on offer, your stake covers 26\u00A0GiB, and your node has room for 13\u00A0GiB."),
            OfferProposal.Of(WithFree(Standing(stake: 560), (16UL << 30) - 1)));

    [Fact]
    public void WhatIsOnOfferAlready_IsNotProposedOnceMore() =>
        Assert.Equal(
            new OfferProposal(new GiB(4), "Beyond what is rented out and on offer, your stake covers 16\u00A0GiB, and your node has room for 4\u00A0GiB."),
            OfferProposal.Of(WithOffer(WithFree(Standing(stake: 560), 16UL << 30), 10)));

    [Fact]
    public void WhereNothingMoreCanBeKept_OneGiBIsProposed_AndSaidWhy() =>
        Assert.Equal(
            new OfferProposal(new GiB(1), "Beyond what is rented out and on offer, your stake covers nothing, and your node has no room."),
            OfferProposal.Of(WithFree(Standing(stake: 30), 1)));

    [Fact]
    public void WhereNothingBoundsIt_ProposalIsAGuess() =>
        Assert.Equal(
            new OfferProposal(new GiB(100), "Beyond what is rented out and on offer, space needs no stake, and it is not known what your node has free."),
            OfferProposal.Of(Standing(stake: 0, stakePerGiB: 0)));

    static ProviderStanding WithFree(ProviderStanding standing, ulong free) => standing with { Node = new NodeAnswer.There(free, "1", TimeSpan.Zero) };

    static ProviderStanding WithOffer(ProviderStanding standing, ulong space)
    {
        var terms = new ListingTerms(TokenAmount.FromTokens(1), new GiB(space), 1, 100, TokenAmount.Zero, AutoAccept: true);
        return standing with { Description = standing.Description with { Listings = [new ListingInfo(new ListingId(1), Address.Zero, IsWithdrawn: false, terms)] } };
    }
}
