using Marketplace.Application.Transfers;
using Marketplace.Client.Uploads;

namespace Marketplace.Application.Tests.Transfers;

/// <summary>Everything that is on its way is paused, goes on or is given up as one change, wherever it is.</summary>
public sealed class AllAtOnceTests : IAsyncLifetime
{
    readonly TransferBench bench = new();

    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    async Task IAsyncLifetime.DisposeAsync() => await bench.DisposeAsync();

    [Fact]
    public async Task PausedTogether_NothingIsStored_UntilAllGoOn()
    {
        var (sent, waiting, received) = await BeginThreeAsync();
        bench.Queue.PauseAll();

        foreach (var id in new[] { sent, waiting, received })
            await bench.WhenAsync(id, transfer => transfer is { IsPaused: true, CanPause: false });
        await bench.WhenAsync(sent, TransferStage.Waiting);
        Assert.Equal((TransferReply.Paused, 1), await bench.WriteAsync(received, 1, [6]));
        bench.Door.Treatments.Clear();
        bench.Queue.ResumeAll();

        Assert.Equal((TransferReply.Taken, 2), await bench.WriteAsync(received, 1, [6]));
        foreach (var id in new[] { sent, waiting, received })
            await bench.WhenAsync(id, TransferStage.Done);
    }

    [Fact]
    public async Task WhatBeginsWhileAllIsPaused_IsPaused_AndNotLongerThanTheOthers()
    {
        var first = bench.Begin("first", 1);
        bench.Queue.PauseAll();
        var second = bench.Begin("second", 1);
        Assert.Equal((TransferReply.Paused, 0), await bench.WriteAsync(second, 0, [1]));

        bench.Queue.Resume(first);
        Assert.Equal((TransferReply.Paused, 0), await bench.WriteAsync(second, 0, [1]));
        bench.Queue.Resume(second);

        var third = bench.Begin("third", 1);
        Assert.Equal((TransferReply.Taken, 1), await bench.WriteAsync(third, 0, [1]));
        await bench.WhenAsync(third, TransferStage.Done);
    }

    [Fact]
    public async Task ReadBackFromProviders_IsNotHeldUpByWhatIsPaused()
    {
        bench.Begin("first", 1);
        bench.Queue.PauseAll();
        bench.Door.Readable["a"] = [1, 2];

        var (id, _) = bench.Queue.StoreAgain(Marketplace.Client.Tests.Network.Consumer.Name("a"));

        await bench.WhenAsync(id!.Value, TransferStage.Done);
    }

    [Fact]
    public async Task GivenUpTogether_NothingOfThemIsStored_WhatIsStoredStays_AndWhatComesAfterIsStored()
    {
        var stored = await bench.HandOverAsync("stored", [1]);
        await bench.WhenAsync(stored, TransferStage.Done);
        var (sent, waiting, received) = await BeginThreeAsync();

        bench.Queue.CancelAll();

        foreach (var id in new[] { sent, waiting, received })
            await bench.WhenAsync(id, TransferStage.Cancelled);
        await bench.WhenAsync(stored, TransferStage.Done);
        var later = await bench.HandOverAsync("later", [2]);
        await bench.WhenAsync(later, TransferStage.Done);
        Assert.Equal(["stored", "later"], bench.Door.Stored.Select(file => file.Name));
    }

    [Fact]
    public async Task TenThousand_AreGivenUpAsOneChange_AndLeaveTheirPlaces()
    {
        bench.Door.Treatments["0"] = Endlessly;
        var first = await bench.HandOverAsync("0", [1]);
        await bench.WhenAsync(first, TransferStage.Sending);
        for (var i = 1; i < new TransferLimits().MostOpen; i++)
            bench.Begin($"{i}", i % 2);
        Assert.IsType<TransferBeginning.Later>(bench.Queue.Begin("more", 1, Guid.NewGuid()));

        bench.Queue.CancelAll();

        await bench.WhenAsync(first, TransferStage.Cancelled);
        // Nobody is told of a part of them.
        Assert.All(bench.Queue.Changes.Latest!, transfer => Assert.True(transfer.IsOver));
        bench.Begin("more", 1);
        Assert.Empty(bench.Door.Stored);
    }

    [Fact]
    public async Task OneQuestion_DoesForAllThatIsPaused_AndIsAnsweredWhenSomeOfItGoesOnOrIsOver()
    {
        var sender = Guid.NewGuid();
        var (first, second, third) = (bench.Begin("a", 1, sender), bench.Begin("b", 1, sender), bench.Begin("c", 1));
        bench.Queue.PauseAll();
        var known = bench.Queue.Turns;

        var asked = Ask();
        Assert.False(asked.IsCompleted);
        bench.Queue.Resume(first);
        Assert.Equal([second], await AnswerAsync(asked));

        asked = Ask();
        Assert.False(asked.IsCompleted);
        bench.Queue.Cancel(second);
        Assert.Empty(await AnswerAsync(asked));

        // What turned before the question is not missed.
        bench.Queue.Resume(third);
        Assert.Empty(await AnswerAsync(Ask()));

        Task<(long, IReadOnlyList<Guid>)> Ask() => bench.Queue.WaitForTurnAsync(sender, known, CancellationToken.None);

        async Task<IReadOnlyList<Guid>> AnswerAsync(Task<(long, IReadOnlyList<Guid>)> question)
        {
            (known, var paused) = await question.WaitAsync(TimeSpan.FromSeconds(20));
            Assert.Equal(bench.Queue.Turns, known);
            return paused;
        }
    }

    [Fact]
    public async Task WhatIsPaused_AndLosesItsPage_IsATurn()
    {
        var sender = Guid.NewGuid();
        var id = bench.Begin("a", 1, sender);
        bench.Queue.Pause(id);
        var asked = bench.Queue.WaitForTurnAsync(sender, bench.Queue.Turns, CancellationToken.None);

        bench.Queue.Leave(sender);

        Assert.Empty((await asked.WaitAsync(TimeSpan.FromSeconds(20))).Paused);
    }

    /// <summary>One is being stored, another waits for that, and of the third half is here.</summary>
    async Task<(Guid Sent, Guid Waiting, Guid Received)> BeginThreeAsync()
    {
        bench.Door.Treatments["sent"] = Endlessly;
        var sent = await bench.HandOverAsync("sent", [2, 3]);
        await bench.WhenAsync(sent, TransferStage.Sending);
        var waiting = await bench.HandOverAsync("waiting", [4]);
        var received = bench.Begin("received", 2);
        Assert.Equal((TransferReply.Taken, 1), await bench.WriteAsync(received, 0, [5]));
        return (sent, waiting, received);
    }

    static Task Endlessly(IUploadSource source, IProgress<UploadProgress> progress, CancellationToken cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken);
}
