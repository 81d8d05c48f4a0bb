using System.Collections.Frozen;
using Marketplace.Chain.Losses;
using System.Security.Cryptography;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Provider.Agreements;
using Marketplace.Provider.Tests.Fragments;
using Marketplace.Provider.Tests.Persistence;

namespace Marketplace.Provider.Tests.Agreements;

public sealed class CheckpointBookTests
{
    static readonly Address Provider = new([.. Enumerable.Range(1, 20).Select(i => (byte)i)]);

    [Fact]
    public async Task Build_WithNoAgreement_IsEmptyAndProvesItself()
    {
        await using var fixture = new StoreFixture();
        var checkpoint = await fixture.Store.Checkpoints.BuildAsync(CancellationToken.None);
        Assert.Equal((1UL, Hash256.Zero, 0UL, 0U), (checkpoint.Sequence, checkpoint.Root, checkpoint.Leaves, checkpoint.Agreements));
        var answered = Assert.IsType<ChallengeResult.Answered>(fixture.Store.Checkpoints.AnswerChallenges(1, Seed(1), Provider, 8, FrozenSet<LostNode>.Empty));
        Assert.Empty(answered.Answers);
    }

    [Fact]
    public async Task Build_WhenNothingChanged_IsTheSameCheckpoint()
    {
        await using var fixture = new StoreFixture();
        await fixture.RegisterAsync();
        var first = await fixture.Store.Checkpoints.BuildAsync(CancellationToken.None);
        Assert.Equal(first.Sequence, (await fixture.Store.Checkpoints.BuildAsync(CancellationToken.None)).Sequence);
        await fixture.RegisterAsync(new AgreementId(2));
        var second = await fixture.Store.Checkpoints.BuildAsync(CancellationToken.None);
        Assert.Equal(first.Sequence + 1, second.Sequence);
        Assert.Equal(2U, second.Agreements);
        Assert.Equal(second, fixture.Store.Checkpoints.Find(second.Root, second.Leaves, second.Agreements));
        Assert.Equal(second, fixture.Store.Checkpoints.Newest());
    }

    [Fact]
    public async Task Answers_OverManyAgreementsAndSizes_VerifyAgainstTheProtocolsText()
    {
        await using var fixture = new StoreFixture();
        var agreements = new List<TestAgreement>();
        for (var a = 1; a <= 7; a++)
        {
            var agreement = new TestAgreement(new AgreementId((UInt128)a));
            await fixture.RegisterAsync(agreement.Id);
            // The third stays empty: it is a member all the same.
            if (a != 3)
                await FillAsync(fixture, agreement, a);
            agreements.Add(agreement);
        }
        var checkpoint = await fixture.Store.Checkpoints.BuildAsync(CancellationToken.None);
        Assert.Equal((7U, agreements.Aggregate(0UL, (sum, a) => sum + a.Weight)), (checkpoint.Agreements, checkpoint.Leaves));
        var drawn = new HashSet<UInt128>();
        for (var i = 0; i < 20; i++)
            drawn.UnionWith(Answer(fixture, checkpoint, Seed(i)).Answers.Select(answer => answer.Agreement));
        Assert.Equal(7, drawn.Count);
        foreach (var agreement in agreements)
        {
            var inclusion = fixture.Store.Checkpoints.ProveInclusion(checkpoint.Sequence, agreement.Id)!;
            Assert.Equal(agreement.Number, AnswerVerifier.VerifyInclusion(inclusion, checkpoint));
        }
        Assert.Null(fixture.Store.Checkpoints.ProveInclusion(checkpoint.Sequence, new AgreementId(8)));
    }

    [Fact]
    public async Task DeletedFragments_WhileACheckpointHoldsThem_StayProvable_AndGoWhenItIsReleased()
    {
        await using var fixture = new StoreFixture();
        await fixture.RegisterAsync();
        var agreement = new TestAgreement(StoreFixture.Agreement);
        var (old, fresh) = (new TestFragment(200, 1), new TestFragment(90, 2));
        await fixture.WriteAsync(old);
        Assert.IsType<RevisionResult.Applied>(await fixture.ReviseAsync(agreement, (0, old)));
        var first = await fixture.Store.Checkpoints.BuildAsync(CancellationToken.None);
        await fixture.WriteAsync(fresh);
        Assert.IsType<RevisionResult.Applied>(await fixture.ReviseAsync(agreement, (0, null), (5, fresh)));
        var second = await fixture.Store.Checkpoints.BuildAsync(CancellationToken.None);
        fixture.Time.Advance(TimeSpan.FromDays(9));
        await fixture.Store.CollectAsync(CancellationToken.None);
        await fixture.ReopenAsync();
        Assert.All(Answer(fixture, first, Seed(1)).Answers, answer => Assert.Equal(1UL, answer.Revision));
        Assert.All(Answer(fixture, second, Seed(2)).Answers, answer => Assert.Equal(2UL, answer.Revision));

        await fixture.Store.Checkpoints.ReleaseGarbageAsync(second.Sequence, CancellationToken.None);
        await fixture.Store.CollectAsync(CancellationToken.None);
        Assert.Null(await fixture.ReadAsync(old.Root));
        Assert.IsType<ChallengeResult.NotRetained>(fixture.Store.Checkpoints.AnswerChallenges(first.Sequence, Seed(1), Provider, 8, FrozenSet<LostNode>.Empty));
        Assert.Equal(1UL, AnswerVerifier.VerifyInclusion(fixture.Store.Checkpoints.ProveInclusion(first.Sequence, agreement.Id)!, first));
        Answer(fixture, second, Seed(3));

        await fixture.Store.Checkpoints.ForgetAsync(second.Sequence, CancellationToken.None);
        Assert.Null(fixture.Store.Checkpoints.ProveInclusion(first.Sequence, agreement.Id));
        Assert.Equal(2UL, AnswerVerifier.VerifyInclusion(fixture.Store.Checkpoints.ProveInclusion(second.Sequence, agreement.Id)!, second));
    }

