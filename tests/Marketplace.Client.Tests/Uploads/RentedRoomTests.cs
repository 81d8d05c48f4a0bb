using Marketplace.Client.Catalog;
using Marketplace.Client.Tests.Network;
using Marketplace.Client.Uploads;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;

namespace Marketplace.Client.Tests.Uploads;

public sealed class RentedRoomTests
{
    const long Gib = 1 << 30;

    static readonly Epoch Now = new(10);

    static RentedRoom Measure(params IEnumerable<RentedAgreement>[] rented) => RentedRoom.Of(rented.SelectMany(some => some), Now, new UploadOptions());

    /// <summary>Agreements with providers from a number on, that hold so many leaves each.</summary>
    static IEnumerable<RentedAgreement> Rent(int providers, ulong gib, ulong leaves = 0, int from = 0, ulong end = 100) =>
        Enumerable.Range(from, providers).Select(provider =>
        {
            var owner = new byte[20];
            owner[0] = (byte)(provider + 1);
            var id = new AgreementId((UInt128)provider);
            return new RentedAgreement(id, new Address(owner), new GiB(gib), new Epoch(end), new Revision(id, 1, default, leaves), null, null);
        });

    [Theory]
    [InlineData(30, 10)]
    [InlineData(20, 8)]
    [InlineData(12, 4)]
    [InlineData(10, 6)]
    public void OneRental_HoldsAsMuchContent_AsItsCodingHasDataFragments(int providers, long dataFragments)
    {
        var room = Measure(Rent(providers, 2, GiB.Leaves / 2));
        Assert.Equal((2 * dataFragments * Gib, dataFragments * Gib / 2), (room.Whole, room.Used));
        Assert.Equal(room.Whole - room.Used, room.Left);
        Assert.Equal((providers, 0, false), (room.Providers, room.MissingProviders, room.MayBeMore));
    }

    [Fact]
    public void WhatIsOver_IsNotCounted() => Assert.Equal(4 * Gib, Measure(Rent(12, 1), Rent(12, 5, from: 12, end: Now.Value)).Whole);

    [Fact]
    public void WhatWasEndedEarly_IsNotCounted() =>
        Assert.Equal(4 * Gib, Measure(Rent(12, 1), Rent(12, 5, from: 12).Select(agreement => agreement with { TakesData = false })).Whole);

    [Theory]
    [InlineData(0, 12)]
    [InlineData(9, 3)]
    [InlineData(10, 0)]
    [InlineData(11, 0)]
    public void TooFewProviders_HoldNothing_AndSayHowManyAreMissing(int providers, int missing)
    {
        var room = Measure(Rent(providers, 1));
        Assert.Equal((missing, missing > 0), (room.MissingProviders, room.Whole == 0));
        Assert.Equal(missing > 0, room.FindLack([1]) is not null);
    }

    [Fact]
    public void SecondRental_OfTheSameProviders_AddsToTheFirst_ButNotInOnePiece()
    {
        var room = Measure(Rent(12, 1), Rent(12, 1));
        Assert.Equal(8 * Gib, room.Left);
        Assert.Null(room.FindLack([3 * Gib, 3 * Gib]));
        var lack = room.FindLack([5 * Gib]);
        Assert.InRange(lack!.Missing, 5 * Gib, 5 * Gib + Gib / 100);
        Assert.Equal(lack.Needed, lack.Missing);
    }

    [Fact]
    public void OtherProviders_AreUsedTogether_InAStrongerCoding_AndThenInAWeakerOne()
    {
        // 20 of 42 are taken for 8-of-20 only after 30 of them for 10-of-30; the last twelve hold 4-of-12.
        var room = Measure(Rent(30, 1), Rent(12, 1, from: 30));
        Assert.Equal((14 * Gib, false), (room.Left, room.MayBeMore));
        // Of a lone thirteenth provider's room nothing is promised.
        Assert.True(Measure(Rent(13, 1)) is { Left: 4 * Gib, MayBeMore: true });
    }

    [Fact]
    public void FullAgreement_WithOneOfTwelve_LeavesNothing()
    {
        var room = Measure(Rent(11, 1), Rent(1, 1, GiB.Leaves, from: 11));
        Assert.Equal((4 * Gib, 0), (room.Whole, room.Left));
        Assert.True(room.MayBeMore);
    }

    [Fact]
    public void WhatIsMissing_IsWhatDoesNotFit()
    {
        var room = Measure(Rent(12, 1));
        Assert.Null(room.FindLack([]));
        Assert.Null(room.FindLack([3 * Gib]));
        var lack = room.FindLack([3 * Gib, 3 * Gib]);
        Assert.InRange(lack!.Needed, 6 * Gib, 6 * Gib + Gib / 100);
        Assert.InRange(lack.Missing, lack.Needed - 4 * Gib - 1, lack.Needed - 4 * Gib + 1);
    }

    /// <summary>Each takes a whole leaf of each provider.</summary>
    [Fact]
    public void SmallFiles_AreCountedAsTheyAreStored()
    {
        var room = Measure(Rent(12, 1, GiB.Leaves - 1_000));
        Assert.Null(room.FindLack([.. Enumerable.Repeat(1L, 1_000)]));
        Assert.Equal(new RoomLack(1_001 * 4_096, 4_096), room.FindLack([.. Enumerable.Repeat(1L, 1_001)]));
    }

    /// <summary>The words and the uploader agree about the last file that fits, and the first that does not.</summary>
    [Fact]
    public async Task Uploads_FindTheRoomThatWasMeasured()
    {
        var network = new FakeNetwork(12);
        using var consumer = new Consumer(network);
        RentedRoom Room() => RentedRoom.Of(consumer.Catalog.Read(read => read.ListAgreements()), new Epoch(0), consumer.Options);
        var before = Room();
        Assert.IsType<UploadResult.Stored>(await consumer.Put("a", Consumer.Content(300_000)));
        Assert.Equal(before.FindLack([before.Whole * 2, 300_000])!.Needed - before.FindLack([before.Whole * 2])!.Needed, Room().Used);
    }

    [Fact]
    public void HundredThousandFiles_AreWeighedInNoTimeThatIsFelt()
    {
        var room = Measure(Rent(42, 1_000));
        var started = System.Diagnostics.Stopwatch.StartNew();
        Assert.Null(room.FindLack([.. Enumerable.Range(0, 100_000).Select(size => (long)size)]));
        // Tens of milliseconds; the bound is for a loaded machine.
        Assert.True(started.Elapsed < TimeSpan.FromSeconds(5), $"{started.Elapsed}");
    }
}
