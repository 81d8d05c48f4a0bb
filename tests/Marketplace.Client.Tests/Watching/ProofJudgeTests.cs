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
        Assert.Equal(expected, Judge(Evidence() with { Chain = Show(committedIn, revision, ShownBy.Proof) }));

    [Fact]
    public void Younger_OfWhatNodeAndChainShow_Counts()
    {
        var (node, chain) = (Show(19, 2), Show(20, 0, ShownBy.Proof));
        Assert.Equal(ProofStanding.Older, Judge(Evidence() with { Node = node, Chain = chain }));
        Assert.Equal(ProofStanding.Early, Judge(Evidence() with { Node = node, Chain = Show(19, 0, ShownBy.Proof) }));
        Assert.Same(node, ProofJudge.Younger(node, Show(19, 0, ShownBy.Settlement)));
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
    public void CountersignatureThatDoesNotBind_IsToldBeforeAnyBlame_WhereSomethingIsStored()
    {
        Assert.Equal(ProofStanding.NotBinding, Judge(Evidence() with { Binds = false, Node = Show(20, 0) }));
        Assert.Equal(ProofStanding.NotBinding, Judge(Evidence() with { Binds = false, Node = Show(20, 3) }));
        Assert.Equal(
            ProofStanding.Empty, Judge(Evidence() with { Binds = false, Held = Evidence().Held with { Revision = Newest with { Weight = 0 } } }));
    }

    [Fact]
    public void NothingShown_IsBlamed_OnceACheckpointHadToHoldSomething()
    {
        Assert.Equal(ProofStanding.NotShown, Judge(Evidence()));
        Assert.Equal(ProofStanding.NotShown, Judge(Evidence() with { Committed = null }));
        Assert.Equal(ProofStanding.Early, Judge(Evidence() with { Committed = new Epoch(1) }));
        Assert.Equal(ProofStanding.Early, Judge(Evidence() with { Start = new Epoch(20) }));
    }

    [Theory]
    [InlineData("", ProofStanding.Newest)]
    [InlineData("-", ProofStanding.Newest)]
    [InlineData("--", ProofStanding.NotProven)]
    [InlineData("--+", ProofStanding.NotProven)]
    [InlineData("-+-", ProofStanding.Newest)]
    [InlineData("+--", ProofStanding.Newest)]
    public void MissesInARow_AreBlamed_WhateverIsShown(string newestFirst, ProofStanding expected) => Assert.Equal(
        expected,
        Judge(Evidence() with { Node = Show(20, 3), Duties = [.. newestFirst.Select((duty, back) => new DutyEpoch(new Epoch(19 - (ulong)back), duty == '+'))] }));

    [Fact]
    public void ContentsThatTheCatalogDoesNotKnow_AreToldFromThoseThatItWaitsFor()
    {
        var later = Evidence() with { Node = Show(20, 4) };
        Assert.Equal(ProofStanding.Unknown, Judge(later));
        Assert.Equal(ProofStanding.Newest, Judge(later with { PendingNumber = 4 }));
        Assert.Equal(ProofStanding.Unknown, Judge(Evidence() with { Node = Show(20, 3), Acknowledged = ulong.MaxValue }));
        Assert.Equal(ProofStanding.Newest, Judge(Evidence() with { Node = Show(20, 3), Acknowledged = 3 }));
        var other = Show(20, 3) with { Contents = new AgreementContents(Id, 3, Digest.Zero, 9) };
        Assert.Equal(ProofStanding.Unknown, Judge(Evidence() with { Node = other }));
    }

    [Fact]
    public void NothingStored_IsNothingToProve()
    {
        var empty = new Revision(Id, 3, Hash256.Zero, 0);
        var known = Evidence() with { Held = Evidence().Held with { Revision = empty }, Duties = [new(new Epoch(19), false), new(new Epoch(18), false)] };
        Assert.Equal(ProofStanding.Empty, Judge(known));
    }

    static ProofStanding Judge(ProofEvidence known) => new ProofJudge(Clock).Judge(known);

    static ShownContents Show(ulong committedIn, ulong revision, ShownBy by = ShownBy.Node) =>
        new(new AgreementContents(Id, revision, Digest.Zero, revision == 0 ? 0 : Newest.Weight), new Epoch(committedIn), by);

    static ProofEvidence Evidence() => new(
        new RentedAgreement(Id, Address.Zero, new GiB(1), new Epoch(100), Newest, null, null), null, 0,
        [Signed(1, 1), Signed(2, 10), Signed(3, 19)], new Epoch(20), null, null, [], new Epoch(2), new Epoch(20));

    static RevisionSigning Signed(ulong number, ulong epoch) => new(number, Clock.StartOf(new Epoch(epoch)) + TimeSpan.FromHours(12));
}
