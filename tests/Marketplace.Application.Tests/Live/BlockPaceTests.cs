using Marketplace.Application.Live;

namespace Marketplace.Application.Tests.Live;

/// <summary>After how long a chain without a new block is said to stand still.</summary>
public sealed class BlockPaceTests
{
    readonly BlockPace pace = new();
    DateTimeOffset time = DateTimeOffset.UnixEpoch;

    [Theory]
    [InlineData(1, 60)]
    [InlineData(2, 60)]
    [InlineData(12, 120)]
    [InlineData(20, 200)]
    [InlineData(60, 300)]
    [InlineData(900, 300)]
    public void BlocksByTheClock_AreMissedSoon_ButNotAtOnce(int seconds, int patience)
    {
        Pass(400, seconds);

        Assert.Equal(TimeSpan.FromSeconds(patience), pace.Patience);
    }

    [Fact]
    public void SlotsWithoutABlock_AreUsual()
    {
        for (var i = 0; i < 10; i++)
        {
            Pass(4, 12);
            Pass(1, 24);
        }

        Assert.Equal(TimeSpan.FromSeconds(240), pace.Patience);
    }

    [Fact]
    public void BlocksOnDemand_AreNotMissedEarly_HoweverManyCameJustNow()
    {
        Pass(40, 1);
        Assert.Equal(BlockPace.Longest, pace.Patience);
        Pass(1, 200);
        Pass(250, 1);
        Assert.Equal(BlockPace.Longest, pace.Patience);
    }

    [Fact]
    public void Pace_IsThatOfTheLastMinutes()
    {
        Pass(3, 900);
        Pass(299, 1);
        Assert.Equal(BlockPace.Longest, pace.Patience);
        Pass(1, 1);
        Assert.Equal(BlockPace.Shortest, pace.Patience);
    }

    [Fact]
    public void ChainThatWentBackInTime_IsWatchedAnew()
    {
        Pass(400, 2);
        time = DateTimeOffset.UnixEpoch;
        Pass(10, 2);

        Assert.Equal(BlockPace.Longest, pace.Patience);
    }

    void Pass(int blocks, int seconds)
    {
        for (var i = 0; i < blocks; i++)
            pace.Note(time += TimeSpan.FromSeconds(seconds));
    }
}
