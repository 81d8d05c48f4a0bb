using System.Diagnostics;
using Marketplace.Provider.Fragments;
using Marketplace.Provider.Persistence;
using Marketplace.Provider.Tests.Agreements;
using Marketplace.Provider.Tests.Fragments;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marketplace.Provider.Tests.Persistence;

public sealed class ProviderStoreTests
{
    [Fact]
    public async Task SecondStoreOnADirectory_IsRefusedWithAClearMessage()
    {
        await using var fixture = new StoreFixture();
        var refusal = Assert.Throws<DataDirectoryInUseException>(() =>
            ProviderStore.Open(fixture.Options, TimeProvider.System, NullLogger<ProviderStore>.Instance));
        Assert.Contains(fixture.Directory, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Collection_ThatIsStopped_EndsWithoutAFault()
    {
        await using var fixture = new StoreFixture();
        using var stop = new CancellationTokenSource();
        var running = fixture.Store.RunCollectionAsync(stop.Token);
        Assert.False(running.IsCompleted);
        await stop.CancelAsync();
        // A host that is disposed of would log the exception as the service's failure.
        await running;
    }

    [Fact]
    public async Task FailedFsync_EndsAllAcknowledging_UntilReopened()
    {
        await using var fixture = new StoreFixture();
        await fixture.RegisterAsync();
        var (before, during) = (new TestFragment(2, 1), new TestFragment(2, 2));
        await fixture.WriteAsync(before);
        fixture.Durability.FailSync = true;
        await Assert.ThrowsAsync<StoreFailedException>(() => fixture.WriteAsync(during));
        fixture.Durability.FailSync = false;
        // The next fsync would succeed, and mean nothing.
        await Assert.ThrowsAsync<StoreFailedException>(() => fixture.WriteAsync(during));
        await Assert.ThrowsAsync<StoreFailedException>(() => fixture.ReviseAsync(new TestAgreement(StoreFixture.Agreement), (0, before)));
        Assert.IsType<DurabilityException>(await fixture.Store.Health.Failed);
        Assert.Equal(before.Bytes, await fixture.ReadAsync(before.Root));
        await fixture.ReopenAsync();
        Assert.Equal(before.Bytes, await fixture.ReadAsync(before.Root));
        Assert.Equal(FragmentWriteResult.Stored, await fixture.WriteAsync(during));
    }

    [Fact]
    public async Task DiskWithoutBlocks_IsOutOfSpaceBeforeAnythingIsAcknowledged_AndPasses()
    {
        await using var fixture = new StoreFixture();
        await fixture.RegisterAsync();
        var fragment = new TestFragment(2, 1);
        fixture.Durability.Full = true;
        Assert.Equal(FragmentWriteResult.OutOfSpace, await fixture.WriteAsync(fragment));
        fixture.Durability.Full = false;
        Assert.Equal(FragmentWriteResult.Stored, await fixture.WriteAsync(fragment));
    }

    [Fact]
    public async Task FreeSpaceToBeKept_IsNotGivenToFragments()
    {
        await using var fixture = new StoreFixture(options => options with { KeepFreeBytes = long.MaxValue / 2 });
        await fixture.RegisterAsync();
        Assert.Equal(0, fixture.Store.Fragments.FreeBytes());
        Assert.Equal(FragmentWriteResult.OutOfSpace, await fixture.WriteAsync(new TestFragment(2, 1)));
    }

    [Fact]
    public async Task FileSystemWithoutHoles_StillLosesItsEmptyVolumes()
    {
        await using var fixture = new StoreFixture(options => options with { VolumeBytes = 1 << 20 });
        fixture.Durability.NoHoles = true;
        await fixture.RegisterAsync();
        for (var i = 0; i < 6; i++)
            await fixture.WriteAsync(new TestFragment(300, i));
        fixture.Time.Advance(fixture.Options.StagingTime);
        await fixture.Store.CollectAsync(CancellationToken.None);
        Assert.Single(Directory.GetFiles(Path.Combine(fixture.Directory, "volumes")));
    }

    [Fact]
    public async Task SpaceOfRefusedUploads_IsGivenBack()
    {
        await using var fixture = new StoreFixture();
        await fixture.RegisterAsync();
        var fragment = new TestFragment(1000, 1);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(FragmentWriteResult.RootMismatch, await fixture.Store.Fragments.WriteAsync(
                StoreFixture.Agreement, fragment.Root, fragment.Bytes.Length, new MemoryStream(new byte[fragment.Bytes.Length]),
                    CancellationToken.None));
        }
        await fixture.Store.CollectAsync(CancellationToken.None);
        using var du = Process.Start(new ProcessStartInfo("du", ["-sk", Path.Combine(fixture.Directory, "volumes")]) { RedirectStandardOutput = true })!;
        var kibibytes = int.Parse((await du.StandardOutput.ReadToEndAsync()).Split('\t')[0]);
        Assert.InRange(kibibytes, 0, 4200);
    }

    [Fact]
    public async Task IndexOfANewerVersion_IsRefused()
    {
        await using var fixture = new StoreFixture();
        await fixture.Store.DisposeAsync();
        using (var connection = new SqliteConnection($"Data Source={fixture.Directory}/index.db;Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 99";
            command.ExecuteNonQuery();
        }
        Assert.Throws<StoreSchemaException>(() => ProviderStore.Open(fixture.Options, TimeProvider.System,
            NullLogger<ProviderStore>.Instance));
    }

    [Fact]
    public async Task LostIndex_IsNotTakenForAnEmptyStore_AndCanBeSalvaged()
    {
        await using var fixture = new StoreFixture();
        await fixture.RegisterAsync();
        var fragments = new[] { 1, 64, 65, 300 }.Select(leaves => new TestFragment(leaves, leaves)).ToList();
        foreach (var fragment in fragments)
            await fixture.WriteAsync(fragment);
        await fixture.Store.DisposeAsync();
        File.Delete(Path.Combine(fixture.Directory, "index.db"));
        Damage.FlipByte(fixture, 128);
        for (var i = 0; i < 2; i++)
            Assert.Throws<StoreIndexLostException>(() => ProviderStore.Open(fixture.Options, fixture.Time,
                NullLogger<ProviderStore>.Instance));
        await using (ProviderStore.Open(fixture.Options with { RebuildLostIndex = true }, fixture.Time, NullLogger<ProviderStore>.Instance))
        {
        }
        await fixture.ReopenAsync();
        Assert.Null(await fixture.ReadAsync(fragments[0].Root));
        foreach (var fragment in fragments.Skip(1))
            Assert.Equal(fragment.Bytes, await fixture.ReadAsync(fragment.Root));
        await fixture.RegisterAsync();
        Assert.Equal(FragmentWriteResult.AgreementClosed, await fixture.WriteAsync(fragments[0]));
        Assert.Equal(0U, (await fixture.Store.Checkpoints.BuildAsync(CancellationToken.None)).Agreements);
    }

    [Theory]
    [InlineData(0L, 1L << 20, nameof(StoreOptions.VolumeBytes))]
    [InlineData(1L << 30, 1L, nameof(StoreOptions.PreallocationBytes))]
    public void OptionOutOfBounds_StopsTheStartAndNamesTheKey(long volume, long preallocation, string key)
    {
        var options = new StoreOptions { DataDirectory = "/nonexistent", VolumeBytes = volume, PreallocationBytes = preallocation };
        var refusal = Assert.Throws<ArgumentException>(() => ProviderStore.Open(options, TimeProvider.System,
            NullLogger<ProviderStore>.Instance));
        Assert.Contains(key, refusal.Message, StringComparison.Ordinal);
    }
}
