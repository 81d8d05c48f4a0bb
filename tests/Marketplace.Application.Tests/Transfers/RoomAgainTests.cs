using Marketplace.Application.Transfers;
using Marketplace.Client.Catalog;
using Marketplace.Client.Tests.Network;
using Marketplace.Client.Uploads;
using Marketplace.Core.Coding;

namespace Marketplace.Application.Tests.Transfers;

/// <summary>What found no room, or too few providers, and what becomes of it without a word of its user.</summary>
public sealed class RoomAgainTests : IAsyncLifetime
{
    const int Large = TransferQueue.MostTogetherEach + 1;

    static readonly UploadRefusal Lacks =
        UploadRefusal.Of(UploadProblem.TooFewProviders, "Two are away.") with { Lacking = new ProvidersLacking(CodingScheme.Small, 2, []) };

    readonly TransferBench bench = new();

    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    async Task IAsyncLifetime.DisposeAsync() => await bench.DisposeAsync();

    [Fact]
    public async Task NowAndThen_TheSmallestIsTried_AndWhenThatIsStored_TheOthers()
    {
        bench.Door.Refusal = Lacks;
        var (large, small) = (await bench.HandOverAsync("large", new byte[Large + 1]), await bench.HandOverAsync("small", new byte[Large]));
        await WithoutRoomAsync(large, small);

        bench.Queue.Sweep();
        Assert.Equal(["large", "small"], await TriedAsync());
        bench.Time.Ahead += TransferQueue.BetweenTriesForRoom;
        bench.Queue.Sweep();
        Assert.Equal(["large", "small", "small"], await TriedAsync());
        bench.Queue.Sweep();
        Assert.Equal(["large", "small", "small"], await TriedAsync());

        bench.Door.Refusal = null;
        bench.Time.Ahead += TransferQueue.BetweenTriesForRoom;
        bench.Queue.Sweep();
        await bench.WhenAsync(large, TransferStage.Done);
        Assert.Equal(["small", "large"], bench.Door.Stored.Select(stored => stored.Name).Take(2));
    }

    /// <summary>Whichever is smaller: the later one is the newer version, in the end too.</summary>
    [Theory]
    [InlineData(Large + 1, Large)]
    [InlineData(Large, Large + 1)]
    public async Task TwoVersionsOfOneName_AreStoredInTheirOrder(int older, int newer)
    {
        bench.Door.Refusal = Lacks;
        var (first, second) = (await bench.HandOverAsync("a", new byte[older]), await bench.HandOverAsync("a", new byte[newer]));
        await WithoutRoomAsync(first, second);

        bench.Door.Refusal = null;
        bench.Time.Ahead += TransferQueue.BetweenTriesForRoom;
        bench.Queue.Sweep();
        await bench.WhenAsync(second, TransferStage.Done);
        Assert.Equal([older, newer], bench.Door.Stored.Select(stored => stored.Content.Length));
    }

    [Fact]
    public async Task WhatANewerVersionHasOvertaken_IsStoredOnlyOnDemand()
    {
        bench.Door.Refusal = Lacks;
        var older = await bench.HandOverAsync("a", new byte[Large]);
        await WithoutRoomAsync(older);
        bench.Door.Refusal = null;
        await bench.WhenAsync(await bench.HandOverAsync("a", new byte[Large + 1]), TransferStage.Done);
        await bench.WhenAsync(older, transfer => transfer.Message?.Contains("newer version is stored", StringComparison.Ordinal) == true);

        bench.Queue.TryAllAgain();
        bench.Time.Ahead += TransferQueue.BetweenTriesForRoom;
        bench.Queue.Sweep();
        Assert.Equal(["a", "a"], await TriedAsync());

        bench.Queue.TryAgain(older);
        await bench.WhenAsync(older, TransferStage.Done);
    }

