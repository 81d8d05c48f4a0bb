using Marketplace.Application.Transfers;

namespace Marketplace.Application.Tests.Transfers;

/// <summary>A queue that ends while something is on its way, and the next one in the same home.</summary>
public sealed class EndedGatewayTests : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    readonly string folder = Directory.CreateTempSubdirectory("marketplace-spool-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task WhatWasNotStored_WaitsForItsFile_AndIsTakenOverAgain()
    {
        await using (var bench = Open())
        {
            bench.Door.Treatments["sent"] = (_, _, ended) => Task.Delay(Timeout.Infinite, ended);
            await bench.WhenAsync(await bench.HandOverAsync("stored", [1]), TransferStage.Done);
            bench.Queue.Cancel(await bench.HandOverAsync("given up", [1]));
            await bench.WhenAsync(await bench.HandOverAsync("sent", new byte[200_000]), TransferStage.Sending);
            await bench.HandOverAsync("waits", [1, 2]);
            Assert.Equal((TransferReply.Taken, 1), await bench.WriteAsync(bench.Begin("half", 2), 0, [1]));
        }
        await using var next = Open();
        var lost = next.Queue.Changes.Latest!;
        Assert.Equal([("sent", 200_000), ("waits", 2), ("half", 2)], lost.Select(transfer => (transfer.Name, transfer.Size)));
        Assert.All(lost, transfer => Assert.True(transfer is { IsLost: true, CanPause: false, Bytes: 0, Message: not null }));

        // Of them nothing takes room, until they are here again.
        Assert.Empty(next.Queue.ListSizes());
        // In the place of the one that waits for it.
        await next.WhenAsync(await next.HandOverAsync("waits", [1, 2]), TransferStage.Done);
        next.Queue.Cancel(lost[0].Id);
        await next.WhenAsync(lost[0].Id, TransferStage.Cancelled);
        Assert.Equal(["half"], next.Queue.Changes.Latest!.Where(transfer => !transfer.IsOver).Select(transfer => transfer.Name));
    }

    /// <summary>Nobody says that a process is killed: what is noted then counts.</summary>
    [Fact]
    public async Task WhatIsOnItsWay_IsNotedWhileItIs_ForItsOwnerOnly()
    {
        await using var bench = Open();
        await bench.Door.LockAsync();
        bench.Door.Unlock();
        bench.Door.Treatments["a"] = (_, _, ended) => Task.Delay(Timeout.Infinite, ended);
        var id = await bench.HandOverAsync("a", new byte[200_000]);
        await UntilAsync(() => Noted() == """[{"Name":"a","Size":200000}]""");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(NotesFile));
        bench.Queue.Cancel(id);
        await UntilAsync(() => Noted() == "[]");
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""[{"Name":"a","Size":-1}]""")]
    [InlineData("""[{"Name":"","Size":1}]""")]
    [InlineData("""[{"Size":1}]""")]
    [InlineData("""[{"Name":"a","Size":1e30}]""")]
    [InlineData("""[{"Name":"a","Size":9000000000000000000}]""")]
    public async Task NotesOfSomebodyElse_AreSaid_AndStopNothing(string contents)
    {
        await File.WriteAllTextAsync(NotesFile, contents);
        await using var bench = Open();
        Assert.Equal([(Guid?)null], bench.Faults.Select(fault => fault.Id));
        Assert.Empty(bench.Queue.Changes.Latest!);
        await bench.WhenAsync(await bench.HandOverAsync("a", [1]), TransferStage.Done);
    }

    [Fact]
    public async Task MoreThanMayBeOpen_LeavesPlaceForWhatComes()
    {
        await File.WriteAllTextAsync(NotesFile, """[{"Name":"a","Size":1},{"Name":"b","Size":1},{"Name":"c","Size":1}]""");
        await using var bench = new TransferBench(new TransferLimits { MostOpen = 2 }, folder);
        Assert.Equal(["a", "b"], bench.Queue.Changes.Latest!.Select(transfer => transfer.Name));
        await bench.WhenAsync(await bench.HandOverAsync("d", [1]), TransferStage.Done);
    }

    [Fact]
    public async Task FolderThatIsGone_IsSaid_AndStopsNothing()
    {
        await using var bench = new TransferBench();
        var id = bench.Begin("a", 1);
        Directory.Delete(bench.Folder, recursive: true);
        await UntilAsync(() => bench.Faults.Any(fault => fault is { Id: null, Fault: IOException }));
        bench.Queue.Cancel(id);
        await bench.WhenAsync(id, TransferStage.Cancelled);
    }

    string NotesFile => Path.Combine(folder, "not-stored.json");

    string? Noted() => File.Exists(NotesFile) ? File.ReadAllText(NotesFile) : null;

    TransferBench Open() => new(folder: folder);

    static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
            await Task.Delay(20, patience.Token);
    }
}
