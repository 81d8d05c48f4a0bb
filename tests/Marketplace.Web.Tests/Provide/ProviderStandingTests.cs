using Marketplace.Application.Providers;
using Marketplace.Core.Primitives;
using Marketplace.Web.Provide;

using static Marketplace.Web.Tests.Provide.MadeStanding;

namespace Marketplace.Web.Tests.Provide;

public sealed class ProviderStandingTests
{
    [Fact]
    public void StillToCome_IsWhatIsDue_NetOfTheFee_AndNotWhatTheEscrowHolds()
    {
        var standing = Standing(stake: 560);

        Assert.Equal(new TokenAmount(TokenAmount.FromTokens(98).Value / 10), standing.StillToComeOf(standing.Agreements[0]));
        Assert.Equal(new TokenAmount(TokenAmount.FromTokens(147).Value / 10), standing.StillToCome);
        Assert.Equal([standing.Agreements[0]], standing.Running);
    }

    [Fact]
    public void Room_AndWhatIsMissing_GoByTheCover()
    {
        Assert.Equal(((GiB?)new GiB(26), TokenAmount.Zero), (Standing(stake: 560).Room, Standing(stake: 560).MissingCover));
        Assert.Equal(((GiB?)new GiB(0), TokenAmount.FromTokens(10)), (Standing(stake: 30).Room, Standing(stake: 30).MissingCover));
    }

    [Fact]
    public void FreeForOffers_IsWhatIsNotPromised()
    {
        Assert.Null(Standing(stake: 560).FreeForOffers);
        Assert.Equal(14UL << 30, (Standing(stake: 560) with { Node = new NodeAnswer.There(16UL << 30, "1", TimeSpan.Zero) }).FreeForOffers);
        Assert.Equal(0UL, (Standing(stake: 560) with { Node = new NodeAnswer.There(1, "1", TimeSpan.Zero) }).FreeForOffers);
    }

    [Fact]
    public void WhoProvedOnce_IsNotNew_ThoughItStopped()
    {
        Assert.False(Standing(stake: 560).IsNew);
        Assert.True(Standing(stake: 560, proven: 0).IsNew);
    }

    [Fact]
    public void WhereSpaceNeedsNoStake_AnyCanBeRented_AndNoAlertSaysOtherwise()
    {
        var free = Standing(stake: 0, stakePerGiB: 0) with { Node = new NodeAnswer.There(16UL << 30, "1", TimeSpan.Zero) };

        Assert.Null(free.Room);
        Assert.Equal((TokenAmount.Zero, TokenAmount.Zero), (free.MissingCover, free.MissCostWith(new GiB(5))));
        Assert.DoesNotContain(ProviderAlerts.Of(free, DateTimeOffset.UnixEpoch), alert => alert.Text.Contains("covers no more space", StringComparison.Ordinal));
        Assert.Null(OfferWords.WarningOf(new(TokenAmount.FromTokens(2), new GiB(16), 1, 100, TokenAmount.Zero, AutoAccept: true), null, free.Room));
    }

    [Fact]
    public void Miss_CostsItsPartOfTheStakeForAllThatIsRented() =>
        Assert.Equal((TokenAmount.FromTokens(2), TokenAmount.FromTokens(6)), (Standing(stake: 560).MissCostWith(default), Standing(stake: 560).MissCostWith(new GiB(4))));

    [Fact]
    public void MissesInARow_AreThoseSinceTheLastProof_WhateverLiesBetweenThem()
    {
        Assert.Equal(
            [new Epoch(146), new Epoch(148), new Epoch(149)],
            Standing(stake: 560, epochs: [EpochOutcome.Missed, EpochOutcome.Proven, EpochOutcome.Missed, EpochOutcome.Idle, EpochOutcome.Missed, EpochOutcome.Missed, EpochOutcome.Open]).MissedInARow);
        Assert.Empty(Standing(stake: 560, epochs: [EpochOutcome.Missed, EpochOutcome.Proven, EpochOutcome.Idle, EpochOutcome.Open]).MissedInARow);
    }
}
