using Marketplace.Application.Transfers;
using Marketplace.Client.Tests.Network;

namespace Marketplace.Application.Tests.Transfers;

/// <summary>What providers have lost too much of, stored anew from what is left of it.</summary>
public sealed class StoringAgainTests : IAsyncLifetime
{
    readonly TransferBench bench = new();

    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    async Task IAsyncLifetime.DisposeAsync() => await bench.DisposeAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(300_000)]
    public async Task WhatCanBeRead_IsStoredUnderItsName(int length)
    {
        var content = Enumerable.Range(0, length).Select(i => (byte)(i * 7)).ToArray();
        bench.Door.Readable["a"] = [.. content.Select(part => (byte?)part)];

        var (id, refusal) = bench.Queue.StoreAgain(Consumer.Name("a"));

        Assert.Null(refusal);
        await bench.WhenAsync(id!.Value, TransferStage.Done);
        var stored = Assert.Single(bench.Door.Stored);
        Assert.Equal("a", stored.Name);
        Assert.Equal(bench.Door.VersionOf("a"), bench.Door.Vault!.Again);
        Assert.Equal(content, stored.Content);
    }

    [Fact]
    public async Task WhatCannotBeReadWholly_FailsAndSaysWhy_AndStoresNothing()
    {
        bench.Door.Readable["a"] = [1, 2, null, 4];
        var (id, _) = bench.Queue.StoreAgain(Consumer.Name("a"));
        Assert.Contains("5 of the 6", (await bench.WhenAsync(id!.Value, TransferStage.Failed)).Message, StringComparison.Ordinal);
        Assert.Empty(bench.Door.Stored);
    }

    [Fact]
    public async Task TwiceAtOnce_OrOfNothing_OrWhileLocked_IsRefused()
    {
        bench.Door.Treatments["a"] = (_, _, cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken);
        bench.Door.Readable["a"] = [1];
        var (id, _) = bench.Queue.StoreAgain(Consumer.Name("a"));
        Assert.Equal((null, "It is on its way already."), bench.Queue.StoreAgain(Consumer.Name("a")));
        Assert.Equal((null, "It is not in the vault any more."), bench.Queue.StoreAgain(Consumer.Name("b")));
        await bench.WhenAsync(id!.Value, TransferStage.Sending);
        bench.Queue.Cancel(id.Value);
        await bench.WhenAsync(id.Value, TransferStage.Cancelled);

        await bench.Door.LockAsync();
        Assert.Equal((null, "The vault is locked."), bench.Queue.StoreAgain(Consumer.Name("a")));
    }
}
