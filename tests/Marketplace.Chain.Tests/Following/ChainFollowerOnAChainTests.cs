using Marketplace.Chain.Following;
using Marketplace.Chain.Tests.Markets;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marketplace.Chain.Tests.Following;

/// <summary>The follower over a real node: what its projection holds is what the node's logs say.</summary>
public sealed class ChainFollowerOnAChainTests : IAsyncLifetime
{
    readonly TemporaryDatabase database = new();
    MarketFixture chain = null!;

    Market Market => chain.Market;

    public async Task InitializeAsync()
    {
        chain = await MarketFixture.StartAsync();
        await chain.ProvideAsync();
    }

    public async Task DisposeAsync()
    {
        await chain.DisposeAsync();
        database.Dispose();
    }

    ChainFollower Follower(int history = 64) => new(
        new RpcChainSource(Market.Client, Market.Events.Contracts), database.Open, [new JournalProjection()],
        new FollowerOptions
        {
            ChainId = AnvilProcess.ChainId, Market = Market.Agreements.Address.ToString(), StartBlock = Market.Deployment.DeployBlock,
                HistoryBlocks = history,
            PollInterval = TimeSpan.FromMilliseconds(10), MaxRetryInterval = TimeSpan.FromMilliseconds(50),
        },
        TimeProvider.System, NullLogger<ChainFollower>.Instance);

    Task PublishAsync() => chain.SendDirectlyAsync(chain.Owner, Market.Listings.Publish(MarketFixture.Terms));

    static async Task CatchUpAsync(ChainFollower follower)
    {
        while (await follower.StepAsync() is not null)
        {
        }
    }

    async Task AssertFollowsTheChainAsync(int atLeast)
    {
        var filter = new LogFilter
        {
            FromBlock = Market.Deployment.DeployBlock, ToBlock = await Market.Client.GetBlockNumberAsync(),
                Addresses = Market.Events.Contracts,
        };
        var logs = await Market.Client.GetLogsAsync(filter);
        Assert.True(logs.Count >= atLeast, $"Only {logs.Count} logs.");
        using var connection = database.Open();
        Assert.Equal(JournalProjection.Fold(logs), JournalProjection.Read(connection), FoldComparer.Instance);
    }

    [Fact]
    public async Task Market_FromItsFirstBlock_IsFollowed()
    {
        var follower = Follower();

        await CatchUpAsync(follower);

        await AssertFollowsTheChainAsync(atLeast: 4);
        Assert.Equal(await Market.Client.GetBlockNumberAsync(), follower.GetPosition()!.Value.Number);
    }

    [Fact]
    public async Task Reorganisation_AfterAnyCallOfAStep_LeavesWhatTheChainSays()
    {
        var follower = Follower();
        await chain.MineAsync(6);
        for (var call = 1; call <= 12; call++)
        {
            await CatchUpAsync(follower);
            await PublishAsync();
            await PublishAsync();
            var calls = 0;
            chain.Connection.AfterCall = async made =>
            {
                if (made.Method.StartsWith("eth_", StringComparison.Ordinal) && ++calls == call)
                {
                    await chain.ReorganiseAsync(5);
                    await PublishAsync();
                }
            };
            try
            {
                await follower.StepAsync();
            }
            catch (EthereumRpcException)
            {
                // The next step repeats what this one could not do.
            }
            chain.Connection.AfterCall = null;

            await CatchUpAsync(follower);

            await AssertFollowsTheChainAsync(atLeast: 5);
        }
    }

    [Fact]
    public async Task Rollback_WithinAndBeyondHistory_LeavesWhatTheChainSays()
    {
        var follower = Follower(history: 8);
        for (var i = 0; i < 20; i++)
            await PublishAsync();
        await CatchUpAsync(follower);

        await chain.RollbackAsync(5);
        var step = await follower.StepAsync();
        Assert.Equal(5, step!.Reverted);
        await AssertFollowsTheChainAsync(atLeast: 15);

        await chain.RollbackAsync(12);
        step = await follower.StepAsync();
        Assert.True(step!.WasReset);
        await CatchUpAsync(follower);
        await AssertFollowsTheChainAsync(atLeast: 4);
    }

    [Fact]
    public async Task Endpoint_DownAndUpAgain_IsWaitedFor()
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var reached = new TaskCompletionSource();
        var wanted = ulong.MaxValue;
        var observer = new Watcher(step =>
        {
            if (step.Position.Number >= Volatile.Read(ref wanted))
                reached.TrySetResult();
        });
        await CatchUpAsync(Follower());
        var running = Follower().RunAsync([observer], stop.Token);

        await chain.Endpoint.StopAsync();
        await Assert.ThrowsAnyAsync<EthereumRpcException>(() => Market.Client.GetBlockNumberAsync());
        chain.Endpoint.Start();
        await PublishAsync();
        await chain.MineAsync();
        Volatile.Write(ref wanted, await Market.Client.GetBlockNumberAsync());
        await chain.MineAsync();
        await reached.Task.WaitAsync(stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await AssertFollowsTheChainAsync(atLeast: 5);
    }

    sealed class Watcher(Action<CommittedStep> action) : IChainObserver
    {
        public Task CommittedAsync(CommittedStep step, CancellationToken cancellationToken)
        {
            action(step);
            return Task.CompletedTask;
        }
    }
}
