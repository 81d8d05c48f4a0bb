using Marketplace.Application.Transfers;

namespace Marketplace.Application.Tests.Transfers;

/// <summary>More than may be on its way at once: it waits, with one question for all, and is lost by nobody.</summary>
public sealed class PlacesTests : IAsyncLifetime
{
    static readonly TransferLimits Few = new() { MostOpen = 16, MostSpooled = 8, LongestWait = TimeSpan.FromMinutes(1) };

    readonly TransferBench bench = new(Few);
    readonly Guid sender = Guid.NewGuid();

    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    async Task IAsyncLifetime.DisposeAsync() => await bench.DisposeAsync();

    [Fact]
    public async Task WhoeverFindsNoPlaceToBegin_IsToldWhenThereAreSeveral()
    {
        var ids = Enumerable.Range(0, Few.MostOpen).Select(i => bench.Begin($"{i}", 1, sender)).ToList();
        Assert.IsType<TransferBeginning.Later>(bench.Queue.Begin("more", 1, sender));
        var waiting = bench.Queue.WaitForPlacesAsync(TransferPlace.ToBegin, sender, CancellationToken.None);

        bench.Queue.Cancel(ids[0]);
        Assert.False(waiting.IsCompleted);
        bench.Queue.Cancel(ids[1]);

        await waiting.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.IsType<TransferBeginning.Begun>(bench.Queue.Begin("more", 1, sender));
    }

    [Fact]
    public async Task WhatIsOver_LeavesItsPlaces_WhateverItsEnd()
    {
        for (var round = 0; round < 3; round++)
        {
            var ids = Enumerable.Range(0, Few.MostSpooled).Select(i => bench.Begin($"{round}-{i}", 2, sender)).ToList();
            foreach (var id in ids)
                Assert.Equal((TransferReply.Taken, 1), await bench.WriteAsync(id, 0, [1]));
            var late = bench.Begin("late", 1, sender);
            Assert.Equal((TransferReply.Later, 0), await bench.WriteAsync(late, 0, [1]));
            var waiting = bench.Queue.WaitForPlacesAsync(TransferPlace.ToArrive, sender, CancellationToken.None);
            Assert.False(waiting.IsCompleted);
            bench.Queue.Cancel(ids[0]);
            await waiting.WaitAsync(TimeSpan.FromSeconds(20));
            Assert.Equal((TransferReply.Taken, 2), await bench.WriteAsync(ids[1], 1, [2]));
            await bench.WhenAsync(ids[1], TransferStage.Done);
            bench.Queue.Lose(ids[2]);
            Assert.Equal((TransferReply.Taken, 1), await bench.WriteAsync(late, 0, [1]));
            await bench.WhenAsync(late, TransferStage.Done);
            foreach (var id in ids.Skip(2))
                bench.Queue.Cancel(id);
        }
        Assert.True(bench.Queue.WaitForPlacesAsync(TransferPlace.ToArrive, sender, CancellationToken.None).IsCompletedSuccessfully);
    }

    [Fact]
    public void WhatWaitsForItsFile_GivesWay()
    {
        var gone = Guid.NewGuid();
        var lost = Enumerable.Range(0, Few.MostOpen).Select(i => bench.Begin($"{i}", 1, gone)).ToList();
        bench.Queue.Leave(gone);

        for (var i = 0; i < Few.MostOpen; i++)
            bench.Begin($"more {i}", 1, sender);

        Assert.IsType<TransferBeginning.Later>(bench.Queue.Begin("too many", 1, sender));
    }

    [Fact]
    public async Task LockedVault_RefusesNobodyForGood()
    {
        await bench.Door.LockAsync();
        Assert.IsType<TransferBeginning.Locked>(bench.Queue.Begin("a", 1, sender));
        bench.Door.Unlock();
        bench.Begin("a", 1, sender);
    }

    [Fact]
    public async Task FiftyThousandFiles_AreStored()
    {
        await using var large = new TransferBench();
        for (var i = 0; i < 50_000; i++)
        {
            TransferBeginning begun;
            while ((begun = large.Queue.Begin($"folder/{i}", 1, sender)) is TransferBeginning.Later)
                await large.Queue.WaitForPlacesAsync(TransferPlace.ToBegin, sender, CancellationToken.None);
            var id = Assert.IsType<TransferBeginning.Begun>(begun).Id;
            while (await large.WriteAsync(id, 0, [1]) is (TransferReply.Later, _))
                await large.Queue.WaitForPlacesAsync(TransferPlace.ToArrive, sender, CancellationToken.None);
            if (i == 49_999)
                await large.WhenAsync(id, TransferStage.Done);
        }
        Assert.Equal(50_000, large.Door.Stored.Count);
    }
}
