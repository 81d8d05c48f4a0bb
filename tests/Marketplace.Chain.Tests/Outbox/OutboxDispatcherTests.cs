using System.Text.Json.Nodes;
using Marketplace.Chain.Outbox;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Chain.Tests.Outbox;

public sealed class OutboxDispatcherTests : IAsyncLifetime
{
    /// <summary>Deploys a contract that refuses every call: <c>PUSH1 0 PUSH1 0 REVERT</c>.</summary>
    const string RefusingContract = "6460006000fd6000526005601bf3";

    OutboxFixture chain = null!;

    public async Task InitializeAsync() => chain = await OutboxFixture.StartAsync();

    public async Task DisposeAsync() => await chain.DisposeAsync();

    [Fact]
    public async Task Request_WithTheSameKey_IsSentOnce()
    {
        Assert.True(chain.Outbox.Enqueue(OutboxFixture.Payment(1)));
        Assert.False(chain.Outbox.Enqueue(OutboxFixture.Payment(1)));

        await chain.DrainAsync();

        Assert.False(chain.Outbox.Enqueue(OutboxFixture.Payment(1) with { RepeatsFailed = true }));
        Assert.Equal(Wei.One, await chain.PaidAsync(1));
        Assert.Equal(OutboxState.Done, chain.Outbox.Find("pay:1")!.State);
    }

    [Fact]
    public async Task Requests_ThatAreIndependent_GoIntoOneBlock()
    {
        for (var i = 0; i < 5; i++)
            chain.Outbox.Enqueue(OutboxFixture.Payment(i));

        await chain.Dispatcher.PassAsync();
        await chain.MineAsync(2);
        var finished = await chain.Dispatcher.PassAsync();

        Assert.Equal(5, finished.Count);
        Assert.Single(finished.Select(entry => entry.BlockNumber).Distinct());
        Assert.Equal([0ul, 1, 2, 3, 4], finished.Select(entry => entry.Nonce!.Value));
    }

