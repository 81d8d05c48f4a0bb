using Marketplace.Application.Transfers;
using Marketplace.Client.Catalog;
using Marketplace.Client.Tests.Network;
using Marketplace.Client.Uploads;

namespace Marketplace.Application.Tests.Transfers;

/// <summary>Many objects stored again at once: each is told, a few are read at a time, and no more of them are on this machine than are stored next.</summary>
public sealed class ManyAgainTests : IAsyncLifetime
{
    const int Large = TransferQueue.MostTogetherEach + 1;

    static readonly TransferLimits Limits = new() { MostOpen = 4_000, MostSpooled = 512 };

    readonly TransferBench bench = new(Limits);
    readonly TaskCompletionSource goOn = new();

    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    async Task IAsyncLifetime.DisposeAsync() => await bench.DisposeAsync();

    [Fact]
    public async Task Thousand_AreReadAFewAtATime_StoredManyTogether_AndAllAreToldOf()
    {
        var names = Fill(1_000, 3);

        var again = bench.Queue.StoreAgain(names);

        Assert.Equal((1_000, 0, 0, 0), (again.Begun.Count, again.OnTheWay, again.Gone, again.Left));
        await WhenAllAsync(again.Begun, TransferStage.Done);
        Assert.Equal(names.Select(name => name.Value).Order(), bench.Door.Stored.Select(file => file.Name).Order());
        Assert.All(bench.Door.Stored, file => Assert.Equal([1, 1, 1], file.Content));
        Assert.InRange(bench.Door.MostReadAtOnce, 1, TransferQueue.MostReadAtOnce);
        Assert.NotEmpty(bench.Door.Vault!.Together);
        Assert.All(bench.Queue.Changes.Latest!, transfer => Assert.True(transfer.IsAgain));
    }

    [Fact]
    public async Task WhatIsNotStoredYet_IsReadAhead_OnlyAsFarAsItsPlacesGo()
    {
        var again = bench.Queue.StoreAgain(FillForGood(200, Large));
        await TransferBench.UntilAsync(() => Count(TransferStage.Sending) == 1 && Count(TransferStage.Waiting) == Limits.MostSpooled / 8 - 1);

        // Others are not read, whatever happens to those that are not stored.
        bench.Queue.Cancel(again.Begun[199]);
        await bench.WhenAsync(again.Begun[199], TransferStage.Cancelled);
        Assert.Equal(Limits.MostSpooled / 8, bench.Door.Read);
        Assert.Equal(Limits.MostSpooled / 8, bench.Queue.Changes.Latest!.Count(transfer => transfer.Stage != TransferStage.Receiving && !transfer.IsOver));
        Assert.IsType<TransferBeginning.Begun>(bench.Queue.Begin("new", 1, Guid.NewGuid()));
    }

    [Fact]
    public async Task LargeOnes_AreReadOneAheadOfTheOther()
    {
        const int half = (int)(TransferQueue.MostReadAhead / 2);
        bench.Queue.StoreAgain(FillForGood(6, half));
        await TransferBench.UntilAsync(() => Count(TransferStage.Sending) == 1 && Count(TransferStage.Waiting) == 2);
        Assert.Equal((3, 0), (bench.Door.Read, bench.Door.ReadNow));
    }

    [Fact]
    public async Task WhatFindsNoRoom_HoldsUpTheReading_UntilThereIsSome()
    {
        bench.Door.Refusal = UploadRefusal.Of(UploadProblem.TooFewProviders, "Too few providers answer.");
        var again = bench.Queue.StoreAgain(Fill(200, Large));
        await TransferBench.UntilAsync(() => Count(TransferStage.NoRoom) >= TransferQueue.MostReadWithoutRoom && bench.Door.ReadNow == 0 && Count(TransferStage.Waiting) == 0);
        Assert.InRange(bench.Door.Read, TransferQueue.MostReadWithoutRoom, Limits.MostSpooled / 8);
        Assert.Equal(0, Count(TransferStage.Failed));

        bench.Door.Refusal = null;
        bench.Queue.TryAllAgain();

        await WhenAllAsync(again.Begun, TransferStage.Done);
    }

