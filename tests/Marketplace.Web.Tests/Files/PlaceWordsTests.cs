using Marketplace.Application.Objects;
using Marketplace.Chain.Deployments;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Web.Files;

namespace Marketplace.Web.Tests.Files;

public sealed class PlaceWordsTests
{
    static readonly Epoch Now = new(20);

    static readonly EpochClock Clock = new(DateTimeOffset.UnixEpoch, TimeSpan.FromHours(1));

    [Fact]
    public void FragmentWhoseAgreementIsOver_LacksNoProof()
    {
        Assert.Null(PlaceWords.TroubleOf(Places(Kept(19), Kept(20))));
        Assert.Equal("1 of them lacks a proof that was due.", PlaceWords.TroubleOf(Places(Kept(18), Kept(19))));
        Assert.Equal("1 of them is kept no more: its agreement is over.", PlaceWords.TroubleOf(Places(Kept(18) with { IsRunning = false }, Kept(19))));
        Assert.Equal(
            "2 of them are kept no more: their agreements are over. 1 of them lacks a proof that was due.",
            PlaceWords.TroubleOf(Places(Kept(null) with { IsRunning = false }, Kept(19) with { IsRunning = false }, Kept(null))));
    }

    [Fact]
    public void FragmentThatIsOrMayBeLost_IsSaidToBe_HoweverNewItsProof()
    {
        var lost = Kept(20) with { Loss = new FragmentLoss(new Epoch(18), IsCertain: true) };
        var doubtful = Kept(20) with { Loss = new FragmentLoss(new Epoch(18), IsCertain: false) };
        Assert.True(lost.IsTroubled(Now) && doubtful.IsTroubled(Now));
        Assert.Equal("1 of them is lost: its provider declared it.", Said(Kept(20), lost));
        Assert.Equal("1 of them may be lost: its provider declared a loss.", Said(Kept(20), doubtful));
        Assert.Equal("2 of them are lost: their providers declared it. 2 of them may be lost: their providers declared a loss.", Said(lost, doubtful, doubtful, lost));
        Assert.Equal("1 of them is kept no more: its agreement is over.", Said(Kept(20), lost with { IsRunning = false }));
        Assert.Equal("its provider declared it lost (epoch 18)", PlaceWords.ProofOf(lost, Now, Clock));
        Assert.Equal("its provider declared that part of what it keeps here is lost (epoch 18)", PlaceWords.ProofOf(doubtful, Now, Clock));
        Assert.StartsWith("epoch 20, ", PlaceWords.ProofOf(Kept(20), Now, Clock));
    }

    [Fact]
    public void WhereProvidersWereAsked_NothingIsSaidOfOlderProofs()
    {
        Assert.StartsWith("All were proven since ", Said(Kept(19), Kept(20)));
        Assert.Equal("", PlaceWords.ProofsOf(Places(Kept(19), Kept(20)), isChecked: true, Clock));
        Assert.Equal("", PlaceWords.ProofsOf(Places(Kept(null) with { FirstDue = new Epoch(21) }), isChecked: true, Clock));
        Assert.Equal("1 of them lacks a proof that was due.", PlaceWords.ProofsOf(Places(Kept(18), Kept(19)), isChecked: true, Clock));
    }

    static string Said(params FragmentPlace[] places) => PlaceWords.ProofsOf(Places(places), isChecked: false, Clock);

    static ObjectPlaces Places(params FragmentPlace[] places) => new(Now, 1, places);

    static FragmentPlace Kept(ulong? proven) =>
        new(0, new AgreementId(1), Address.Zero, "DE", IsRunning: true, FirstDue: new Epoch(5), proven is { } epoch ? new Epoch(epoch) : null);
}
