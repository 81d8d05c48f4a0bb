using Marketplace.Application.Transfers;
using Marketplace.Client.Catalog;
using Marketplace.Client.Tests.Network;
using Marketplace.Ethereum.JsonRpc;

namespace Marketplace.Application.Tests.Transfers;

/// <summary>A chain that does not answer for a while fails nothing that is on its way, however many they are.</summary>
public sealed class SilentChainTests : IAsyncLifetime
{
    const int Large = TransferQueue.MostTogetherEach + 1;

    /// <summary>Nobody listens there.</summary>
    readonly RpcHttpConnection chain = new(RpcEndpoint.Parse("http://127.0.0.1:1"), new RpcConnectionOptions(), TimeProvider.System);

    TransferBench bench = null!;
    volatile bool isSilent = true;
    int asked;

    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    async Task IAsyncLifetime.DisposeAsync()
    {
        await bench.DisposeAsync();
        chain.Dispose();
    }

    [Fact]
    public async Task WhatIsHandedOver_WaitsForIt_AndIsStored()
    {
        bench = new TransferBench(new TransferLimits { BetweenTries = TimeSpan.FromMilliseconds(500) });
        var ids = new List<Guid>();
        var files = new[] { ("small", 1), ("other", 2), ("large", Large), ("last", 3) };
        foreach (var (name, _) in files)
            bench.Door.Treatments[name] = (_, _, cancellationToken) => AskAsync(cancellationToken);
        foreach (var (name, size) in files)
            ids.Add(await bench.HandOverAsync(name, new byte[size]));
        await WhenAskedAsync(2);
        foreach (var id in ids)
            await bench.WhenAsync(id, transfer => transfer is { IsOver: false, Message: "The chain does not answer; it goes on when it does." });

        isSilent = false;

        foreach (var id in ids)
            Assert.Null((await bench.WhenAsync(id, TransferStage.Done)).Message);
        Assert.Equal(["small", "other", "large", "last"], bench.Door.Stored.Select(stored => stored.Name));
        Assert.Empty(bench.Faults);
    }

    [Fact]
    public async Task WhatIsReadBack_WaitsForIt_AndIsStored()
    {
        bench = new TransferBench(new TransferLimits { BetweenTries = TimeSpan.FromMilliseconds(500) });
        var begun = bench.Queue.StoreAgain(Fill(20)).Begun;
        await WhenAskedAsync(2 * TransferQueue.MostReadAtOnce);

        isSilent = false;

        foreach (var id in begun)
            await bench.WhenAsync(id, TransferStage.Done);
        Assert.All(bench.Door.Stored, stored => Assert.Equal(Large, stored.Content.Length));
    }

    /// <summary>A thousand questions to it at once help nobody.</summary>
    [Fact]
    public async Task WhileItIsSilent_NothingIsBegun_AndAllCanBeGivenUp()
    {
        bench = new TransferBench(new TransferLimits { BetweenTries = TimeSpan.FromHours(1) });
        var begun = bench.Queue.StoreAgain(Fill(20)).Begun;
        foreach (var id in begun)
            await bench.WhenAsync(id, transfer => transfer is { Stage: TransferStage.Receiving, Bytes: 0, Message: "The chain does not answer; it goes on when it does." });
        isSilent = false;
        var handedOver = await bench.HandOverAsync("new", [1]);

        await bench.WhenAsync(handedOver, transfer => transfer is { Stage: TransferStage.Waiting, Message: "The chain does not answer; it goes on when it does." });
        Assert.InRange(asked, 1, TransferQueue.MostReadAtOnce);
        bench.Queue.CancelAll();
        foreach (var id in begun.Append(handedOver))
            await bench.WhenAsync(id, TransferStage.Cancelled);
    }

    async Task AskAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref asked);
        if (isSilent)
            await chain.SendAsync(new RpcCall("eth_chainId"), cancellationToken);
    }

    Task WhenAskedAsync(int times) => TransferBench.UntilAsync(() => Volatile.Read(ref asked) >= times);

    List<ObjectName> Fill(int count)
    {
        var names = Enumerable.Range(0, count).Select(i => Consumer.Name($"{i}")).ToList();
        foreach (var name in names)
        {
            bench.Door.Readable[name.Value] = new byte?[Large];
            Array.Fill(bench.Door.Readable[name.Value], (byte)1);
            bench.Door.Readings[name.Value] = AskAsync;
        }
        return names;
    }
}