    [Fact]
    public async Task ClosedAgreement_LeavesTheNextCheckpoint_AndTheOthersStayInOrder()
    {
        await using var fixture = new StoreFixture();
        var (one, two, three) = (new TestAgreement(new AgreementId(1)), new TestAgreement(new AgreementId(2)), new TestAgreement(new AgreementId(3)));
        foreach (var agreement in new[] { one, two })
        {
            await fixture.RegisterAsync(agreement.Id);
            await FillAsync(fixture, agreement, 10);
        }
        var first = await fixture.Store.Checkpoints.BuildAsync(CancellationToken.None);
        await fixture.Store.Agreements.CloseAsync(one.Id, CancellationToken.None);
        await fixture.RegisterAsync(three.Id);
        await FillAsync(fixture, three, 11);
        var second = await fixture.Store.Checkpoints.BuildAsync(CancellationToken.None);
        Assert.Equal(2U, second.Agreements);
        fixture.Time.Advance(TimeSpan.FromDays(9));
        await fixture.Store.CollectAsync(CancellationToken.None);
        Answer(fixture, first, Seed(1));
        Answer(fixture, second, Seed(1));
        Assert.Null(fixture.Store.Checkpoints.ProveInclusion(second.Sequence, one.Id));

        await fixture.Store.Checkpoints.ReleaseGarbageAsync(ulong.MaxValue, CancellationToken.None);
        await fixture.Store.CollectAsync(CancellationToken.None);
        Assert.Equal(two.Slots.Count + three.Slots.Count, fixture.Store.Fragments.Totals().Fragments);
        Answer(fixture, second, Seed(2));
    }

    [Fact]
    public async Task Members_WhicheverComesFirst_StandInTheOrderOfTheirNumbers()
    {
        await using var fixture = new StoreFixture();
        var kept = new AgreementId(4);
        foreach (var number in new ulong[] { 5, 2, 9, 7, 1, 8, 3, 6, 4 })
        {
            var agreement = new TestAgreement(new AgreementId(number));
            await fixture.RegisterAsync(agreement.Id);
            await FillAsync(fixture, agreement, (int)number);
            Answer(fixture, await fixture.Store.Checkpoints.BuildAsync(CancellationToken.None), Seed((byte)number));
        }
        foreach (var closed in new ulong[] { 1, 2, 3, 5, 6, 7 })
        {
            await fixture.Store.Agreements.CloseAsync(new AgreementId(closed), CancellationToken.None);
            Answer(fixture, await fixture.Store.Checkpoints.BuildAsync(CancellationToken.None), Seed((byte)closed));
        }
        var last = await fixture.Store.Checkpoints.BuildAsync(CancellationToken.None);
        Assert.NotNull(fixture.Store.Checkpoints.ProveInclusion(last.Sequence, kept));
    }

    [Fact]
    public async Task Answer_WhenADrawnLeafIsDamaged_SaysWhichAndProvesNothing()
    {
        await using var fixture = new StoreFixture();
        await fixture.RegisterAsync();
        var (agreement, fragment) = (new TestAgreement(StoreFixture.Agreement), new TestFragment(1, 1));
        await fixture.WriteAsync(fragment);
        await fixture.ReviseAsync(agreement, (0, fragment));
        var checkpoint = await fixture.Store.Checkpoints.BuildAsync(CancellationToken.None);
        Damage.FlipByte(fixture, 128 + 1000);
        var lost = Assert.IsType<ChallengeResult.LeafLost>(
            fixture.Store.Checkpoints.AnswerChallenges(checkpoint.Sequence, Seed(1), Provider, 8, FrozenSet<LostNode>.Empty));
        Assert.Equal((agreement.Id, fragment.Root, 0UL), (lost.Agreement, lost.Fragment, lost.Leaf));
    }

    internal static AnswerVerifier Answer(StoreFixture fixture, StoredCheckpoint checkpoint, Hash256 seed)
    {
        var result = fixture.Store.Checkpoints.AnswerChallenges(checkpoint.Sequence, seed, Provider, 8, FrozenSet<LostNode>.Empty);
        return AnswerVerifier.Verify(Assert.IsType<ChallengeResult.Answered>(result).Answers, checkpoint, seed, Provider, 8);
    }

    internal static Hash256 Seed(int i) => new(SHA256.HashData(BitConverter.GetBytes(i)));

    static async Task FillAsync(StoreFixture fixture, TestAgreement agreement, int seed)
    {
        int[] leaves = [1, 3, 64, 65, 100 + seed];
        var changes = leaves.Select((count, i) => ((ulong)(i * i), (TestFragment?)new TestFragment(count, 100 * seed + i))).ToArray();
        foreach (var (_, fragment) in changes)
            await fixture.WriteAsync(fragment!, agreement.Id);
        Assert.IsType<RevisionResult.Applied>(await fixture.ReviseAsync(agreement, changes));
    }
}