    [Fact]
    public async Task Request_OfHigherPriority_GoesFirst_AndADependentOneWaits()
    {
        chain.Outbox.Enqueue(OutboxFixture.Payment(1) with { IsIndependent = false });
        chain.Outbox.Enqueue(OutboxFixture.Payment(2) with { IsIndependent = false, Priority = 9 });

        await chain.Dispatcher.PassAsync();

        Assert.Equal(0ul, chain.Outbox.Find("pay:2")!.Nonce);
        Assert.Equal(OutboxState.Queued, chain.Outbox.Find("pay:1")!.State);
        await chain.DrainAsync();
        Assert.Equal(1ul, chain.Outbox.Find("pay:1")!.Nonce);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Crash_AtAnyStep_LosesNothingAndSendsNothingTwice(bool blockIsMinedMeanwhile)
    {
        var number = 0;
        for (var step = 0; ; step++)
        {
            chain.Outbox.Enqueue(OutboxFixture.Payment(++number));
            chain.Outbox.Enqueue(OutboxFixture.Payment(++number) with { IsIndependent = false });
            chain.Faulty.CrashAt(step);
            var crashed = await DrainUntilCrashAsync();
            chain.Restart();
            if (blockIsMinedMeanwhile)
                await chain.MineAsync();

            await chain.DrainAsync();

            Assert.Equal(Wei.One, await chain.PaidAsync(number - 1));
            Assert.Equal(Wei.One, await chain.PaidAsync(number));
            Assert.Equal((ulong)number, await chain.Direct.GetTransactionCountAsync(chain.Account));
            if (!crashed)
                break;
        }
        Assert.True(number > 40, $"Only {number / 2} steps were tried.");
    }

    async Task<bool> DrainUntilCrashAsync()
    {
        try
        {
            await chain.DrainAsync();
            return false;
        }
        catch (InjectedCrashException)
        {
            return true;
        }
    }

    [Fact]
    public async Task Transaction_WithoutABlock_GetsHigherFees()
    {
        chain.Outbox.Enqueue(OutboxFixture.Payment(1));
        await chain.Dispatcher.PassAsync();
        var first = chain.Outbox.Find("pay:1")!;

        chain.Time.Shift += TimeSpan.FromMinutes(2);
        await chain.Dispatcher.PassAsync();
        var second = chain.Outbox.Find("pay:1")!;

        Assert.Equal((1, 2), (first.Attempts, second.Attempts));
        Assert.Equal(first.Nonce, second.Nonce);
        Assert.NotEqual(first.Hash, second.Hash);
        await chain.DrainAsync();
        Assert.Equal(Wei.One, await chain.PaidAsync(1));
    }

    [Fact]
    public async Task Transaction_ThatTheNodeForgot_IsSentAgain()
    {
        chain.Outbox.Enqueue(OutboxFixture.Payment(1));
        await chain.Dispatcher.PassAsync();
        await chain.Direct.SendAsync("anvil_dropAllTransactions", []);

        await chain.DrainAsync();

        Assert.Equal(1, chain.Outbox.Find("pay:1")!.Attempts);
        Assert.Equal(Wei.One, await chain.PaidAsync(1));
    }

    [Fact]
    public async Task Transaction_AfterItsTime_GivesItsNonceAway_AndDoesNothing()
    {
        var limit = await chain.ChainTimeAsync() + TimeSpan.FromSeconds(30);
        chain.Outbox.Enqueue(OutboxFixture.Payment(1) with { NotAfter = limit });
        await chain.Dispatcher.PassAsync();
        await chain.Direct.SendAsync("anvil_dropAllTransactions", []);
        await chain.Direct.SendAsync("evm_increaseTime", [JsonValue.Create(60)]);
        await chain.MineAsync();

        chain.Outbox.Enqueue(OutboxFixture.Payment(2));
        await chain.DrainAsync();

        Assert.Equal(OutboxState.Expired, chain.Outbox.Find("pay:1")!.State);
        Assert.Equal(OutboxState.Done, chain.Outbox.Find("pay:2")!.State);
        Assert.Equal(Wei.Zero, await chain.PaidAsync(1));
        Assert.Equal(Wei.One, await chain.PaidAsync(2));
        Assert.Equal(2ul, await chain.Direct.GetTransactionCountAsync(chain.Account));
    }

    [Fact]
    public async Task Request_AfterItsTime_IsNeverSigned()
    {
        chain.Outbox.Enqueue(OutboxFixture.Payment(1) with { NotAfter = await chain.ChainTimeAsync() - TimeSpan.FromSeconds(1) });

        var finished = await chain.Dispatcher.PassAsync();

        Assert.Equal(OutboxState.Expired, Assert.Single(finished).State);
        Assert.Equal(0, finished[0].Attempts);
        Assert.True(chain.Outbox.Enqueue(OutboxFixture.Payment(1) with { RepeatsFailed = true }));
        await chain.DrainAsync();
        Assert.Equal(Wei.One, await chain.PaidAsync(1));
    }

    [Fact]
    public async Task Rollback_OfABlockWithTransactions_SendsTheSameBytesAgain()
    {
        for (var i = 0; i < 3; i++)
            chain.Outbox.Enqueue(OutboxFixture.Payment(i));
        await chain.DrainAsync();
        var before = chain.Outbox.Find("pay:1")!;
        Assert.Equal(OutboxState.Done, before.State);

        await chain.RollbackAsync(3);
        await chain.Direct.SendAsync("anvil_dropAllTransactions", []);
        await chain.Dispatcher.PassAsync();
        await chain.DrainAsync();

        Assert.Equal(before.Hash, chain.Outbox.Find("pay:1")!.Hash);
        Assert.Equal(OutboxState.Done, chain.Outbox.Find("pay:1")!.State);
        Assert.Equal(Wei.One, await chain.PaidAsync(1));
        Assert.Equal(3ul, await chain.Direct.GetTransactionCountAsync(chain.Account));
    }

    [Fact]
    public async Task Rollback_BelowAllThatWasDone_IsNoticedWhenSomethingIsAskedForAgain()
    {
        chain.Outbox.Enqueue(OutboxFixture.Payment(1));
        await chain.DrainAsync();
        using var stop = new CancellationTokenSource();
        var running = chain.Dispatcher.RunAsync([], stop.Token);
        await chain.RollbackAsync(await BlocksAboveAsync(chain.Outbox.Find("pay:1")!.BlockNumber!.Value) + 1);

        // Whoever sees that it is not done asks again, and is told that it is done already.
        Assert.False(chain.Outbox.Enqueue(OutboxFixture.Payment(1)));
        chain.Dispatcher.Wake();
        for (var look = 0; look < 200 && await chain.PaidAsync(1) == Wei.Zero; look++)
        {
            await Task.Delay(50);
            await chain.MineAsync();
        }

        Assert.Equal(Wei.One, await chain.PaidAsync(1));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    async Task<int> BlocksAboveAsync(ulong block) => (int)(await chain.Direct.GetBlockNumberAsync() - block);

    [Fact]
    public async Task Nonce_UsedByAnotherProgram_IsReplacedOnceThatIsFinal()
    {
        chain.Outbox.Enqueue(OutboxFixture.Payment(1));
        await chain.Dispatcher.PassAsync();
        await chain.Direct.SendAsync("anvil_dropAllTransactions", []);
        await chain.Direct.SendAsync(
            "eth_sendTransaction",
                [new JsonObject { ["from"] = chain.Account.ToString(), ["to"] = OutboxFixture.Recipient(99).ToString(),
                    ["value"] = "0x1" }]);
        await chain.MineAsync();

        await chain.DrainAsync();

        Assert.Equal(1ul, chain.Outbox.Find("pay:1")!.Nonce);
        Assert.Equal(Wei.One, await chain.PaidAsync(1));
    }

    [Fact]
    public async Task Rollback_WhileReceiptsAreAskedFor_TakesNoNonceForAnothers()
    {
        chain.Outbox.Enqueue(OutboxFixture.Payment(1));
        await chain.Dispatcher.PassAsync();
        await chain.MineAsync(2);
        var sent = chain.Outbox.Find("pay:1")!;
        var (isRolledBack, counts) = (false, 0);
        chain.Faulty.AfterCall = async call =>
        {
            // Both counts are read by now, and say that a block holds the nonce for good; then none does any more.
            if (call.Method != "eth_getTransactionCount" || isRolledBack || ++counts < 2)
                return;
            isRolledBack = true;
            await chain.RollbackAsync(2);
            await chain.Direct.SendAsync("anvil_dropAllTransactions", []);
        };

        await chain.Dispatcher.PassAsync();
        await chain.DrainAsync();

        Assert.True(isRolledBack);
        Assert.Equal((sent.Hash, sent.Nonce), (chain.Outbox.Find("pay:1")!.Hash, chain.Outbox.Find("pay:1")!.Nonce));
        Assert.Equal(Wei.One, await chain.PaidAsync(1));
    }

    [Fact]
    public async Task Nonce_OfATransactionThatIsGone_HoldsNothingUp()
    {
        await chain.Direct.SendAsync(
            "eth_sendTransaction",
                [new JsonObject { ["from"] = chain.Account.ToString(), ["to"] = OutboxFixture.Recipient(99).ToString(), ["value"] = "0x1" }]);
        await chain.MineAsync();
        chain.Outbox.Enqueue(OutboxFixture.Payment(1));
        await chain.Dispatcher.PassAsync();
        Assert.Equal(1ul, chain.Outbox.Find("pay:1")!.Nonce);

        // Nobody sends what another program sent again.
        await chain.RollbackAsync(1);
        await chain.Direct.SendAsync("anvil_dropAllTransactions", []);
        await chain.DrainAsync();

        Assert.Equal(1ul, chain.Outbox.Find("pay:1")!.Nonce);
        Assert.Equal(OutboxState.Done, chain.Outbox.Find("pay:1")!.State);
        Assert.Equal(Wei.One, await chain.PaidAsync(1));
        Assert.Equal(2ul, await chain.Direct.GetTransactionCountAsync(chain.Account));
    }

    [Fact]
    public async Task Request_ThatTheContractRefuses_FailsBeforeItCosts()
    {
        var refusing = await DeployAsync(RefusingContract);
        var nonce = await chain.Direct.GetTransactionCountAsync(chain.Account);
        chain.Outbox.Enqueue(new OutboxRequest("call", "call", new TransactionRequest { To = refusing }));

        var finished = await chain.Dispatcher.PassAsync();

        Assert.Equal(OutboxState.Failed, Assert.Single(finished).State);
        Assert.NotNull(finished[0].Reason);
        Assert.Equal(nonce, await chain.Direct.GetTransactionCountAsync(chain.Account, BlockTag.Pending));
    }

    [Fact]
    public async Task Transaction_ThatRevertsOnChain_FailsWithTheReason()
    {
        var refusing = await DeployAsync(RefusingContract);
        chain.Outbox.Enqueue(new OutboxRequest("call", "call", new TransactionRequest { To = refusing, GasLimit = 100_000 }));
        chain.Outbox.Enqueue(OutboxFixture.Payment(1));

        await chain.DrainAsync();

        var failed = chain.Outbox.Find("call")!;
        Assert.Equal(OutboxState.Failed, failed.State);
        Assert.NotNull(failed.BlockNumber);
        Assert.NotEmpty(failed.Reason!);
        Assert.Equal(Wei.One, await chain.PaidAsync(1));
    }

    [Fact]
    public async Task AnotherChain_BehindTheEndpoint_GetsNothing()
    {
        chain.Options = chain.Options with { ChainId = 1 };
        chain.Restart();
        chain.Outbox.Enqueue(OutboxFixture.Payment(1));

        await Assert.ThrowsAsync<WrongChainException>(() => chain.Dispatcher.PassAsync());

        Assert.Equal(OutboxState.Queued, chain.Outbox.Find("pay:1")!.State);
    }

    async Task<Address> DeployAsync(string code)
    {
        var key = "deploy:" + code;
        chain.Outbox.Enqueue(new OutboxRequest("deploy", key, new TransactionRequest { Data = Convert.FromHexString(code) }));
        await chain.DrainAsync();
        var receipt = await chain.Direct.GetReceiptAsync(chain.Outbox.Find(key)!.Hash!.Value);
        return receipt!.ContractAddress!.Value;
    }
}
