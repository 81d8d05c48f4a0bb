using Marketplace.Provider.Fragments;
using Marketplace.Provider.Persistence;
using Marketplace.Provider.Tests.Agreements;
using Marketplace.Provider.Tests.Persistence;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marketplace.Provider.Tests.Fragments;

public sealed class VolumeCompactorTests
{
    const int RecordBytes = 17 * 4096;

    /// <summary>Fifteen of them fill a volume of 1 MiB.</summary>
    static TestFragment Fragment(int number) => new(64, 9000 + number);

    [Fact]
    public async Task SparseVolumes_AreEmptiedIntoTheNewest_AndTheirFilesGo()
    {
        await using var fixture = await FilledAsync();
        Assert.Equal(4, Volumes(fixture));

        await fixture.Store.CollectAsync(CancellationToken.None);
        await fixture.Store.CollectAsync(CancellationToken.None);

        Assert.Equal(1, Volumes(fixture));
        Assert.Equal((4L, 4L * RecordBytes), fixture.Store.Fragments.Totals());
        await AssertKeptAsync(fixture.Store);
        await fixture.ReopenAsync();
        await AssertKeptAsync(fixture.Store);
    }

    [Fact]
    public async Task OpenReader_ReadsOn_WhereItsFragmentWasMovedTo()
    {
        await using var fixture = await FilledAsync();
        using var reader = Assert.IsType<FragmentOpenResult.Found>(fixture.Store.Fragments.Open(StoreFixture.Agreement, Fragment(0).Root)).Reader;

        await fixture.Store.CollectAsync(CancellationToken.None);
        await fixture.Store.CollectAsync(CancellationToken.None);

        var output = new MemoryStream();
        Assert.Equal(FragmentReadResult.Complete, await reader.CopyToAsync(output, 0, reader.Leaves, CancellationToken.None));
        Assert.Equal(Fragment(0).Bytes, output.ToArray());
    }

    [Fact]
    public async Task ReadsAndWrites_GoOnMeanwhile()
    {
        await using var fixture = await FilledAsync();
        using var stop = new CancellationTokenSource();
        var reading = Task.Run(async () =>
        {
            var rounds = 0;
            for (; !stop.IsCancellationRequested || rounds == 0; rounds++)
                await AssertKeptAsync(fixture.Store);
            return rounds;
        });
        var writing = Task.Run(async () =>
        {
            for (var number = 200; number < 240; number++)
                Assert.Equal(FragmentWriteResult.Stored, await fixture.WriteAsync(Fragment(number)));
        });
        for (var round = 0; round < 6; round++)
            await fixture.Store.CollectAsync(CancellationToken.None);
        await writing;
        await stop.CancelAsync();

        Assert.True(await reading > 0);
        for (var number = 200; number < 240; number++)
            Assert.Equal(Fragment(number).Bytes, await fixture.ReadAsync(Fragment(number).Root));
    }

    [Fact]
    public async Task KilledBeforeAndAfterEachStep_EverythingIsThere_AndTheNextRunGoesOn()
    {
        var states = new List<string>();
        try
        {
            await using (var fixture = await FilledAsync())
            {
                // What a process that is killed here leaves to the next one.
                fixture.Durability.Step = step =>
                {
                    // The first sync is that of the copies; what is given back before them is another test's.
                    lock (states)
                    {
                        if (step == "sync" || states.Count > 0)
                            states.Add(CopyOf(fixture.Directory));
                    }
                };
                await fixture.Store.CollectAsync(CancellationToken.None);
                await fixture.Store.CollectAsync(CancellationToken.None);
                fixture.Durability.Step = null;
                Assert.Equal(1, Volumes(fixture));
            }
            // Copied and not synced, synced and not in the index, in the index and not given back, given back and not removed, removed.
            Assert.InRange(states.Count, 10, 200);
            foreach (var state in states)
                await AssertRecoversAsync(state);
        }
        finally
        {
            states.ForEach(state => Directory.Delete(state, recursive: true));
        }
    }

    [Fact]
    public async Task WithoutHoles_AVolumeIsCompacted_AsSoonAsHalfOfItIsWaste()
    {
        await using var fixture = await FilledAsync(keepEvery: 3, withHoles: false);
        await fixture.Store.CollectAsync(CancellationToken.None);
        await fixture.Store.CollectAsync(CancellationToken.None);
        Assert.Equal(2, Volumes(fixture));
    }