    [Fact]
    public async Task WhatTheDiskHasNoRoomFor_WaitsForWhatOthersHoldOfIt_AndFailsAlone()
    {
        bench.Door.Refusal = UploadRefusal.Of(UploadProblem.TooFewProviders, "Too few providers answer.");
        var names = Fill(3, Large);
        bench.Door.Sizes[names[1].Value] = bench.Door.Sizes[names[2].Value] = 1L << 60;
        var held = bench.Queue.StoreAgain([names[0]]).Begun[0];
        await bench.WhenAsync(held, TransferStage.NoRoom);

        var vast = bench.Queue.StoreAgain([names[1], names[2]]).Begun;
        await TransferBench.UntilAsync(() => bench.Queue.Changes.Latest!.Any(transfer => transfer.Id == vast[0] && transfer.Message?.Contains("waits for room on this machine") == true));
        Assert.Equal((1, 0), (bench.Door.Read, Count(TransferStage.Failed)));

        // Others may fit in the place of one that is given up; these do not.
        bench.Queue.Cancel(vast[0]);
        await TransferBench.UntilAsync(() => bench.Queue.Changes.Latest!.Any(transfer => transfer.Id == vast[1] && transfer.Message?.Contains("waits for room on this machine") == true));
        bench.Queue.Cancel(held);
        await bench.WhenAsync(vast[1], TransferStage.Failed);
        Assert.Contains("too little disk space", bench.Queue.Changes.Latest!.Single(transfer => transfer.Id == vast[1]).Message);
    }

    [Fact]
    public async Task MoreThanHaveAPlace_AreLeft_AndWhatIsNewFindsOne()
    {
        var names = FillForGood(Limits.MostOpen, Large);

        var first = bench.Queue.StoreAgain([.. names, Consumer.Name("gone")]);
        Assert.Equal((Limits.MostOpen / 2, 0, Limits.MostOpen / 2 + 1), (first.Begun.Count, first.Gone, first.Left));
        Assert.IsType<TransferBeginning.Begun>(bench.Queue.Begin("new", 1, Guid.NewGuid()));

        var again = bench.Queue.StoreAgain(names);
        Assert.Equal((0, Limits.MostOpen / 2, Limits.MostOpen / 2), (again.Begun.Count, again.OnTheWay, again.Left));
        bench.Queue.CancelAll();
        await WhenAllAsync(first.Begun, TransferStage.Cancelled);
        again = bench.Queue.StoreAgain([.. names.Take(2), Consumer.Name("gone")]);
        Assert.Equal((2, 0, 1, 0), (again.Begun.Count, again.OnTheWay, again.Gone, again.Left));
    }

    [Fact]
    public async Task Paused_ItIsReadNoFurther_AndFromItsBeginningWhenItGoesOn()
    {
        bench.Door.Readings["0"] = WaitAsync;
        var again = bench.Queue.StoreAgain(Fill(2, Large));
        await bench.WhenAsync(again.Begun[1], TransferStage.Done);

        bench.Queue.Pause(again.Begun[0]);
        await TransferBench.UntilAsync(() => bench.Door.ReadNow == 0);
        await bench.WhenAsync(again.Begun[0], transfer => transfer is { IsPaused: true, Stage: TransferStage.Receiving, Bytes: 0 });
        goOn.SetResult();
        bench.Queue.Resume(again.Begun[0]);

        await bench.WhenAsync(again.Begun[0], TransferStage.Done);
        Assert.Equal(3, bench.Door.Read);
    }

    [Fact]
    public async Task GivenUpWhileItIsRead_OrBefore_NothingOfItIsStored_AndItsPlaceIsFree()
    {
        var names = Fill(TransferQueue.MostReadAtOnce + 2, Large);
        foreach (var name in names)
            bench.Door.Readings[name.Value] = WaitAsync;
        var again = bench.Queue.StoreAgain(names);
        await TransferBench.UntilAsync(() => bench.Door.ReadNow == TransferQueue.MostReadAtOnce);

        bench.Queue.CancelAll();

        await WhenAllAsync(again.Begun, TransferStage.Cancelled);
        Assert.Equal(TransferQueue.MostReadAtOnce, bench.Door.Read);
        Assert.Empty(bench.Door.Stored);
        goOn.SetResult();
        await WhenAllAsync(bench.Queue.StoreAgain(names).Begun, TransferStage.Done);
    }

