using Marketplace.Chain.Deployments;
using Marketplace.Client.Catalog;
using Marketplace.Client.Watching;
using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;

namespace Marketplace.Client.Tests.Watching;

/// <summary>Epochs of a day; now is epoch 20, and the agreement began in epoch 2. Revisions 1, 2 and 3 were signed at noon of epochs 1, 10 and 19.</summary>
public sealed class ProofJudgeTests
{
    static readonly EpochClock Clock = new(DateTimeOffset.UnixEpoch, TimeSpan.FromDays(1));
    static readonly AgreementId Id = new(7);
    static readonly Revision Newest = new(Id, 3, Hash256.Zero, 8);

    [Theory]
    [InlineData(20, 3, ProofStanding.Newest)]
    [InlineData(20, 2, ProofStanding.Older)]
    [InlineData(20, 0, ProofStanding.Older)]
    [InlineData(19, 2, ProofStanding.Early)]
    [InlineData(19, 3, ProofStanding.Newest)]
    [InlineData(19, 1, ProofStanding.Older)]
    [InlineData(10, 1, ProofStanding.Early)]
    [InlineData(10, 0, ProofStanding.Older)]
    [InlineData(1, 0, ProofStanding.Early)]
    public void Shown_IsComparedWithWhatWasSignedBeforeItsCheckpoint(ulong committedIn, ulong revision, ProofStanding expected) =>
        Assert.Equal(expected, Judge(Evidence() with { Node = Show(committedIn, revision) }));

    [Theory]
    [InlineData(18, 3, ProofStanding.Newest)]
    [InlineData(17, 3, ProofStanding.NotShown)]
    [InlineData(17, 1, ProofStanding.Older)]
    public void ShownOnChainAlone_SaysNothingOfTodayWhenItIsOld(ulong committedIn, ulong revision, ProofStanding expected) =>
        Assert.Equal(expected, Judge(Evidence() with { Chain = [Show(committedIn, revision, ShownBy.Proof)] }));

    /// <summary>Of the checkpoints of an epoch the last alone is proven, and until then the node shows whichever looks better.</summary>
    [Theory]
    [InlineData(20, 3, 19, 0, ProofStanding.Older)]
    [InlineData(19, 3, 19, 0, ProofStanding.Older)]
    [InlineData(19, 2, 20, 0, ProofStanding.Older)]
    [InlineData(20, 3, 18, 0, ProofStanding.Older)]
    [InlineData(20, 3, 17, 0, ProofStanding.Newest)]
    [InlineData(20, 3, 19, 2, ProofStanding.Newest)]
    public void WhatTheNodeShows_TakesNothingBackOfWhatTheChainShowedLately(
        ulong nodeEpoch, ulong nodeRevision, ulong chainEpoch, ulong chainRevision, ProofStanding expected)
    {
        var (node, chain) = (Show(nodeEpoch, nodeRevision), Show(chainEpoch, chainRevision, ShownBy.Proof));
        Assert.Equal(expected, Judge(Evidence() with { Node = node, Chain = [chain] }));
        Assert.Equal(expected, Judge(Evidence() with { Node = node, Chain = [Show(chainEpoch, 3, ShownBy.Settlement), chain] }));
        Assert.Equal(expected, Judge(Evidence() with { Node = node, ProvenCommitted = chain.CommittedIn, Proven = chain }));
        var because = new ProofJudge(Clock).Judge(Evidence() with { Node = node, Chain = [chain] }).Because;
        Assert.Equal(expected == ProofStanding.Older ? chain : null, because);
    }

    [Fact]
    public void WhatIsOlderThanAnAnsweredAudit_BlamesNobodyAnyMore()
    {
        var known = Evidence() with { Node = Show(20, 3), Chain = [Show(19, 0, ShownBy.Proof)] };
        Assert.Equal(ProofStanding.Newest, Judge(known with { Answered = new Epoch(19) }));
        Assert.Equal(ProofStanding.Older, Judge(known with { Answered = new Epoch(18) }));
    }

