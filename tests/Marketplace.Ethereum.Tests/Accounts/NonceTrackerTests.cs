using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Tests.JsonRpc;

namespace Marketplace.Ethereum.Tests.Accounts;

public sealed class NonceTrackerTests
{
    static readonly Address Account = Address.Parse("0x00000000000000000000000000000000000a11ce");

    readonly MemoryNonceStore store = new();
    readonly ManualTime time = new();
    ulong latest;
    ulong pending;

    NonceTracker Start() => new(
        new EthereumClient(new FakeConnection(call => call.Method == "eth_getTransactionCount"
            ? $"\"0x{(call.Parameters[1]!.GetValue<string>() == "pending" ? pending : latest):x}\""
            : null)),
        1, Account, store, time);

    [Fact]
    public async Task Take_AfterARestart_DoesNotRepeatANonceThatTheNodeHasNotSeen()
    {
        Assert.Equal(0UL, await Start().TakeAsync());
        Assert.Equal(1UL, await Start().TakeAsync());
        Assert.Equal(2UL, await Start().TakeAsync());
    }

    [Fact]
    public async Task Take_WhenTheAccountWasUsedElsewhere_SkipsWhatIsUsed()
    {
        (latest, pending) = (5, 7);
        Assert.Equal(7UL, await Start().TakeAsync());
    }

    [Fact]
    public async Task Take_AfterARelease_FillsTheGapFirst()
    {
        var tracker = Start();
        for (var i = 0; i < 3; i++)
            await tracker.TakeAsync();
        await tracker.ReleaseAsync(1);
        Assert.Equal(1UL, await Start().TakeAsync());
        Assert.Equal(3UL, await Start().TakeAsync());
    }

    [Fact]
    public async Task Take_AfterAReleaseThatAnotherUsed_DoesNotGiveItOut()
    {
        var tracker = Start();
        await tracker.TakeAsync();
        await tracker.ReleaseAsync(0);
        (latest, pending) = (1, 1);
        Assert.Equal(1UL, await tracker.TakeAsync());
    }

    [Fact]
    public async Task Retain_AfterACrashBeforeSigning_GivesTheLostNonceOutAgain()
    {
        var tracker = Start();
        for (var i = 0; i < 3; i++)
            await tracker.TakeAsync();
        var restarted = Start();
        await restarted.RetainAsync([0, 2]);
        Assert.Equal(1UL, await restarted.TakeAsync());
        Assert.Equal(3UL, await restarted.TakeAsync());
    }

    [Fact]
    public async Task Retain_OfNoncesThatTheStoreLost_DoesNotGiveThemOut()
    {
        var tracker = Start();
        await tracker.RetainAsync([0, 1]);
        Assert.Equal(2UL, await tracker.TakeAsync());
    }

    [Fact]
    public async Task Take_WhenTheChainHasLostASettledNonce_GivesItOutAgainAfterPatience()
    {
        var tracker = Start();
        await tracker.TakeAsync();
        (latest, pending) = (1, 1);
        await tracker.SettleAsync(0);
        (latest, pending) = (0, 0);
        Assert.Equal(1UL, await tracker.TakeAsync());
        await tracker.ReleaseAsync(1);
        time.Advance(NonceTracker.ReorganisationPatience);
        Assert.Equal(1UL, await tracker.TakeAsync());
        Assert.Equal(0UL, await tracker.TakeAsync());
    }

    [Fact]
    public async Task FileStore_KeepsWhatWasWritten_AndRefusesWhatWasNot()
    {
        var directory = Directory.CreateTempSubdirectory("nonces");
        try
        {
            var files = new FileNonceStore(directory.FullName);
            Assert.Null(await files.ReadAsync(1, Account));
            await files.WriteAsync(1, Account, new NonceState(9, [3, 4], [1]));
            var read = (await new FileNonceStore(directory.FullName).ReadAsync(1, Account))!;
            Assert.Equal(9UL, read.Next);
            Assert.Equal([3UL, 4UL], read.Open);
            Assert.Equal([1UL], read.Free);
            Assert.Null(await files.ReadAsync(2, Account));
            await File.WriteAllTextAsync(Assert.Single(directory.GetFiles()).FullName, "{\"next\":-1}");
            await Assert.ThrowsAsync<InvalidDataException>(() => files.ReadAsync(1, Account).AsTask());
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    sealed class ManualTime : TimeProvider
    {
        long ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => ticks;

        public void Advance(TimeSpan by) => ticks += by.Ticks;
    }
}
