using Marketplace.Application.Objects;
using Marketplace.Chain.Deployments;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Application.Tests.Objects;

/// <summary>From which epoch on a proof is over what was stored, and what is said before.</summary>
public sealed class ProofCoverTests
{
    static readonly EpochClock Clock = new(DateTimeOffset.UnixEpoch, TimeSpan.FromHours(1));

    [Theory]
    [InlineData(7, 5, 9)]
    [InlineData(7, 9, 9)]
    [InlineData(7, 12, 12)]
    public void FirstProof_IsOfTheSecondEpochAfterStoring_AndOfOneThatIsPayable(ulong stored, ulong start, ulong first) =>
        Assert.Equal(new Epoch(first), new ProofCover(new Epoch(stored), new Epoch(start)).First);

    [Theory]
    [InlineData(-30, 0)]
    [InlineData(0, 0)]
    [InlineData(59, 0)]
    [InlineData(60, 1)]
    [InlineData(500, 4)]
    public void Storing_ByAClockThatIsWrong_IsNeitherBeforeTheMarketNorAfterNow(int minutes, ulong epoch) =>
        Assert.Equal(new Epoch(epoch), ProofCover.EpochOf(DateTimeOffset.UnixEpoch.AddMinutes(minutes), Clock, new Epoch(4)));

    [Theory]
    [InlineData(8, null, true, false)]
    [InlineData(9, null, true, false)]
    [InlineData(10, null, false, true)]
    [InlineData(9, 9, false, false)]
    [InlineData(10, 9, false, false)]
    [InlineData(11, 9, false, true)]
    [InlineData(11, 10, false, false)]
    public void Fragment_IsTooNew_ThenProvenOrTroubled(int now, int? proven, bool isTooNew, bool isTroubled)
    {
        var place = Place(isRunning: true, proven);
        Assert.Equal((isTooNew, isTroubled), (place.IsTooNew(new Epoch((ulong)now)), place.IsTroubled(new Epoch((ulong)now))));
    }

    [Fact]
    public void Fragment_WhoseAgreementIsOver_IsTroubled_HoweverNew() =>
        Assert.Equal((false, true), (Place(isRunning: false, null).IsTooNew(new Epoch(8)), Place(isRunning: false, null).IsTroubled(new Epoch(8))));

    static FragmentPlace Place(bool isRunning, int? proven) =>
        new(0, new AgreementId(1), Address.Zero, "DE", isRunning, new Epoch(9), proven is { } epoch ? new Epoch((ulong)epoch) : null);
}