    [Fact]
    public async Task LockedMeanwhile_ItGoesOnWithTheVault()
    {
        bench.Door.Readings["0"] = WaitAsync;
        var again = bench.Queue.StoreAgain(Fill(1, Large));
        await TransferBench.UntilAsync(() => bench.Door.ReadNow == 1);

        await bench.Door.LockAsync();
        var waits = await bench.WhenAsync(again.Begun[0], transfer => transfer.Message is not null);
        Assert.Equal("The vault is locked; it is stored when the vault is opened again.", waits.Message);
        goOn.SetResult();
        bench.Door.Unlock();

        Assert.Null((await bench.WhenAsync(again.Begun[0], TransferStage.Done)).Message);
    }

    [Fact]
    public async Task WaitingLong_ItIsNotTakenForWhatABrowserHandsOver()
    {
        bench.Door.Readings["0"] = WaitAsync;
        var again = bench.Queue.StoreAgain(Fill(1, Large));
        await TransferBench.UntilAsync(() => bench.Door.ReadNow == 1);
        bench.Queue.Pause(again.Begun[0]);
        await TransferBench.UntilAsync(() => bench.Door.ReadNow == 0);

        bench.Time.Ahead = 2 * TransferQueue.Silence;
        bench.Queue.Sweep();
        bench.Queue.Leave(Guid.Empty);

        goOn.SetResult();
        bench.Queue.Resume(again.Begun[0]);
        await bench.WhenAsync(again.Begun[0], TransferStage.Done);
    }

    [Fact]
    public async Task ReplacedMeanwhile_ItsNewVersionStays_AndTheOthersAreStored()
    {
        bench.Door.Readings["0"] = WaitAsync;
        bench.Door.Treatments["first"] = (_, _, cancellationToken) => goOn.Task.WaitAsync(cancellationToken);
        await bench.HandOverAsync("first", [1]);
        var again = bench.Queue.StoreAgain(Fill(3, 3));
        await bench.WhenAsync(again.Begun[2], TransferStage.Waiting);
        bench.Door.Changed["1"] = new VersionId(99);

        goOn.SetResult();

        await bench.WhenAsync(again.Begun[0], TransferStage.Done);
        await bench.WhenAsync(again.Begun[2], TransferStage.Done);
        Assert.Contains("changed meanwhile", (await bench.WhenAsync(again.Begun[1], TransferStage.Failed)).Message, StringComparison.Ordinal);
        Assert.DoesNotContain("1", bench.Door.Stored.Select(file => file.Name));
    }

    /// <summary>Names in the vault with content of so many bytes each.</summary>
    List<ObjectName> Fill(int count, int size)
    {
        var content = Enumerable.Repeat<byte?>(1, size).ToArray();
        for (var i = 0; i < count; i++)
            bench.Door.Readable[$"{i}"] = content;
        return [.. Enumerable.Range(0, count).Select(i => Consumer.Name($"{i}"))];
    }

    /// <summary>As above; each is being stored until it is given up.</summary>
    List<ObjectName> FillForGood(int count, int size)
    {
        var names = Fill(count, size);
        names.ForEach(name => bench.Door.Treatments[name.Value] = static (_, _, cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken));
        return names;
    }

    int Count(TransferStage stage) => bench.Queue.Changes.Latest!.Count(transfer => transfer.Stage == stage);

    Task WaitAsync(CancellationToken cancellationToken) => goOn.Task.WaitAsync(cancellationToken);

    async Task WhenAllAsync(IReadOnlyList<Guid> ids, TransferStage stage)
    {
        var left = ids.ToHashSet();
        await TransferBench.UntilAsync(() =>
        {
            left.ExceptWith(bench.Queue.Changes.Latest!.Where(transfer => transfer.Stage == stage).Select(transfer => transfer.Id));
            return left.Count == 0;
        });
    }
}
