using Marketplace.Application.Objects;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Web.Files;

namespace Marketplace.Web.Tests.Files;

public sealed class PlaceWordsTests
{
    static readonly Epoch Now = new(20);

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

    static ObjectPlaces Places(params FragmentPlace[] places) => new(Now, 1, places);

    static FragmentPlace Kept(ulong? proven) =>
        new(0, new AgreementId(1), Address.Zero, "DE", IsRunning: true, FirstDue: new Epoch(5), proven is { } epoch ? new Epoch(epoch) : null);
}