    [Theory]
    [InlineData(20, ProofStanding.NotShown)]
    [InlineData(10, ProofStanding.NotShown)]
    [InlineData(1, ProofStanding.Newest)]
    public void CheckpointThatWasProven_HasToBeShown_WhateverTheNewestHolds(ulong committedIn, ProofStanding expected)
    {
        var known = Evidence() with { Node = Show(20, 3), ProvenCommitted = new Epoch(committedIn) };
        Assert.Equal(expected, Judge(known));
        Assert.Equal(ProofStanding.Newest, Judge(known with { Proven = Show(committedIn, 3) }));
        Assert.Equal(ProofStanding.Newest, Judge(known with { Start = new Epoch(20) }));
    }

    [Fact]
    public void Younger_OfWhatNodeAndChainShow_IsTold()
    {
        var (node, chain) = (Show(19, 2), Show(20, 0, ShownBy.Proof));
        Assert.Same(node, ProofJudge.Younger(node, Show(19, 0, ShownBy.Settlement)));
        Assert.Same(chain, ProofJudge.Younger(node, chain));
        Assert.Same(chain, ProofJudge.Younger(null, chain));
        Assert.Null(ProofJudge.Younger(null, null));
    }

    [Fact]
    public void ClockThatIsBehind_BlamesNobody()
    {
        var late = new RevisionSigning(3, Clock.StartOf(new Epoch(20)) - TimeSpan.FromMinutes(59));
        Assert.Equal(ProofStanding.Early, Judge(Evidence() with { Signings = [late], Node = Show(20, 2) }));
        Assert.Equal(ProofStanding.Older, Judge(Evidence() with { Signings = [late with { KnownAt = late.KnownAt.AddMinutes(-2) }], Node = Show(20, 2) }));
    }

    [Fact]
    public void CountersignatureThatDoesNotBind_IsTold_WhereThereIsNothingWorse()
    {
        var known = Evidence() with { Binds = false };
        Assert.Equal(ProofStanding.NotBinding, Judge(known with { Node = Show(20, 3) }));
        Assert.Equal(ProofStanding.Older, Judge(known with { Node = Show(20, 0) }));
        Assert.Equal(ProofStanding.NotShown, Judge(known));
        Assert.Equal(ProofStanding.NotProven, Judge(known with { Node = Show(20, 3), Duties = Duties("--") }));
        Assert.Equal(ProofStanding.Empty, Judge(known with { Held = known.Held with { Revision = Newest with { Weight = 0 } } }));
    }

    [Fact]
    public void NothingShown_IsBlamed_OnceACheckpointHadToHoldSomething()
    {
        Assert.Equal(ProofStanding.NotShown, Judge(Evidence()));
        Assert.Equal(ProofStanding.NotShown, Judge(Evidence() with { Committed = null }));
        Assert.Equal(ProofStanding.Early, Judge(Evidence() with { Committed = new Epoch(1) }));
        Assert.Equal(ProofStanding.Early, Judge(Evidence() with { Start = new Epoch(20) }));
    }

    /// <summary>A machine is down for an hour; only a provider that proves may be silent for an epoch.</summary>
    [Fact]
    public void SilenceOfANode_IsBlamedInALaterEpoch_UnlessItDoesNotEvenProve()
    {
        var known = Evidence() with { IsSilence = true, Duties = Duties("+") };
        Assert.Equal(ProofStanding.Silent, Judge(known));
        Assert.Equal(ProofStanding.Silent, Judge(known with { SilentSince = new Epoch(20) }));
        Assert.Equal(ProofStanding.NotShown, Judge(known with { SilentSince = new Epoch(19) }));
        Assert.Equal(ProofStanding.NotShown, Judge(known with { IsSilence = false }));
        Assert.Equal(ProofStanding.NotShown, Judge(known with { Duties = Duties("-+") }));
        Assert.Equal(ProofStanding.NotShown, Judge(known with { Duties = [] }));
        Assert.Equal(ProofStanding.Silent, Judge(known with { Node = Show(20, 3), ProvenCommitted = new Epoch(20) }));
        Assert.Equal(ProofStanding.Newest, Judge(known with { Chain = [Show(20, 3, ShownBy.Proof)], SilentSince = new Epoch(3) }));
    }

