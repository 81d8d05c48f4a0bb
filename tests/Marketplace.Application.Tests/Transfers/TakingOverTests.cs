using Marketplace.Application.Transfers;

namespace Marketplace.Application.Tests.Transfers;

/// <summary>What a browser hands over, until this machine has it.</summary>
public sealed class TakingOverTests : IAsyncLifetime
{
    static readonly int MostSpooled = new TransferLimits().MostSpooled;

    readonly TransferBench bench = new();

    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    async Task IAsyncLifetime.DisposeAsync() => await bench.DisposeAsync();

    [Fact]
    public async Task ThousandsThatBegin_HoldNoFile_AndTooManyThatArriveAreAskedToWait()
    {
        var ids = Enumerable.Range(0, MostSpooled + 1).Select(i => bench.Begin($"folder/{i}", 2)).ToList();
        Assert.Equal(0, bench.CountSpooled());

        foreach (var id in ids.Take(MostSpooled))
            Assert.Equal((TransferReply.Taken, 1), await bench.WriteAsync(id, 0, [1]));

        Assert.Equal((TransferReply.Later, 0), await bench.WriteAsync(ids[^1], 0, [1]));
        Assert.Equal(MostSpooled, bench.CountSpooled());
        bench.Queue.Cancel(ids[0]);
        Assert.Equal((TransferReply.Taken, 1), await bench.WriteAsync(ids[^1], 0, [1]));
        Assert.Equal(MostSpooled, bench.CountSpooled());
    }

    [Fact]
    public async Task DiskThatTakesNothing_FailsOneTransfer_InItsWords()
    {
        var id = bench.Begin("a", 1);
        Directory.Delete(bench.Folder);

        Assert.Equal((TransferReply.Gone, 0), await bench.WriteAsync(id, 0, [1]));

        Assert.StartsWith("It could not be taken over: ", (await bench.WhenAsync(id, TransferStage.Failed)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GivenUpWhileBytesArrive_IsGone()
    {
        var id = bench.Begin("a", 4);
        using var bytes = new SlowBytes();
        var writing = bench.Queue.WriteAsync(id, 0, bytes, CancellationToken.None);
        await bench.WhenAsync(id, transfer => transfer.Bytes == 1);

        bench.Queue.Cancel(id);
        bytes.Go();

        Assert.Equal((TransferReply.Gone, 0), await writing);
        await bench.WhenAsync(id, TransferStage.Cancelled);
        Assert.Equal(0, bench.CountSpooled());
    }

    [Fact]
    public async Task ConnectionThatBreaks_KeepsWhatCame()
    {
        var id = bench.Begin("a", 3);
        using var bytes = new SlowBytes(new IOException("Unexpected end of request content."));
        bytes.Go();

        Assert.Equal((TransferReply.Taken, 1), await bench.Queue.WriteAsync(id, 0, bytes, CancellationToken.None));
        Assert.Equal((TransferReply.OutOfOrder, 1), await bench.WriteAsync(id, 0, [9, 9, 9]));
        Assert.Equal((TransferReply.Taken, 3), await bench.WriteAsync(id, 1, [2, 3]));

        await bench.WhenAsync(id, TransferStage.Done);
        Assert.Equal([7, 2, 3], Assert.Single(bench.Door.Stored).Content);
        // The last answer may have been lost: whoever asks again is told that all of it is here.
        Assert.Equal((TransferReply.Taken, 3), await bench.WriteAsync(id, 1, [2, 3]));
    }

    [Fact]
    public async Task Paused_TakesNothing_AndSaysSoUntilItGoesOn()
    {
        var id = bench.Begin("a", 2);
        await bench.WriteAsync(id, 0, [1]);
        bench.Queue.Pause(id);

        Assert.Equal((TransferReply.Paused, 1), await bench.WriteAsync(id, 1, [2]));
        bench.Queue.Resume(id);
        Assert.Equal((TransferReply.Taken, 1), await bench.WriteAsync(id, 1, []));
        Assert.Equal((TransferReply.Taken, 2), await bench.WriteAsync(id, 1, [2]));
    }

    [Fact]
    public async Task SenderThatIsSilent_LeavesATransferThatWaitsForItsFile_WhichTheNextChoiceReplaces()
    {
        var (silent, alive) = (Guid.NewGuid(), Guid.NewGuid());
        var lost = bench.Begin("lost", 2, silent);
        await bench.WriteAsync(lost, 0, [1]);
        var kept = bench.Begin("kept", 2, alive);
        bench.Time.Ahead = TransferQueue.Silence;
        bench.Queue.Hear(alive);

        bench.Queue.Sweep();

        var waits = await bench.WhenAsync(lost, transfer => transfer.IsLost);
        Assert.Equal(0, waits.Bytes);
        Assert.Contains("Choose the file again", waits.Message, StringComparison.Ordinal);
        Assert.False((await bench.WhenAsync(kept, TransferStage.Receiving)).IsLost);
        Assert.Equal(0, bench.CountSpooled());

        var again = await bench.HandOverAsync("lost", [3, 4]);
        await bench.WhenAsync(again, TransferStage.Done);
        Assert.DoesNotContain(bench.Queue.Changes.Latest!, transfer => transfer.Id == lost);
        // The page that was silent wakes up too late.
        Assert.Equal((TransferReply.Gone, 0), await bench.WriteAsync(lost, 1, [2]));
        Assert.Equal([3, 4], Assert.Single(bench.Door.Stored).Content);
    }

    [Fact]
    public async Task SenderThatIsBack_BeginsAnew()
    {
        var sender = Guid.NewGuid();
        var id = bench.Begin("a", 2, sender);
        await bench.WriteAsync(id, 0, [1]);
        bench.Queue.Leave(sender);
        await bench.WhenAsync(id, transfer => transfer.IsLost);

        Assert.Equal((TransferReply.OutOfOrder, 0), await bench.WriteAsync(id, 1, [2]));
        Assert.Equal((TransferReply.Taken, 2), await bench.WriteAsync(id, 0, [1, 2]));

        Assert.False((await bench.WhenAsync(id, TransferStage.Done)).IsLost);
    }

    [Fact]
    public void ThousandChanges_AreToldTogether()
    {
        var told = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var began = bench.Time.GetTimestamp();
        for (var i = 0; i < 1_000; i++)
        {
            bench.Begin($"{i}", 1);
            if (bench.Queue.Changes.Latest is { } latest)
                told.Add(latest);
        }
        Assert.InRange(told.Count, 0, 1 + (int)(bench.Time.GetElapsedTime(began).TotalMilliseconds / 100));
    }

    /// <summary>One byte at once, and another, or a fault, when it may go on.</summary>
    sealed class SlowBytes(IOException? fault = null) : MemoryStream
    {
        readonly TaskCompletionSource going = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int reads;

        public void Go() => going.SetResult();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (++reads == 1)
            {
                buffer.Span[0] = 7;
                return 1;
            }
            await going.Task.WaitAsync(cancellationToken);
            if (fault is not null)
                throw fault;
            buffer.Span[0] = 8;
            return reads == 2 ? 1 : 0;
        }
    }
}