    [Fact]
    public async Task WithHoles_AVolumeThatIsAThirdFull_Stays()
    {
        await using var fixture = await FilledAsync(keepEvery: 3);
        await fixture.Store.CollectAsync(CancellationToken.None);
        await fixture.Store.CollectAsync(CancellationToken.None);
        Assert.Equal(4, Volumes(fixture));
    }

    [Fact]
    public async Task RottenFragment_IsLeftWhereItIs_AndOthersAreMoved()
    {
        await using var fixture = await FilledAsync();
        var first = Directory.GetFiles(Path.Combine(fixture.Directory, "volumes")).Order().First();
        await using (var file = File.Open(first, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            file.Position = 5000;
            file.Write([1, 2, 3, 4]);
        }
        for (var round = 0; round < 3; round++)
            await fixture.Store.CollectAsync(CancellationToken.None);

        Assert.Equal(2, Volumes(fixture));
        Assert.True(File.Exists(first));
        using var reader = Assert.IsType<FragmentOpenResult.Found>(fixture.Store.Fragments.Open(StoreFixture.Agreement, Fragment(0).Root)).Reader;
        Assert.Equal(FragmentReadResult.Corrupt, await reader.CopyToAsync(Stream.Null, 0, reader.Leaves, CancellationToken.None));
        Assert.Equal(Fragment(15).Bytes, await fixture.ReadAsync(Fragment(15).Root));
    }

    /// <summary>Four volumes, of which three hold fifteen fragments and are full. One of each of them, or every third, is in use; time is over for the others.</summary>
    static async Task<StoreFixture> FilledAsync(int keepEvery = 15, bool withHoles = true)
    {
        var fixture = new StoreFixture(options => options with { VolumeBytes = 1 << 20, PreallocationBytes = 128 << 10 });
        fixture.Durability.NoHoles = !withHoles;
        await fixture.RegisterAsync();
        var agreement = new TestAgreement(StoreFixture.Agreement);
        for (var number = 0; number < 47; number++)
            Assert.Equal(FragmentWriteResult.Stored, await fixture.WriteAsync(Fragment(number)));
        var kept = Enumerable.Range(0, 47).Where(number => number % keepEvery == 0).ToList();
        await fixture.ReviseAsync(agreement, [.. kept.Select(number => ((ulong)number, (TestFragment?)Fragment(number)))]);
        fixture.Time.Advance(TimeSpan.FromDays(2));
        return fixture;
    }

    static async Task AssertKeptAsync(ProviderStore store)
    {
        for (var number = 0; number < 46; number += 15)
        {
            using var reader = Assert.IsType<FragmentOpenResult.Found>(store.Fragments.Open(StoreFixture.Agreement, Fragment(number).Root)).Reader;
            var output = new MemoryStream();
            Assert.Equal(FragmentReadResult.Complete, await reader.CopyToAsync(output, 0, reader.Leaves, CancellationToken.None));
            Assert.Equal(Fragment(number).Bytes, output.ToArray());
        }
    }

    static async Task AssertRecoversAsync(string directory)
    {
        var options = new StoreOptions { DataDirectory = directory, VolumeBytes = 1 << 20, PreallocationBytes = 128 << 10, KeepFreeBytes = 0 };
        var time = new TestClock();
        time.Advance(TimeSpan.FromDays(2));
        await using var store = ProviderStore.Open(options, time, NullLogger<ProviderStore>.Instance);
        await AssertKeptAsync(store);
        for (var round = 0; round < 3; round++)
            await store.CollectAsync(CancellationToken.None);
        await AssertKeptAsync(store);
        Assert.InRange(Directory.GetFiles(Path.Combine(directory, "volumes")).Length, 1, 2);
    }

    static int Volumes(StoreFixture fixture) => Directory.GetFiles(Path.Combine(fixture.Directory, "volumes")).Length;

    static string CopyOf(string directory)
    {
        var copy = Directory.CreateTempSubdirectory("state-").FullName;
        Directory.CreateDirectory(Path.Combine(copy, "volumes"));
        foreach (var file in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "lock"))
            File.Copy(file, Path.Combine(copy, Path.GetRelativePath(directory, file)));
        return copy;
    }
}
