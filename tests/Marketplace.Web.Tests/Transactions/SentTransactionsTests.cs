using Marketplace.Application.Live;
using Marketplace.Application.Transactions;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;
using Marketplace.Web.Transactions;
using MediatR;

namespace Marketplace.Web.Tests.Transactions;

/// <summary>What is kept of transactions, and what they become, block by block.</summary>
public sealed class SentTransactionsTests : IDisposable
{
    static readonly TransactionFate Unseen = new TransactionFate.Pending(null, IsOvertaken: false, IsKnown: false), Known = new TransactionFate.Pending(7, false, true);

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    readonly ManualTime time = new();
    readonly MarketPulse pulse;
    readonly Endpoint endpoint = new();
    readonly SentTransactions sent;
    ulong block;

    public SentTransactionsTests()
    {
        pulse = new MarketPulse(market: null!, TimeSpan.FromSeconds(1), time);
        var cases = new Mediator(wanted => wanted == typeof(IRequestHandler<FollowTransaction, TransactionFate>) ? endpoint : Array.CreateInstance(wanted.GetGenericArguments()[0], 0));
        sent = new SentTransactions(cases, pulse, file: null, time);
    }

    public void Dispose()
    {
        sent.Dispose();
        endpoint.Dispose();
    }

    [Fact]
    public void Newest_ComeFirst_AndOldOnesMakeRoom()
    {
        for (var i = 0; i < SentTransactions.Most + 3; i++)
            Follow((byte)i);
        var all = sent.All.Latest!;
        Assert.Equal(SentTransactions.Most, all.Count);
        Assert.Equal((HashOf(SentTransactions.Most + 2), HashOf(3)), (all[0].Hash, all[^1].Hash));
    }

    [Fact]
    public void WhatIsOlderThanAWeek_IsForgotten_AndWhatWasTold()
    {
        Follow(1);
        time.Now += TimeSpan.FromDays(8);
        Follow(2);
        Assert.Equal(HashOf(2), Assert.Single(sent.All.Latest!).Hash);
        sent.Forget(HashOf(2));
        Assert.Empty(sent.All.Latest!);
    }

    [Fact]
    public async Task WhatTheEndpointDoesNotKnow_IsSaid_AfterManyBlocks_AndWaitsOn()
    {
        Follow(1);
        for (var i = 0; i < 20; i++)
            await PassAsync(Unseen);
        await BecomesAsync(new SentState.Waits(IsUnseen: true));
        await PassAsync(Known);
        await BecomesAsync(new SentState.Waits(7));
        await PassAsync(new TransactionFate.Failed("why"));
        await BecomesAsync(new SentState.Failed("why"));
    }

    [Fact]
    public async Task OneThatAnotherOvertook_IsLost_AfterAFewBlocks()
    {
        Follow(1);
        for (var i = 0; i < 3; i++)
            await PassAsync(new TransactionFate.Pending(null, IsOvertaken: true, IsKnown: false));
        await BecomesAsync(new SentState.Lost());
    }

    [Fact]
    public async Task OneThatSeemsReplaced_OnAMachineThatIsAhead_IsNotGivenUp()
    {
        Follow(1);
        await PassAsync(Known);
        foreach (var fate in new TransactionFate[] { new TransactionFate.Replaced(), new TransactionFate.Replaced(), Known })
            await PassAsync(fate);
        await BecomesAsync(new SentState.Waits(7));
        for (var i = 0; i < 3; i++)
            await PassAsync(new TransactionFate.Replaced());
        await BecomesAsync(new SentState.Replaced());
    }

    [Fact]
    public async Task OneThatWasSpedUp_IsDone_OnceAFewBlocksSaySo()
    {
        Follow(1);
        await PassAsync(Known);
        var done = new TransactionFate.Done(ReceiptOf(2), HashOf(2));
        foreach (var fate in new TransactionFate[] { done, done, Known })
            await PassAsync(fate);
        await BecomesAsync(new SentState.Waits(7));
        for (var i = 0; i < 3; i++)
            await PassAsync(done);
        await BecomesAsync(new SentState.Done(done.Receipt, HashOf(2)));
    }

    [Fact]
    public async Task OneThatWasSpedUp_AndFailed_SaysBoth()
    {
        Follow(1);
        for (var i = 0; i < 3; i++)
            await PassAsync(new TransactionFate.Failed("Too late.", HashOf(2)));
        await BecomesAsync(new SentState.Failed($"You sped it up in your wallet: it is in its block as {HashOf(2)}. Too late."));
    }

    /// <summary>The same asked for twice is sent twice: the one in a block is not the other, sped up.</summary>
    [Fact]
    public async Task OneThatWasSentForThesePages_IsNotAnotherOne_SpedUp()
    {
        Follow(2);
        await PassAsync(new TransactionFate.Done(ReceiptOf(2)));
        await BecomesAsync(new SentState.Done(((TransactionFate.Done)endpoint.Fate).Receipt));
        endpoint.Fate = Unseen;
        Follow(1);
        await AskedAsync();
        for (var i = 0; i < 3; i++)
            await PassAsync(new TransactionFate.Done(ReceiptOf(2), HashOf(2)));
        await BecomesAsync(new SentState.Lost());
    }

    static TransactionReceipt ReceiptOf(int number) => new()
    {
        TransactionHash = HashOf(number), TransactionIndex = 0, BlockHash = HashOf(9), BlockNumber = 3, From = Address.Zero, To = Address.Zero, ContractAddress = null,
        Succeeded = true, GasUsed = 1, EffectiveGasPrice = Wei.Zero, Logs = [],
    };

    void Follow(byte number) => sent.Follow(HashOf(number), "words", new TransactionRequest { To = Address.Zero, From = Address.Zero }, expected: null);

    static Hash256 HashOf(int number) => Hash256.Parse("0x" + number.ToString("x64", System.Globalization.CultureInfo.InvariantCulture), null);

    /// <summary>A block in which the endpoint says this.</summary>
    async Task PassAsync(TransactionFate fate)
    {
        endpoint.Fate = fate;
        pulse.Moments.Publish(new ChainMoment(++block, time.Now, default, time.Now));
        await AskedAsync();
    }

    async Task AskedAsync() => Assert.True(await endpoint.Asked.WaitAsync(Patience), "The endpoint was not asked.");

    async Task BecomesAsync(SentState state)
    {
        using var patience = new CancellationTokenSource(Patience);
        await foreach (var all in sent.All.WatchAsync(patience.Token))
        {
            if (all[0].State == state)
                return;
        }
        Assert.Equal(state, sent.All.Latest![0].State);
    }

    sealed class Endpoint : IRequestHandler<FollowTransaction, TransactionFate>, IDisposable
    {
        public TransactionFate Fate { get; set; } = Unseen;

        public SemaphoreSlim Asked { get; } = new(0);

        public Task<TransactionFate> Handle(FollowTransaction request, CancellationToken cancellationToken)
        {
            var fate = Fate;
            Asked.Release();
            return Task.FromResult(fate);
        }

        public void Dispose() => Asked.Dispose();
    }

    sealed class ManualTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
