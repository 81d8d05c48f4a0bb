using Marketplace.Chain.Following;
using Marketplace.Ethereum.JsonRpc;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marketplace.Chain.Tests.Following;

public sealed class ChainFollowerTests : IDisposable
{
    const ulong Start = 3;
    readonly TemporaryDatabase database = new();
    readonly FakeChain chain = new();
    readonly JournalProjection projection = new();

    static FollowerOptions Options => new()
    {
        ChainId = 7, Market = "test", StartBlock = Start, HistoryBlocks = 8, ChunkBlocks = 5, PollInterval = TimeSpan.FromMilliseconds(10),
        MaxRetryInterval = TimeSpan.FromMilliseconds(20),
    };

    public void Dispose() => database.Dispose();

    ChainFollower Follower(FollowerOptions? options = null, JournalProjection? over = null) =>
        new(chain, database.Open, [over ?? projection], options ?? Options, TimeProvider.System, NullLogger<ChainFollower>.Instance);

    static async Task CatchUpAsync(ChainFollower follower)
    {
        while (await follower.StepAsync() is not null)
        {
        }
    }

    void AssertFollowsTheChain()
    {
        using var connection = database.Open();
        Assert.Equal(JournalProjection.Fold(chain, Start), JournalProjection.Read(connection), FoldComparer.Instance);
    }

    [Fact]
    public async Task Follower_FromTheStart_CatchesUpInBoundedSteps()
    {
        chain.Mine(true, 40);
        var follower = Follower();

        var steps = new List<CommittedStep>();
        while (await follower.StepAsync() is { } step)
            steps.Add(step);

        Assert.Equal(8, steps.Count);
        Assert.All(steps[..^1], step => Assert.False(step.IsCaughtUp));
        Assert.True(steps[^1].IsCaughtUp);
        Assert.Equal(chain.Height, follower.GetPosition()!.Value.Number);
        AssertFollowsTheChain();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(7)]
    public async Task Reorganisation_WithinHistory_IsUndoneBlockByBlock(int depth)
    {
        chain.Mine(true, 20);
        var follower = Follower();
        await CatchUpAsync(follower);

        chain.Reorganise(depth, depth + 1, withLogs: true);
        var step = await follower.StepAsync();

        Assert.Equal(depth, step!.Reverted);
        Assert.False(step.WasReset);
        await CatchUpAsync(follower);
        AssertFollowsTheChain();
    }

    [Fact]
    public async Task Rollback_DeeperThanHistory_ReadsTheMarketAnew()
    {
        chain.Mine(true, 30);
        var follower = Follower();
        await CatchUpAsync(follower);

        chain.Reorganise(20, 22, withLogs: true);
        var step = await follower.StepAsync();

        Assert.True(step!.WasReset);
        await CatchUpAsync(follower);
        AssertFollowsTheChain();
    }

    [Fact]
    public async Task Rollback_BelowTheMarketsFirstBlock_LeavesNothing()
    {
        chain.Mine(true, 6);
        var follower = Follower();
        await CatchUpAsync(follower);

        chain.Rollback(5);
        var step = await follower.StepAsync();

        Assert.True(step!.WasReset);
        Assert.False(step.IsCaughtUp);
        Assert.Null(follower.GetPosition());
        AssertFollowsTheChain();
    }

    [Fact]
    public async Task Confirmations_HoldBlocksBack_UntilEnoughAreOnTop()
    {
        chain.Mine(true, 10);
        var follower = Follower(Options with { Confirmations = 4 });
        await CatchUpAsync(follower);

        Assert.Equal(chain.Height - 4, follower.GetPosition()!.Value.Number);
    }

    [Fact]
    public async Task SameHead_IsAskedForAndNothingElse()
    {
        chain.Mine(true, 10);
        var follower = Follower();
        await CatchUpAsync(follower);
        chain.Interrupt(_ => { });

        Assert.Null(await follower.StepAsync());
        Assert.Equal(1, chain.Questions);

        chain.Reorganise(1, 1, withLogs: true);
        Assert.Equal(1, (await follower.StepAsync())!.Reverted);
        AssertFollowsTheChain();
    }

    [Fact]
    public async Task Crash_InTheMiddleOfATransaction_LeavesTheLastCommittedState()
    {
        chain.Mine(true, 12);
        var follower = Follower();
        await follower.StepAsync();
        var before = follower.GetPosition();
        projection.FailsOnce = true;

        await Assert.ThrowsAsync<InvalidOperationException>(() => follower.StepAsync());

        Assert.Equal(before, follower.GetPosition());
        await CatchUpAsync(Follower());
        AssertFollowsTheChain();
    }

    [Fact]
    public async Task AnotherChain_BehindTheEndpoint_StopsTheFollower()
    {
        chain.Mine(true, 5);
        var follower = Follower();
        await CatchUpAsync(follower);
        chain.ChainId = 8;
        chain.Reorganise(3, 6, withLogs: true);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));

        var halt = await Assert.ThrowsAsync<WrongChainException>(() => follower.RunAsync([], limit.Token));

        Assert.Equal((7ul, 8ul), (halt.Expected, halt.Actual));
        Assert.Equal(5ul, follower.GetPosition()!.Value.Number);
    }

    [Fact]
    public async Task Database_OfAnotherMarket_IsRefused()
    {
        await CatchUpAsync(Follower());

        Assert.Throws<FollowerDatabaseMismatchException>(() => Follower(Options with { Market = "another" }).Open());
    }

    [Fact]
    public async Task Projection_OfANewVersion_IsBuiltAnew()
    {
        chain.Mine(true, 9);
        await CatchUpAsync(Follower());

        var follower = Follower(over: new JournalProjection(version: 2));
        follower.Open();

        Assert.Null(follower.GetPosition());
        await CatchUpAsync(follower);
        AssertFollowsTheChain();
    }

    [Fact]
    public async Task Loop_WhenTheEndpointFails_GoesOnAndTellsObserversAgain()
    {
        chain.Mine(true, 5);
        chain.Interrupt(question =>
        {
            if (question is > 4 and < 9)
                throw new RpcProtocolException("Injected.");
            if (question == 12)
                chain.Mine(true);
        });
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var observer = new Observer(step =>
        {
            if (step is { IsCaughtUp: true, Position.Number: 6 })
                stop.Cancel();
            throw new InvalidOperationException("Observers may fail.");
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Follower().RunAsync([observer], stop.Token));

        Assert.Equal(6ul, observer.Seen[^1].Position.Number);
        AssertFollowsTheChain();
    }

    sealed class Observer(Action<CommittedStep> action) : IChainObserver
    {
        public List<CommittedStep> Seen { get; } = [];

        public Task CommittedAsync(CommittedStep step, CancellationToken cancellationToken)
        {
            Seen.Add(step);
            action(step);
            return Task.CompletedTask;
        }
    }
}
