using FsCheck;
using FsCheck.Fluent;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Provider.Proving.Rounds;

namespace Marketplace.Provider.Tests.Rounds;

public sealed class SealingTurnTests
{
    static Address Provider(int number)
    {
        var bytes = new byte[Address.Size];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return new Address(bytes);
    }

    [Fact]
    public void Wait_OfAnEpoch_IsAtMostHalfAMinuteAndAFortiethOfIt() =>
        Prop.ForAll<int, ulong, uint>((provider, epoch, length) =>
            SealingTurn.WaitOf(Provider(provider), new Epoch(epoch), length) <= Math.Min(30, (ulong)length / 40)).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0)]
    [InlineData(39)]
    public void Wait_InAShortEpoch_IsNone(ulong length) => Assert.Equal(0UL, SealingTurn.WaitOf(Provider(1), new Epoch(5), length));

    [Fact]
    public void Wait_IsTheSameAtEveryLook() =>
        Assert.Equal(SealingTurn.WaitOf(Provider(7), new Epoch(9), 86_400), SealingTurn.WaitOf(Provider(7), new Epoch(9), 86_400));

    [Fact]
    public void Waits_OfManyProviders_AreSpreadEvenly()
    {
        var counts = new int[31];
        for (var provider = 0; provider < 3_100; provider++)
            counts[SealingTurn.WaitOf(Provider(provider), new Epoch(3), 86_400)]++;

        Assert.All(counts, count => Assert.InRange(count, 60, 140));
    }

    [Fact]
    public void Waits_OfAProvider_ChangeFromEpochToEpoch()
    {
        var waits = Enumerable.Range(0, 200).Select(epoch => SealingTurn.WaitOf(Provider(4), new Epoch((ulong)epoch), 86_400)).Distinct().Count();

        Assert.InRange(waits, 25, 31);
    }
}