    [Theory]
    [InlineData("", ProofStanding.Newest)]
    [InlineData("-", ProofStanding.Newest)]
    [InlineData("--", ProofStanding.NotProven)]
    [InlineData("--+", ProofStanding.NotProven)]
    [InlineData("-+-", ProofStanding.Newest)]
    [InlineData("+--", ProofStanding.Newest)]
    public void MissesInARow_AreBlamed_WhateverIsShown(string newestFirst, ProofStanding expected) =>
        Assert.Equal(expected, Judge(Evidence() with { Node = Show(20, 3), Duties = Duties(newestFirst) }));

    [Fact]
    public void ContentsThatTheCatalogDoesNotKnow_AreToldFromThoseThatItWaitsFor()
    {
        var later = Evidence() with { Node = Show(20, 4) };
        Assert.Equal(ProofStanding.Unknown, Judge(later));
        Assert.Equal(ProofStanding.Newest, Judge(later with { Pending = Newest with { Number = 4 } }));
        Assert.Equal(ProofStanding.Unknown, Judge(later with { Pending = Newest with { Number = 4, Weight = 9 } }));
        Assert.Equal(ProofStanding.Unknown, Judge(Evidence() with { Node = Show(20, 3), Acknowledged = ulong.MaxValue }));
        Assert.Equal(ProofStanding.Newest, Judge(Evidence() with { Node = Show(20, 3), Acknowledged = 3 }));
    }

    /// <summary>The vault signed 3 twice: the provider refused the first, kept its signature, and countersigned the second.</summary>
    [Fact]
    public void OtherContentsUnderTheNewestNumber_AreBlamed_SinceTheyAnswerNoAudit()
    {
        var other = Show(20, 3) with { Contents = new AgreementContents(Id, 3, Digest.Zero, 9) };
        Assert.Equal(ProofStanding.Conflicting, Judge(Evidence() with { Node = other }));
        Assert.Equal(ProofStanding.Conflicting, Judge(Evidence() with { Node = Show(20, 3), Chain = [other with { By = ShownBy.Proof, CommittedIn = new Epoch(19) }] }));
        Assert.Equal(ProofStanding.Unknown, Judge(Evidence() with { Node = other, Acknowledged = 4 }));
        Assert.Equal(ProofStanding.Unknown, Judge(Evidence() with { Node = other, Held = Evidence().Held with { Revision = Newest with { Weight = 0 } } }));
    }

    [Fact]
    public void NothingStored_IsNothingToProve()
    {
        var empty = new Revision(Id, 3, Hash256.Zero, 0);
        Assert.Equal(ProofStanding.Empty, Judge(Evidence() with { Held = Evidence().Held with { Revision = empty }, Duties = Duties("--") }));
    }

    static ProofStanding Judge(ProofEvidence known) => new ProofJudge(Clock).Judge(known).Standing;

    static ShownContents Show(ulong committedIn, ulong revision, ShownBy by = ShownBy.Node) =>
        new(new AgreementContents(Id, revision, Digest.Zero, revision == 0 ? 0 : Newest.Weight), new Epoch(committedIn), by, Digest.Zero);

    static IReadOnlyList<DutyEpoch> Duties(string newestFirst) =>
        [.. newestFirst.Select((duty, back) => new DutyEpoch(new Epoch(19 - (ulong)back), duty == '+'))];

    static ProofEvidence Evidence() => new(
        new RentedAgreement(Id, Address.Zero, new GiB(1), new Epoch(100), Newest, null, null), null, 0,
        [Signed(1, 1), Signed(2, 10), Signed(3, 19)], new Epoch(20), null, [], [], new Epoch(2), new Epoch(20));

    static RevisionSigning Signed(ulong number, ulong epoch) => new(number, Clock.StartOf(new Epoch(epoch)) + TimeSpan.FromHours(12));
}
