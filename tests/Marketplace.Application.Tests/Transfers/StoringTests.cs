using Marketplace.Application.Transfers;
using Marketplace.Client.Catalog;
using Marketplace.Client.Tests.Network;
using Marketplace.Client.Uploads;
using Marketplace.Ethereum.JsonRpc;

namespace Marketplace.Application.Tests.Transfers;

/// <summary>What is wholly on this machine, on its way to the providers.</summary>
public sealed class StoringTests : IAsyncLifetime
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    readonly TransferBench bench = new();

    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    async Task IAsyncLifetime.DisposeAsync() => await bench.DisposeAsync();

    [Fact]
    public async Task PausedWhileSent_HoldsUpNothing_AndBeginsAnewWhenItGoesOn()
    {
        bench.Door.Treatments["first"] = Endlessly;
        var first = await bench.HandOverAsync("first", [1, 2, 3]);
        await bench.WhenAsync(first, TransferStage.Sending);
        var second = await bench.HandOverAsync("second", [4]);

        bench.Queue.Pause(first);

        await bench.WhenAsync(second, TransferStage.Done);
        await bench.Door.Vault!.ChangeAsync().WaitAsync(Patience);
        var paused = await bench.WhenAsync(first, transfer => transfer.IsPaused);
        Assert.Equal((TransferStage.Waiting, 0), (paused.Stage, paused.Bytes));
        bench.Door.Treatments.Clear();
        bench.Queue.Resume(first);
        await bench.WhenAsync(first, TransferStage.Done);
        Assert.Equal([("second", "04"), ("first", "010203")], bench.Door.Stored.Select(stored => (stored.Name, Convert.ToHexString(stored.Content))));
    }

    [Fact]
    public async Task SmallFiles_GoTogether_LargeOnesAndOtherVersionsOfOneNameNot()
    {
        var first = await HoldUpAsync();
        foreach (var (name, content) in new (string, byte[])[] { ("a", [1]), ("b", [2]), ("big", new byte[200_000]), ("c", [3]), ("a", [4]) })
            await bench.HandOverAsync(name, content);
        var last = await bench.HandOverAsync("d", [5]);
        bench.Queue.Cancel(first);

        await bench.WhenAsync(last, TransferStage.Done);
        Assert.Equal([2, 3], bench.Door.Vault!.Together);
        Assert.Equal(["a", "b", "big", "c", "a", "d"], bench.Door.Stored.Select(stored => stored.Name));
        Assert.Equal([4], bench.Door.Stored[4].Content);
    }

    [Fact]
    public async Task WithoutRoom_ItWaits_AndIsStored_OnceWhatIsInTheWayMayGo()
    {
        var room = new RoomInTheWay([new VersionId(7)], 12_288);
        bench.Door.Refusal = UploadRefusal.Of(UploadProblem.NotEnoughSpace, "There is no room.") with { InTheWay = room, Room = new RoomLack(9, 7) };
        var id = await bench.HandOverAsync("a", [1]);
        var waiting = await bench.WhenAsync(id, TransferStage.NoRoom);
        Assert.Equal((room, 7L), (waiting.Room, waiting.Missing));
        // What found no room is not counted on when others are to find some.
        Assert.Empty(bench.Queue.ListSizes());

        await bench.Queue.MakeRoomAsync(id, default);

        Assert.Null((await bench.WhenAsync(id, TransferStage.Done)).Missing);
        Assert.Equal("a", Assert.Single(bench.Door.Stored).Name);
    }

    [Fact]
    public async Task WithTooFewProviders_NothingIsOfferedForDeletion_AndItIsTriedAgainOnDemand()
    {
        bench.Door.Refusal = UploadRefusal.Of(UploadProblem.TooFewProviders, "One is away.");
        var id = await bench.HandOverAsync("a", [1]);
        var waiting = await bench.WhenAsync(id, TransferStage.NoRoom);
        Assert.Equal((null, "One is away."), (waiting.Room, waiting.Message));

        bench.Door.Refusal = null;
        bench.Queue.TryAgain(id);

        await bench.WhenAsync(id, TransferStage.Done);
        // What is stored is stored.
        bench.Queue.TryAgain(id);
        Assert.Single(bench.Door.Stored);
    }

    [Fact]
    public async Task OfVeryManyWithoutRoom_SomeWait_AndTheOthersFail()
    {
        bench.Door.Refusal = UploadRefusal.Of(UploadProblem.TooFewProviders, "One is away.");
        var most = new TransferLimits().MostSpooled / 4;
        var ids = new List<Guid>();
        for (var i = 0; i < most + 2; i++)
        {
            ids.Add(await bench.HandOverAsync($"{i}", new byte[300 << 10]));
            await bench.WhenAsync(ids[i], i < most ? TransferStage.NoRoom : TransferStage.Failed);
        }

        bench.Door.Refusal = null;
        bench.Queue.TryAllAgain();

        foreach (var id in ids[..most])
            await bench.WhenAsync(id, TransferStage.Done);
    }

    [Fact]
    public async Task SmallFiles_ThatFindNoRoomTogether_AreStoredAsFarAsThereIs()
    {
        bench.Door.IsFullFor = 1;
        var first = await HoldUpAsync();
        var others = new List<Guid>();
        foreach (var name in new[] { "a", "b", "c" })
            others.Add(await bench.HandOverAsync(name, [1]));
        bench.Queue.Cancel(first);

        foreach (var other in others)
            await bench.WhenAsync(other, TransferStage.Done);
        Assert.Equal([3], bench.Door.Vault!.Together);
        Assert.Equal(["a", "b", "c"], bench.Door.Stored.Select(stored => stored.Name));
    }

    [Fact]
    public async Task OneOfManySmallFiles_ThatCannotBeStored_HoldsUpNoOther()
    {
        bench.Door.Treatments["b"] = (_, _, _) => Task.FromException(new InvalidOperationException("broken"));
        var first = await HoldUpAsync();
        var a = await bench.HandOverAsync("a", [1]);
        var b = await bench.HandOverAsync("b", [2]);
        var c = await bench.HandOverAsync("c", [3]);
        bench.Queue.Cancel(first);

        await bench.WhenAsync(a, TransferStage.Done);
        await bench.WhenAsync(c, TransferStage.Done);
        Assert.Contains("broken", (await bench.WhenAsync(b, TransferStage.Failed)).Message, StringComparison.Ordinal);
        Assert.Equal(b, Assert.Single(bench.Faults).Id);
    }

    [Fact]
    public async Task OneOfManySmallFiles_CanBeGivenUp_AndAnotherPaused()
    {
        bench.Door.Treatments["b"] = Endlessly;
        var first = await HoldUpAsync();
        var a = await bench.HandOverAsync("a", [1]);
        var b = await bench.HandOverAsync("b", [2]);
        var c = await bench.HandOverAsync("c", [3]);
        bench.Queue.Cancel(first);
        await bench.WhenAsync(b, TransferStage.Sending);

        bench.Queue.Pause(c);
        bench.Queue.Cancel(b);

        await bench.WhenAsync(b, TransferStage.Cancelled);
        await bench.WhenAsync(a, TransferStage.Done);
        bench.Queue.Resume(c);
        await bench.WhenAsync(c, TransferStage.Done);
        Assert.Equal(["a", "c"], bench.Door.Stored.Select(stored => stored.Name));
    }

    /// <summary>Something is stored that never ends, so that others wait.</summary>
    async Task<Guid> HoldUpAsync()
    {
        bench.Door.Treatments["first"] = Endlessly;
        var first = await bench.HandOverAsync("first", [1]);
        await bench.WhenAsync(first, TransferStage.Sending);
        return first;
    }

    [Fact]
    public async Task PausedWhileItWaits_LetsOthersPass()
    {
        bench.Door.Treatments["first"] = Endlessly;
        var first = await bench.HandOverAsync("first", [1]);
        await bench.WhenAsync(first, TransferStage.Sending);
        var second = await bench.HandOverAsync("second", [2]);
        var third = await bench.HandOverAsync("third", [3]);
        bench.Queue.Pause(second);
        bench.Queue.Cancel(first);

        await bench.WhenAsync(third, TransferStage.Done);
        await bench.WhenAsync(first, TransferStage.Cancelled);
        Assert.Equal(["third"], bench.Door.Stored.Select(stored => stored.Name));
    }

    [Fact]
    public async Task Locking_EndsWhatIsSent_WaitsForNothingPaused_AndAllGoesOnWhenTheVaultIsOpened()
    {
        bench.Door.Treatments["first"] = Endlessly;
        var first = await bench.HandOverAsync("first", [1]);
        await bench.WhenAsync(first, TransferStage.Sending);
        var paused = await bench.HandOverAsync("paused", [2]);
        bench.Queue.Pause(paused);

        await bench.Door.LockAsync().WaitAsync(Patience);

        var locked = await bench.WhenAsync(first, transfer => transfer is { Stage: TransferStage.Waiting, Message: not null });
        Assert.Contains("locked", locked.Message, StringComparison.Ordinal);
        Assert.IsType<TransferBeginning.Locked>(bench.Queue.Begin("another", 1, Guid.NewGuid()));
        bench.Door.Treatments.Clear();
        bench.Door.Unlock();
        Assert.Null((await bench.WhenAsync(first, TransferStage.Done)).Message);
        bench.Queue.Resume(paused);
        await bench.WhenAsync(paused, TransferStage.Done);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task FaultThatNobodyForesaw_FailsOneTransfer_AndNothingElse(Exception fault)
    {
        bench.Door.Treatments["first"] = (_, _, _) => Task.FromException(fault);
        var first = await bench.HandOverAsync("first", [1]);
        var second = await bench.HandOverAsync("second", [2]);

        await bench.WhenAsync(second, TransferStage.Done);
        var failed = await bench.WhenAsync(first, TransferStage.Failed);
        Assert.Contains(fault.Message, failed.Message, StringComparison.Ordinal);
        Assert.Equal([(first, fault)], bench.Faults);
        Assert.True(bench.IsRunning);
    }

    public static TheoryData<Exception> Faults => [
        new IOException("No space left on device"), new InvalidOperationException("SQLite Error 13: 'database or disk is full'."), new FormatException("No word of 32 bytes."),
        new OperationCanceledException("A request timed out."), new ObjectDisposedException("a part")];

    [Fact]
    public async Task ChainThatAnswersOtherwise_IsSaid_WithoutTheLog()
    {
        bench.Door.Treatments["first"] = (_, _, _) => Task.FromException(new RpcProtocolException("no JSON"));
        var first = await bench.HandOverAsync("first", [1]);

        Assert.Equal("The chain did not answer as it should: no JSON", (await bench.WhenAsync(first, TransferStage.Failed)).Message);
        Assert.Empty(bench.Faults);
    }

    [Fact]
    public async Task StoppedAfterItsCommit_IsStored_AndNotStoredTwice()
    {
        bench.Door.Treatments["first"] = (source, progress, cancellationToken) =>
        {
            progress.Report(new UploadProgress(UploadStage.Publishing, source.Length, source.Length, 0) { Stored = new HashSet<ObjectName> { Consumer.Name("first") } });
            return Task.Delay(Timeout.Infinite, cancellationToken);
        };
        var first = await bench.HandOverAsync("first", [1]);
        await bench.WhenAsync(first, TransferStage.Committing);
        bench.Queue.Pause(first);
        Assert.False((await bench.WhenAsync(first, TransferStage.Committing)).IsPaused);

        bench.Queue.Cancel(first);

        await bench.WhenAsync(first, TransferStage.Done);
    }

    /// <summary>What fails after they are in the catalog makes none of them unstored.</summary>
    [Fact]
    public async Task OfManySmallFiles_ThoseThatWereStored_AreToldSo_WhateverComesBetween()
    {
        var first = await HoldUpAsync();
        foreach (var name in new[] { "a", "b", "c" })
            bench.Door.Readable[name] = [1];
        var ids = bench.Queue.StoreAgain([Consumer.Name("a"), Consumer.Name("b"), Consumer.Name("c")]).Begun;
        foreach (var id in ids)
            await bench.WhenAsync(id, TransferStage.Waiting);
        bench.Door.Changed["b"] = new VersionId(99);
        bench.Door.AfterTogether = new InvalidOperationException("on purpose");
        bench.Queue.Cancel(first);

        await bench.WhenAsync(ids[0], TransferStage.Done);
        await bench.WhenAsync(ids[2], TransferStage.Done);
        Assert.Contains("changed meanwhile", (await bench.WhenAsync(ids[1], TransferStage.Failed)).Message, StringComparison.Ordinal);
        Assert.Equal(["a", "c"], bench.Door.Stored.Select(stored => stored.Name));
    }

    static Task Endlessly(IUploadSource source, IProgress<UploadProgress> progress, CancellationToken cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken);
}
