using Marketplace.Client.Catalog;
using Marketplace.Client.Tests.Network;
using static Marketplace.Client.Tests.Network.WholeClient;

namespace Marketplace.Client.Tests.Catalog;

/// <summary>What one machine keeps, renames, restores and prunes is so on the others.</summary>
public sealed class KeptVersionsElsewhereTests : KeepingVaults
{
    [Fact]
    public async Task LostMachine_BringsEarlierVersionsTagsAndTheirTermsBack()
    {
        using (var client = NewClient())
        {
            await client.SetRetentionAsync(new Retention(90, 4), default);
            await Put(client, "a", Consumer.Content(1000));
            await Put(client, "a", Consumer.Content(2000));
            await Put(client, "gone", Consumer.Content(3000));
            await client.SetAsideAsync(Consumer.Name("gone"), default);
            Assert.True(await client.SetTagsAsync(Consumer.Name("a"), Tags("tax", "2026"), default));
            await client.RestoreAsync(Consumer.Name("a"), 1, default);
        }
        using var other = NewClient("2.db", isNew: false);
        var recovered = await Recover(other);

        Assert.Equal((1, 0L), (recovered.Objects, recovered.UnclaimedFragments));
        Assert.Equal(Consumer.Content(1000), await Get(other, "a"));
        Assert.Equal([1ul, 2], other.ListVersions(Consumer.Name("a")).Select(version => version.Number));
        Assert.Equal(new Retention(90, 4), other.Retention);
        Assert.Equal(Tags("tax", "2026"), other.GetTags(Consumer.Name("a")));
        Assert.Equal(Tags("2026", "tax"), Assert.Single(other.ListSummaries()).Tags);
        await other.RestoreAsync(Consumer.Name("gone"), 1, default);
        Assert.Equal(Consumer.Content(3000), await Get(other, "gone"));
        await other.RestoreAsync(Consumer.Name("a"), 2, default);
        Assert.Equal(Consumer.Content(2000), await Get(other, "a"));
    }

    [Fact]
    public async Task OtherMachine_FollowsARename_AndNoVersionIsInItTwice()
    {
        using var one = NewClient();
        using var two = NewClient("2.db", isNew: false);
        await Put(one, "a", Consumer.Content(1000));
        await Recover(two);
        time.Now += TimeSpan.FromMinutes(1);
        Assert.True(await two.RenameAsync(Consumer.Name("a"), Consumer.Name("b"), default));
        await Put(two, "b", Consumer.Content(2000));

        await Recover(one);

        Assert.Equal(["b"], Names(one));
        Assert.Equal(["b"], one.ListKept().Select(version => version.Name.Value));
        Assert.Null(await one.RemoveAsync(Consumer.Name("a"), default));
        Assert.NotNull(await one.RestoreAsync(Consumer.Name("b"), 1, default));
        Assert.Equal(Consumer.Content(1000), await Get(one, "b"));
    }

    [Fact]
    public async Task OtherMachine_FollowsTheNewNameOfWhatIsKept()
    {
        using var one = NewClient();
        using var two = NewClient("2.db", isNew: false);
        await Put(one, "a", Consumer.Content(1000));
        await one.SetAsideAsync(Consumer.Name("a"), default);
        await Recover(two);
        Assert.Equal(["a"], two.ListKept().Select(version => version.Name.Value));
        await Put(one, "b", Consumer.Content(2000));
        Assert.True(await one.RenameAsync(Consumer.Name("b"), Consumer.Name("a"), default));

        await Recover(two);

        Assert.Equal(["a"], Names(two));
        Assert.Equal(["a (removed)"], two.ListKept().Select(version => version.Name.Value));
    }

