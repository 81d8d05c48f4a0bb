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

        bench.Time.Ahead += TransferQueue.BetweenTriesForRoom;
        bench.Queue.Sweep();
        await TriedAsync(3);
        await WithoutRoomAsync(large, small);
        bench.Queue.Sweep();
        Assert.Equal(["large", "small", "small"], bench.Door.Tried);

        bench.Door.Refusal = null;
        bench.Time.Ahead += TransferQueue.BetweenTriesForRoom;
        bench.Queue.Sweep();
        await bench.WhenAsync(large, TransferStage.Done);
        Assert.Equal(["small", "large"], bench.Door.Stored.Select(stored => stored.Name));
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
        await WithoutRoomAsync(waits);
        Assert.Single(bench.Door.Tried);

        bench.Queue.ResumeAll();
        bench.Queue.Sweep();
        await TriedAsync(2);
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
        await TriedAsync(4);
        await WithoutRoomAsync(first, handedOver);
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
        Assert.Equal((3, 3), (bench.Door.Read, CountSpooled()));

        await bench.Door.LockAsync();
        foreach (var id in new[] { room, held, waits })
            await bench.WhenAsync(id, transfer => transfer is { Stage: TransferStage.Receiving, Bytes: 0, Message: "The vault is locked; it is stored when the vault is opened again." });
        Assert.Equal(0, CountSpooled());

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

    async Task TriedAsync(int times)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (bench.Door.Tried.Count < times)
            await Task.Delay(20, patience.Token);
    }

    List<ObjectName> Fill(params string[] names)
    {
        foreach (var name in names)
            bench.Door.Readable[name] = [.. Enumerable.Repeat<byte?>(1, Large)];
        return [.. names.Select(Consumer.Name)];
    }

    /// <summary>Files without a name that this process has open in the spool's folder.</summary>
    int CountSpooled() => Directory.EnumerateFiles("/proc/self/fd").Count(handle => File.ResolveLinkTarget(handle, returnFinalTarget: false)?.FullName.StartsWith(bench.Folder, StringComparison.Ordinal) == true);
}