    /// <summary>It waits for its turn already when the newer one is stored.</summary>
    [Fact]
    public async Task WhatIsTriedByItself_DoesNotOvertakeANewerVersionThatIsBeingStored()
    {
        bench.Door.Refusal = Lacks;
        var older = await bench.HandOverAsync("a", new byte[Large]);
        await WithoutRoomAsync(older);
        bench.Door.Refusal = null;
        var (begun, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        bench.Door.Treatments["a"] = (_, _, _) =>
        {
            begun.TrySetResult();
            return goOn.Task;
        };
        var newer = await bench.HandOverAsync("a", new byte[Large + 1]);
        await begun.Task;
        bench.Time.Ahead += TransferQueue.BetweenTriesForRoom;
        bench.Queue.Sweep();
        await bench.WhenAsync(older, TransferStage.Waiting);

        goOn.SetResult();
        await bench.WhenAsync(newer, TransferStage.Done);
        await bench.WhenAsync(older, TransferStage.NoRoom);
        await TriedAsync();
        Assert.Equal([Large + 1], bench.Door.Stored.Where(stored => stored.Name == "a").Select(stored => stored.Content.Length));

        bench.Queue.TryAgain(older);
        await bench.WhenAsync(older, TransferStage.Done);
    }

    [Fact]
    public async Task WhileAllIsPaused_NothingIsTried()
    {
        bench.Door.Refusal = Lacks;
        var waits = await bench.HandOverAsync("waits", new byte[Large]);
        await WithoutRoomAsync(waits);
        var sender = Guid.NewGuid();
        var paused = bench.Begin("paused", 5, sender);
        bench.Queue.PauseAll();
        bench.Time.Ahead += TransferQueue.BetweenTriesForRoom;
        bench.Queue.Hear(sender);

        bench.Queue.Sweep();
        await bench.WhenAsync(paused, transfer => transfer.IsPaused);
        Assert.Single(bench.Door.Tried);

        bench.Queue.ResumeAll();
        bench.Time.Ahead += TransferQueue.BetweenTriesForRoom;
        bench.Queue.Hear(sender);
        bench.Queue.Sweep();
        Assert.Equal(["waits", "waits"], await TriedAsync());
    }

    /// <summary>Whoever is read back next would find no more of them.</summary>
    [Fact]
    public async Task WhereProvidersAreTooFew_NoOtherIsReadBack_UntilOneIsStored()
    {
        bench.Door.Refusal = Lacks;
        var first = bench.Queue.StoreAgain(Fill("first")).Begun[0];
        await WithoutRoomAsync(first);

        var others = bench.Queue.StoreAgain(Fill("a", "b", "c")).Begun;
        var handedOver = await bench.HandOverAsync("new", new byte[Large]);
        await WithoutRoomAsync(handedOver);
        bench.Queue.TryAllAgain();
        Assert.Equal(["first", "new", "first", "new"], await TriedAsync());
        Assert.Equal(1, bench.Door.Read);

        bench.Door.Refusal = null;
        bench.Queue.TryAllAgain();
        foreach (var id in others)
            await bench.WhenAsync(id, TransferStage.Done);
    }

    /// <summary>Nobody else reads then what the vault keeps; it is read anew.</summary>
    [Fact]
    public async Task WhenTheVaultIsLocked_NothingStaysOfWhatWasReadBack()
    {
        bench.Door.Treatments["held"] = static (_, _, cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken);
        var names = Fill("room", "held", "waits");
        bench.Door.Refusal = Lacks with { Lacking = null };
        var room = bench.Queue.StoreAgain([names[0]]).Begun[0];
        await WithoutRoomAsync(room);
        var held = bench.Queue.StoreAgain([names[1]]).Begun[0];
        await bench.WhenAsync(held, TransferStage.Sending);
        var waits = bench.Queue.StoreAgain([names[2]]).Begun[0];
        await bench.WhenAsync(waits, TransferStage.Waiting);
        Assert.Equal((3, 3), (bench.Door.Read, bench.CountSpooled()));

        await bench.Door.LockAsync();
        foreach (var id in new[] { room, held, waits })
            await bench.WhenAsync(id, transfer => transfer is { Stage: TransferStage.Receiving, Bytes: 0, Message: "The vault is locked; it is stored when the vault is opened again." });
        Assert.Equal(0, bench.CountSpooled());

        bench.Door.Refusal = null;
        bench.Door.Treatments.Clear();
        bench.Door.Unlock();
        foreach (var id in new[] { room, held, waits })
            await bench.WhenAsync(id, TransferStage.Done);
        Assert.Equal(["held", "room", "waits"], bench.Door.Stored.Select(stored => stored.Name).Order());
        Assert.All(bench.Door.Stored, stored => Assert.Equal(Large, stored.Content.Length));
    }

    async Task WithoutRoomAsync(params Guid[] ids)
    {
        foreach (var id in ids)
            await bench.WhenAsync(id, TransferStage.NoRoom);
    }

    /// <summary>All that was tried so far, up to what is handed over now.</summary>
    async Task<IEnumerable<string>> TriedAsync()
    {
        var marker = $"marker {Guid.NewGuid()}";
        await bench.HandOverAsync(marker, new byte[Large + 9]);
        await TransferBench.UntilAsync(() => bench.Door.Tried.Contains(marker));
        return bench.Door.Tried.Where(name => !name.StartsWith("marker", StringComparison.Ordinal));
    }

    List<ObjectName> Fill(params string[] names)
    {
        foreach (var name in names)
            bench.Door.Readable[name] = [.. Enumerable.Repeat<byte?>(1, Large)];
        return [.. names.Select(Consumer.Name)];
    }
}