    [Fact]
    public async Task KeptVersion_NeverGetsTheNameOfAnotherObject()
    {
        // Enough providers that each machine finds some which the other has not changed.
        var wide = new FakeNetwork(30);
        using var one = Open(wide, directory["1.db"], isNew: true, retention: Retention.Default);
        using var two = Open(wide, directory["2.db"], retention: Retention.Default);
        await Put(one, "a", Consumer.Content(1000));
        await one.SetAsideAsync(Consumer.Name("a"), default);
        await Recover(two);
        for (var number = 0; number < 4; number++)
            await Put(two, $"other {number}", Consumer.Content(10));
        await PutUnpublished(one, "b", Consumer.Content(2000));
        Assert.True(await one.RenameAsync(Consumer.Name("b"), Consumer.Name("a"), default));

        await Recover(one);

        Assert.Equal(["a (removed)"], one.ListKept().Select(version => version.Name.Value));
        Assert.NotNull(await one.RemoveAsync(Consumer.Name("a"), default));
        Assert.Single(one.ListKept());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task OtherMachine_FollowsNamesThatGoRound_AndLosesNothingThen(bool areSwapped)
    {
        using var one = NewClient();
        using var two = NewClient("2.db", isNew: false);
        await Put(one, "log", Consumer.Content(1000));
        await Put(one, "log.1", Consumer.Content(2000));
        await Recover(two);
        await two.RenameAsync(Consumer.Name("log.1"), Consumer.Name(areSwapped ? "between" : "log.2"), default);
        await two.RenameAsync(Consumer.Name("log"), Consumer.Name("log.1"), default);
        if (areSwapped)
            await two.RenameAsync(Consumer.Name("between"), Consumer.Name("log"), default);

        await Recover(one);

        var (first, second) = (Consumer.Content(1000), Consumer.Content(2000));
        foreach (var client in new[] { one, two })
        {
            Assert.Equal(2, client.List().Select(version => Convert.ToHexString(version.Manifest)).Distinct().Count());
            Assert.Equal(2, Names(client).Count());
        }
        // What is removed takes nothing of the other's fragments.
        var mine = Names(one).Single(name => one.Find(Consumer.Name(name))!.Size == second.Length);
        await one.RemoveAsync(Consumer.Name(mine), default);
        Assert.Equal(first, await Get(one, Assert.Single(Names(one))));
        await Recover(two);
        Assert.Equal(first, await Get(two, Assert.Single(Names(two))));
    }

    [Fact]
    public async Task MachineThatKnowsLess_DoesNotClearWhatAnotherRestored()
    {
        using var one = NewClient();
        using var two = NewClient("2.db", isNew: false);
        await Put(one, "a", Consumer.Content(1000));
        await Put(one, "a", Consumer.Content(2000));
        await Put(one, "other", Consumer.Content(10));
        await Recover(two);
        time.Now += TimeSpan.FromDays(Retention.Default.Days - 1);
        await two.RestoreAsync(Consumer.Name("a"), 1, default);
        time.Now += TimeSpan.FromDays(2);

        await one.SetAsideAsync(Consumer.Name("other"), default);

        Assert.Equal(Consumer.Content(1000), await Get(two, "a"));
        await Recover(one);
        await Recover(two);
        Assert.Equal(Consumer.Content(1000), await Get(two, "a"));
        Assert.Equal(Consumer.Content(1000), await Get(one, "a"));
    }

    [Fact]
    public async Task TermsOfTwoMachines_AreTheLongerOnes()
    {
        using var one = NewClient();
        using var two = NewClient("2.db", isNew: false);
        await one.SetRetentionAsync(new Retention(90, 4), default);
        await Put(one, "a", Consumer.Content(10));
        await Recover(two);
        await two.SetRetentionAsync(new Retention(365, 2), default);
        await Recover(one);
        Assert.Equal(new Retention(365, 4), one.Retention);
    }

    [Fact]
    public async Task OtherMachine_FollowsWhatWasReplacedRemovedAndRestored()
    {
        using var one = NewClient();
        using var two = NewClient("2.db", isNew: false);
        await Put(one, "a", Consumer.Content(1000));
        await Put(one, "b", Consumer.Content(1500));
        await Recover(two);
        time.Now += TimeSpan.FromMinutes(1);
        await Put(two, "a", Consumer.Content(2000));
        await two.SetAsideAsync(Consumer.Name("b"), default);
        await Recover(one);
        Assert.Equal(["a"], Names(one));
        Assert.Equal(Consumer.Content(2000), await Get(one, "a"));
        Assert.Equal(["a", "b"], one.ListKept().Select(version => version.Name.Value));

        time.Now += TimeSpan.FromMinutes(1);
        await one.RestoreAsync(Consumer.Name("a"), 1, default);
        await one.RestoreAsync(Consumer.Name("b"), 1, default);
        await Recover(two);

        Assert.Equal(["a", "b"], Names(two));
        Assert.Equal(Consumer.Content(1000), await Get(two, "a"));
        Assert.Equal(2ul, Assert.Single(two.ListKept()).Number);
    }

    [Fact]
    public async Task VersionsThatAnotherMachinePruned_AreGoneHereToo()
    {
        using var one = NewClient();
        using var two = NewClient("2.db", isNew: false);
        await Put(one, "a", Consumer.Content(1000));
        await Put(one, "a", Consumer.Content(2000));
        await Recover(two);
        Assert.Equal((1, 0), await Pruned(two));
        await Recover(one);
        Assert.Empty(one.ListKept());
        Assert.Equal(Consumer.Content(2000), await Get(one, "a"));
    }
}
