using Marketplace.Client.Catalog;
using Marketplace.Client.Tests.Network;
using static Marketplace.Client.Tests.Network.WholeClient;

namespace Marketplace.Client.Tests.Catalog;

/// <summary>What is done with many objects is one change: all of it, or none.</summary>
public sealed class ObjectsTogetherTests : KeepingVaults
{
    [Fact]
    public async Task ObjectsThatAreRenamedTogether_AllGetTheirNames_EvenWhereOneIsInTheWayOfAnother()
    {
        using var client = NewClient();
        foreach (var (name, size) in new[] { ("log", 1), ("log.1", 2), ("log.2", 3) })
            await Put(client, name, Consumer.Content(size));
        await client.SetTagsAsync(Consumer.Name("log"), Tags("newest"), default);

        Assert.IsType<Renaming.Done>(await client.RenameAsync(Moves(("log", "log.1"), ("log.1", "log.2"), ("log.2", "old/log.3")), default));

        Assert.Equal(["log.1:1", "log.2:2", "old/log.3:3"], client.List().Select(version => $"{version.Name}:{version.Size}"));
        Assert.Equal(Tags("newest"), client.GetTags(Consumer.Name("log.1")));
        Assert.Equal(Consumer.Content(3), await Get(client, "old/log.3"));
    }

    [Theory]
    [InlineData("gone", "a>x gone>y")]
    [InlineData("b", "a>b")]
    [InlineData("x", "a>x b>x")]
    [InlineData("a", "a>b b>a")]
    [InlineData("a", "c>d a>b b>a")]
    public async Task ObjectsThatCannotAllBeRenamed_KeepTheirNames(string inTheWay, string moves)
    {
        using var client = NewClient();
        await Put(client, "a", Consumer.Content(1));
        await Put(client, "b", Consumer.Content(2));
        await Put(client, "c", Consumer.Content(3));

        var renaming = await client.RenameAsync(Moves([.. moves.Split(' ').Select(move => (move.Split('>')[0], move.Split('>')[1]))]), default);

        Assert.Equal(inTheWay, (renaming as Renaming.Gone)?.Name.Value ?? (renaming as Renaming.Taken)?.Name.Value);
        Assert.Equal(["a:1", "b:2", "c:3"], client.List().Select(version => $"{version.Name}:{version.Size}"));
    }

    [Fact]
    public async Task ObjectsThatAreTaggedTogether_AllAre_OrNone()
    {
        using var client = NewClient();
        await Put(client, "a", Consumer.Content(1));
        await Put(client, "b", Consumer.Content(2));
        await client.SetTagsAsync(Consumer.Name("b"), Tags("mine"), default);
        ObjectName[] all = [Consumer.Name("a"), Consumer.Name("b"), Consumer.Name("gone")];

        Assert.Null(await client.SetTagsAsync(all, (name, _) => name.Value == "b" ? null : Tags("x"), default));
        Assert.Equal(TagSet.None, client.GetTags(all[0]));

        Assert.Equal(2, await client.SetTagsAsync(all, (_, tags) => Tags([.. tags.All, "x"]), default));
        Assert.Equal([Tags("x"), Tags("mine", "x"), TagSet.None], all.Select(client.GetTags));
    }

    [Fact]
    public async Task ObjectsThatAreRemovedTogether_ComeBackTogether()
    {
        using var client = NewClient();
        await Put(client, "a", Consumer.Content(1));
        await Put(client, "b", Consumer.Content(2));
        await Put(client, "c", Consumer.Content(3));
        ObjectName[] some = [Consumer.Name("a"), Consumer.Name("b"), Consumer.Name("gone")];

        Assert.Empty((await client.SetAsideAsync(some, default))!);
        Assert.Equal(["c"], client.List().Select(version => version.Name.Value));

        Assert.Equal(["a", "b"], (await client.RestoreAsync([.. some.Select(name => (name, (ulong?)null))], default)).Select(version => version.Name.Value));
        Assert.Equal(Consumer.Content(2), await Get(client, "b"));
        Assert.NotNull(await client.RemoveAsync(some, default));
        Assert.Empty(client.ListKept());
        Assert.Null(await client.RemoveAsync(some, default));
    }

    static (ObjectName From, ObjectName To)[] Moves(params (string From, string To)[] moves) => [.. moves.Select(move => (Consumer.Name(move.From), Consumer.Name(move.To)))];
}
