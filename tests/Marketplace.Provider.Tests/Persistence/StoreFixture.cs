using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Provider.Agreements;
using Marketplace.Provider.Fragments;
using Marketplace.Provider.Persistence;
using Marketplace.Provider.Tests.Agreements;
using Marketplace.Provider.Tests.Fragments;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marketplace.Provider.Tests.Persistence;

/// <summary>A store in a directory of its own, which outlives reopening and goes with the fixture.</summary>
internal sealed class StoreFixture : IAsyncDisposable
{
    public static readonly AgreementId Agreement = new(1);

    readonly StoreOptions options;

    public StoreFixture(Func<StoreOptions, StoreOptions>? configure = null, IDurability? durability = null)
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("store-").FullName;
        options = new StoreOptions
        {
            DataDirectory = Directory,
            VolumeBytes = 4 << 20,
            PreallocationBytes = 1 << 20,
            KeepFreeBytes = 0,
        };
        options = configure?.Invoke(options) ?? options;
        Durability = new FaultyDurability(durability ?? new PosixDurability());
        Store = OpenStore();
    }

    public string Directory { get; }

    public TestClock Time { get; } = new();

    public FaultyDurability Durability { get; private set; }

    public ProviderStore Store { get; private set; }

    public StoreOptions Options => options;

    public async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        Durability = new FaultyDurability(new PosixDurability());
        Store = OpenStore();
    }

    public Task RegisterAsync(AgreementId? agreement = null, ulong gib = 1) => Store.Agreements.RegisterAsync(
        new AgreementTerms(agreement ?? Agreement, Address.Zero, new GiB(gib), new Epoch(1), new Epoch(9)), CancellationToken.None);

    public Task<FragmentWriteResult> WriteAsync(TestFragment fragment, AgreementId? agreement = null) => Store.Fragments.WriteAsync(
        agreement ?? Agreement, fragment.Root, fragment.Bytes.Length, new MemoryStream(fragment.Bytes), CancellationToken.None);

    /// <summary>The bytes as they are read back; null if not stored; throws if corrupt.</summary>
    public async Task<byte[]?> ReadAsync(Hash256 root, AgreementId? agreement = null)
    {
        switch (Store.Fragments.Open(agreement ?? Agreement, root))
        {
            case FragmentOpenResult.Found { Reader: var reader }:
                using (reader)
                {
                    var output = new MemoryStream();
                    var result = await reader.CopyToAsync(output, 0, reader.Leaves, CancellationToken.None);
                    Assert.Equal(FragmentReadResult.Complete, result);
                    return output.ToArray();
                }
            case FragmentOpenResult.NotStored:
                return null;
            default:
                throw new InvalidDataException("Corrupt.");
        }
    }

    /// <summary>Applies changes as a well-behaved consumer would, who keeps a naive tree of its own.</summary>
    public async Task<RevisionResult> ReviseAsync(TestAgreement agreement, params (ulong Slot, TestFragment? Fragment)[] changes)
    {
        var next = agreement.With(changes);
        var result = await Store.Agreements.ApplyRevisionAsync(next.Request(changes), CancellationToken.None);
        if (result is RevisionResult.Applied)
            agreement.Become(next);
        return result;
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    ProviderStore OpenStore() => ProviderStore.Open(options, Time, NullLogger<ProviderStore>.Instance, Durability);
}

/// <summary>A clock that stands still until it is advanced.</summary>
internal sealed class TestClock : TimeProvider
{
    DateTimeOffset now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Whether whoever waits has the clock advanced to when it ends, instead of waiting.</summary>
    public bool SkipsWaits { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => now;

    public override long GetTimestamp() => now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (!SkipsWaits || dueTime <= TimeSpan.Zero)
            return base.CreateTimer(callback, state, dueTime, period);
        Advance(dueTime);
        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }

    public void Advance(TimeSpan time) => now += time;
}
