using Marketplace.Client.Tests.Network;
using Marketplace.Client.Uploads;
using static Marketplace.Client.Tests.Network.WholeClient;

namespace Marketplace.Client.Tests.Recovery;

/// <summary>One vault on two machines, each with a catalog of its own.</summary>
public sealed class SeveralMachinesTests : IDisposable
{
    readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task Changes_OfBothMachines_ComeTogether()
    {
        var network = new FakeNetwork(12);
        using var one = Open(network, directory["1.db"], isNew: true);
        using var two = Open(network, directory["2.db"]);
        await Put(one, "first", Consumer.Content(1000));
        await Recover(two);
        await Put(two, "second", Consumer.Content(2000));
        await Put(two, "first", Consumer.Content(1500));

        // The first machine notices, does nothing wrong, and catches up.
        Assert.IsType<UploadResult.Refused>(await one.PutAsync(Consumer.Name("third"), new MemoryUploadSource(Consumer.Content(3000)), null, default));
        var recovered = await Recover(one);
        Assert.Empty(recovered.Renamed);
        Assert.Empty(recovered.Problems);
        await Put(one, "third", Consumer.Content(3000));
        await Recover(two);
        foreach (var machine in new[] { one, two })
        {
            Assert.Equal(["first", "second", "third"], Names(machine));
            Assert.Equal(Consumer.Content(1500), await Get(machine, "first"));
            Assert.Equal(Consumer.Content(2000), await Get(machine, "second"));
            Assert.Equal(Consumer.Content(3000), await Get(machine, "third"));
        }
    }

    [Fact]
    public async Task Object_RemovedOnOneMachine_GoesOnTheOther()
    {
        var network = new FakeNetwork(12);
        using var one = Open(network, directory["1.db"], isNew: true);
        using var two = Open(network, directory["2.db"]);
        await Put(one, "kept", Consumer.Content(1000));
        await Put(one, "gone", Consumer.Content(1000));
        await Recover(two);
        Assert.Empty((await two.RemoveAsync(Consumer.Name("gone"), default))!);
        await Recover(one);
        Assert.Equal(["kept"], Names(one));
    }

    [Fact]
    public async Task ChangeThatWasNotPublished_SurvivesTheOtherMachinesChanges()
    {
        var network = new FakeNetwork(12);
        using var one = Open(network, directory["1.db"], isNew: true);
        using var two = Open(network, directory["2.db"]);
        await Put(one, "a", Consumer.Content(1000));
        foreach (var provider in network.Providers)
            provider.RefusesRecords = true;
        await PutUnpublished(one, "unpublished", Consumer.Content(2000));
        foreach (var provider in network.Providers)
            provider.RefusesRecords = false;

        await Recover(two);
        Assert.Equal(["a"], Names(two));
        await Put(two, "b", Consumer.Content(3000));
        await Put(two, "c", Consumer.Content(4000));

        await Recover(one);
        Assert.Equal(["a", "b", "c", "unpublished"], Names(one));
        Assert.Equal(Consumer.Content(2000), await Get(one, "unpublished"));
        await Recover(two);
        Assert.Equal(["a", "b", "c", "unpublished"], Names(two));
        Assert.Equal(Consumer.Content(2000), await Get(two, "unpublished"));
    }

    [Fact]
    public async Task Object_ReplacedOnBothMachines_IsKeptTwice_UnderTheSameNamesOnBoth()
    {
        var network = new FakeNetwork(24);
        using var one = Open(network, directory["1.db"], isNew: true);
        using var two = Open(network, directory["2.db"]);
        await Put(one, "a", Consumer.Content(1000));
        await Recover(two);
        // Each machine sees another half of the network, so that nothing tells them of each other.
        See(network, 0..12);
        await Put(one, "a", Consumer.Content(1111));
        See(network, 12..24);
        await PutUnpublished(two, "a", Consumer.Content(2222));
        See(network, 0..24);

        await Recover(one);
        await Recover(two);
        await Recover(one);
        foreach (var machine in new[] { one, two })
        {
            Assert.Equal(["a", "a (other version 2)"], Names(machine));
            var contents = new[] { await Get(machine, "a"), await Get(machine, "a (other version 2)") };
            Assert.Equal([1111, 2222], contents.Select(content => content.Length).Order());
        }
        Assert.Equal(await Get(one, "a"), await Get(two, "a"));
    }

    [Fact]
    public async Task Recovery_OfACatalogThatIsUpToDate_ChangesNothing()
    {
        var network = new FakeNetwork(12);
        using var client = Open(network, directory["1.db"], isNew: true);
        await Put(client, "a", Consumer.Content(1000));
        await Put(client, "a", Consumer.Content(2000));
        var recovered = await Recover(client);
        Assert.Equal((1, 0L), (recovered.Objects, recovered.UnclaimedFragments));
        Assert.Equal(Consumer.Content(2000), await Get(client, "a"));
    }

    [Fact]
    public async Task Provider_ThatShowsAnEarlierState_IsNotBelieved()
    {
        var network = new FakeNetwork(12);
        using var client = Open(network, directory["1.db"], isNew: true);
        await Put(client, "a", Consumer.Content(1000));
        var before = network.Providers[0].Current;
        await Put(client, "b", Consumer.Content(2000));
        network.Providers[0].Shows = before;
        var recovered = await Recover(client);
        Assert.Single(recovered.Problems);
        Assert.Equal(["a", "b"], Names(client));
    }

    static void See(FakeNetwork network, Range seen)
    {
        var (start, count) = seen.GetOffsetAndLength(network.Providers.Length);
        for (var number = 0; number < network.Providers.Length; number++)
            network.Providers[number].IsDead = number < start || number >= start + count;
    }
}
