using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Provider.Proving;
using Marketplace.Provider.Proving.Rounds;

namespace Marketplace.Provider.Tests.Proving;

public sealed class ProvingScheduleTests
{
    static readonly Hash256 Seed = new([.. Enumerable.Repeat((byte)7, 32)]);

    /// <summary>Epoch 10 of 100 seconds, just begun, nothing opened; one agreement in a checkpoint of epoch 9.</summary>
    static readonly EpochView JustBegun = new(
        Epoch: new Epoch(10),
        EpochStart: 1_000,
        EpochLength: 100,
        HeadNumber: 500,
        HeadTime: 1_001,
        AnchorBlock: 0,
        Seed: Hash256.Zero,
        SealedAt: 0,
        ProofWindow: 40,
        Challenges: 8,
        HasProven: false,
        Reserved: new GiB(1),
        Committed: new CommittedCheckpoint(Seed, 5, 1, new Epoch(9)));

    static ProvingStep Next(EpochView view, bool canAnswer = true, bool contentsChanged = false) =>
        ProvingSchedule.Next(view, canAnswer, contentsChanged);

    [Fact]
    public void Epoch_NotOpened_IsOpened() => Assert.Equal(ProvingStep.Open, Next(JustBegun));

    [Fact]
    public void Anchor_NotMined_IsWaitedFor() => Assert.Equal(ProvingStep.Wait, Next(JustBegun with { AnchorBlock = 501 }));

    [Fact]
    public void Anchor_JustMined_IsSealed() => Assert.Equal(ProvingStep.Seal, Next(JustBegun with { AnchorBlock = 500 }));

    [Theory]
    [InlineData(1_002, 0, ProvingStep.Wait)]
    [InlineData(1_003, 0, ProvingStep.SealWithRound)]
    [InlineData(1_024, 0, ProvingStep.SealWithRound)]
    [InlineData(1_024, 500, ProvingStep.SealWithRound)]
    [InlineData(1_025, 0, ProvingStep.Open)]
    [InlineData(1_025, 501, ProvingStep.Wait)]
    [InlineData(1_025, 500, ProvingStep.Seal)]
    [InlineData(1_049, 500, ProvingStep.Seal)]
    [InlineData(1_050, 500, ProvingStep.Dormant)]
    public void Epoch_WithARound_IsSealedByItUntilTheTimeOut(ulong time, ulong anchor, ProvingStep expected) => Assert.Equal(
        expected, Next(JustBegun with { HeadTime = time, AnchorBlock = anchor, Round = new AwaitedRound(7, SignedAt: 1_003, FallbackFrom: 1_025) }));

    [Theory]
    [InlineData(1_049, ProvingStep.Open)]
    [InlineData(1_050, ProvingStep.Dormant)]
    public void Epoch_UnsealedInItsFirstHalf_IsDormant(ulong time, ProvingStep expected) =>
        Assert.Equal(expected, Next(JustBegun with { HeadTime = time }));

    [Theory]
    [InlineData(1_010 + 39, ProvingStep.Advance)]
    [InlineData(1_010 + 40, ProvingStep.Missed)]
    public void Sealed_IsProven_WithinTheWindow(ulong time, ProvingStep expected) =>
        Assert.Equal(expected, Next(JustBegun with { Seed = Seed, SealedAt = 1_010, HeadTime = time }));

    [Fact]
    public void Proven_IsDone() => Assert.Equal(ProvingStep.Done, Next(JustBegun with { Seed = Seed, SealedAt = 1_010, HasProven = true }));

    [Fact]
    public void Checkpoint_OfThisEpoch_CannotAnswerForIt() =>
        Assert.Equal(ProvingStep.Done, Next(JustBegun with { Committed = JustBegun.Committed! with { CommittedIn = new Epoch(10) } }));

    [Fact]
    public void NoCheckpoint_IsCommitted() => Assert.Equal(ProvingStep.Commit, Next(JustBegun with { Committed = null }));

    [Fact]
    public void Checkpoint_ThatCannotBeAnswered_IsReplaced() => Assert.Equal(ProvingStep.Commit, Next(JustBegun, canAnswer: false));

    [Fact]
    public void IdleProvider_SendsNothing() =>
        Assert.Equal(ProvingStep.Done, Next(JustBegun with { Reserved = default, Committed = new CommittedCheckpoint(Hash256.Zero, 0, 0, new Epoch(3)) }));

    [Fact]
    public void IdleProvider_WithANewAgreement_Proves() =>
        Assert.Equal(
            ProvingStep.Open,
            Next(JustBegun with { Reserved = default, Committed = new CommittedCheckpoint(Hash256.Zero, 0, 0, new Epoch(3)) }, contentsChanged: true));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void EpochThatCannotBeProven_StillCarriesTheNextCheckpoint_IfContentsChanged(bool sealedThen)
    {
        var tooLate = JustBegun with { HeadTime = 1_080, Seed = sealedThen ? Seed : Hash256.Zero, SealedAt = sealedThen ? 1_010UL : 0 };

        Assert.Equal(ProvingStep.Commit, Next(tooLate, contentsChanged: true));
    }

    [Theory]
    [InlineData(1_087, ProvingStep.Commit)]
    [InlineData(1_088, ProvingStep.Missed)]
    public void Checkpoint_ThatCouldSlipIntoTheNextEpoch_IsNotCommitted(ulong time, ProvingStep expected) =>
        Assert.Equal(expected, Next(JustBegun with { HeadTime = time, Seed = Seed, SealedAt = 1_010 }, contentsChanged: true));
}
