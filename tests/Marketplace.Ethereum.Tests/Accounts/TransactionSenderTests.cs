using System.Text.Json.Nodes;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Ethereum.Tests.Accounts;

public sealed class TransactionSenderTests
{
    /// <summary>
    /// Creation code of a contract that, when called with any data, reverts with Error("no") unless its storage slot 0 is set; called
    /// without data it sets the slot.
    /// </summary>
    static readonly byte[] Refuser = Convert.FromHexString(
        "606a80600b6000396000f3" // returns what follows
        + "36600a57600160005500" // called without data: sets the slot
        + "5b600054606857" // with data: ends well if the slot is set
        + "7f08c379a00000000000000000000000000000000000000000000000000000000060005260206004526002602452"
        + "7f6e6f00000000000000000000000000000000000000000000000000000000000060445260646000fd" // Error("no")
        + "5b00");

    [Fact]
    public async Task Send_OfAPayment_IsConfirmedAndRecorded()
    {
        await using var chain = await ChainUnderTest.StartAsync();
        var journal = new MemoryTransactionJournal();
        var receipt = await chain.Sender(journal).SendAsync(ChainUnderTest.Pay(7), "pay");
        Assert.True(receipt.Succeeded);
        Assert.Equal(new Wei(7), await chain.BalanceAsync());
        Assert.Equal(receipt.TransactionHash, Assert.Single(await journal.FindAsync("pay")).Hash);
        Assert.Empty(await journal.ReadOpenAsync(31337, chain.Signer.Address));
    }

    /// <summary>A payment takes 21,000; what a contract has to write can grow until the block.</summary>
    [Fact]
    public async Task Send_LeavesGasForWhatChangesUntilTheBlock()
    {
        await using var chain = await ChainUnderTest.StartAsync();
        var receipt = await chain.Sender().SendAsync(ChainUnderTest.Pay(7), "pay");
        var limit = await chain.Client.SendAsync(
            "eth_getTransactionByHash", sent => Convert.ToUInt64(sent.GetProperty("gas").GetString(), 16), [receipt.TransactionHash.ToString()]);
        Assert.Equal(21_000ul + 21_000 / 4 + 150_000, limit);
    }

    [Fact]
    public async Task Send_OfTheSameIntentAgain_SendsNothingNew()
    {
        await using var chain = await ChainUnderTest.StartAsync();
        var sender = chain.Sender();
        var first = await sender.SendAsync(ChainUnderTest.Pay(7), "pay");
        var second = await sender.SendAsync(ChainUnderTest.Pay(7), "pay");
        Assert.Equal(first.TransactionHash, second.TransactionHash);
        Assert.Equal(new Wei(7), await chain.BalanceAsync());
    }

    [Fact]
    public async Task Send_OfManyAtOnce_GivesEachItsNonce()
    {
        await using var chain = await ChainUnderTest.StartAsync("--no-mining");
        var sender = chain.Sender();
        var pending = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => sender.SubmitAsync(ChainUnderTest.Pay(1), $"pay {i}")));
        Assert.Equal(Enumerable.Range(0, 20).Select(i => (ulong)i), pending.Select(transaction => transaction.Nonce).Order());
        await chain.MineAsync();
        await Task.WhenAll(pending.Select(transaction => sender.WaitAsync(transaction)));
        Assert.Equal(new Wei(20), await chain.BalanceAsync());
    }

    [Fact]
    public async Task Send_ThatTheContractWouldRefuse_IsATypedErrorAndNotSent()
    {
        await using var chain = await ChainUnderTest.StartAsync();
        var sender = chain.Sender();
        var contract = (await sender.SendAsync(new TransactionRequest { Data = Refuser }, "deploy")).ContractAddress!.Value;
        var refusal = await Assert.ThrowsAsync<ContractErrorException>(
            () => sender.SendAsync(new TransactionRequest { To = contract, Data = new byte[] { 1 } }, "refused"));
        Assert.Equal("no", Assert.IsType<RevertError>(refusal.Error).Message);
        Assert.Equal(1UL, await chain.Client.GetTransactionCountAsync(sender.Address, BlockTag.Pending));
    }

    [Fact]
    public async Task Send_ThatFailsInItsBlock_IsATypedErrorWithTheReceipt()
    {
        await using var chain = await ChainUnderTest.StartAsync();
        var sender = chain.Sender();
        var contract = (await sender.SendAsync(new TransactionRequest { Data = Refuser }, "deploy")).ContractAddress!.Value;
        await sender.SendAsync(new TransactionRequest { To = contract }, "allow");
        await chain.Client.SendAsync("evm_setAutomine", [JsonValue.Create(false)]);
        var pending = await sender.SubmitAsync(new TransactionRequest { To = contract, Data = new byte[] { 1 } }, "refused in the block");
        await chain.Client.SendAsync("anvil_setStorageAt", [contract.ToString(), Hash256.Zero.ToString(), Hash256.Zero.ToString()]);
        await chain.MineAsync();
        var failure = await Assert.ThrowsAsync<TransactionRevertedException>(() => sender.WaitAsync(pending));
        Assert.False(failure.Receipt.Succeeded);
        Assert.Equal("no", Assert.IsType<RevertError>(Assert.IsType<ContractErrorException>(failure.InnerException).Error).Message);
    }

    [Fact]
    public async Task Wait_ForAStuckTransaction_RaisesBothFeesUnderTheSameNonce()
    {
        await using var chain = await ChainUnderTest.StartAsync("--no-mining");
        var sender = chain.Sender(bumpAfter: TimeSpan.FromMilliseconds(100));
        var pending = await sender.SubmitAsync(ChainUnderTest.Pay(7), "pay");
        var waiting = sender.WaitAsync(pending);
        await ChainUnderTest.UntilAsync(() => Task.FromResult(pending.Attempts.Count >= 3));
        await chain.MineAsync();
        var receipt = await waiting;
        Assert.Contains(receipt.TransactionHash, pending.Attempts.Select(attempt => attempt.Hash));
        Assert.Equal(new Wei(7), await chain.BalanceAsync());
        foreach (var (old, raised) in pending.Attempts.Zip(pending.Attempts.Skip(1)))
        {
            Assert.Equal(old.Transaction.Nonce, raised.Transaction.Nonce);
            Assert.True(raised.Transaction.MaxFeePerGas.Value * 8 >= old.Transaction.MaxFeePerGas.Value * 9);
            Assert.True(raised.Transaction.MaxPriorityFeePerGas.Value * 8 >= old.Transaction.MaxPriorityFeePerGas.Value * 9);
        }
    }

    [Fact]
    public async Task Wait_ForAStuckTransactionAtTheCap_DoesNotGoBeyondIt()
    {
        await using var chain = await ChainUnderTest.StartAsync("--no-mining");
        var sender = chain.Sender(bumpAfter: TimeSpan.FromMilliseconds(20), feeCap: Wei.FromGwei(4));
        var pending = await sender.SubmitAsync(ChainUnderTest.Pay(7), "pay");
        var waiting = sender.WaitAsync(pending);
        await Task.WhenAny(waiting, Task.Delay(TimeSpan.FromMilliseconds(500)));
        Assert.All(pending.Attempts, attempt => Assert.True(attempt.Transaction.MaxFeePerGas <= Wei.FromGwei(4)));
        await chain.MineAsync();
        Assert.True((await waiting).Succeeded);
    }

    [Fact]
    public async Task Wait_ForATransactionThatTheNodeDropped_SendsItAgain()
    {
        await using var chain = await ChainUnderTest.StartAsync("--no-mining");
        var sender = chain.Sender();
        var pending = await sender.SubmitAsync(ChainUnderTest.Pay(7), "pay");
        await chain.Client.SendAsync("anvil_dropTransaction", [pending.Hash.ToString()]);
        Assert.Null(await chain.Client.GetTransactionAsync(pending.Hash));
        var waiting = sender.WaitAsync(pending);
        await ChainUnderTest.UntilAsync(async () => await chain.Client.GetTransactionAsync(pending.Hash) is not null);
        await chain.MineAsync();
        Assert.Equal(pending.Hash, (await waiting).TransactionHash);
    }

    [Fact]
    public async Task Wait_WhenAReorganisationUndoesTheBlock_SendsAgainAndConfirms()
    {
        await using var chain = await ChainUnderTest.StartAsync("--no-mining");
        var sender = chain.Sender(confirmations: 4);
        await chain.MineAsync(3);
        var pending = await sender.SubmitAsync(ChainUnderTest.Pay(7), "pay");
        await chain.MineAsync();
        var undone = (await chain.Client.GetReceiptAsync(pending.Hash))!;
        var waiting = sender.WaitAsync(pending);
        await chain.Client.SendAsync("anvil_rollback", [JsonValue.Create(2)]);
        await ChainUnderTest.UntilAsync(async () =>
            await chain.Client.GetReceiptAsync(pending.Hash) is null && await chain.Client.GetTransactionAsync(pending.Hash) is not null);
        Assert.False(waiting.IsCompleted);
        await chain.MineAsync(4);
        var receipt = await waiting;
        Assert.NotEqual(undone.BlockHash, receipt.BlockHash);
        Assert.Equal(new Wei(7), await chain.BalanceAsync());
    }

    [Fact]
    public async Task Wait_WhenTheNonceWasUsedElsewhere_SaysSo()
    {
        await using var chain = await ChainUnderTest.StartAsync("--no-mining");
        var journal = new MemoryTransactionJournal();
        var sender = chain.Sender(journal);
        var pending = await sender.SubmitAsync(ChainUnderTest.Pay(7), "pay");
        await chain.Client.SendAsync("anvil_dropTransaction", [pending.Hash.ToString()]);
        var other = pending.Newest.Transaction with { Value = new Wei(1), MaxFeePerGas = Wei.FromGwei(90) };
        await chain.Client.SendRawTransactionAsync((await chain.Signer.SignTransactionAsync(other)).Raw);
        await chain.MineAsync();
        var fault = await Assert.ThrowsAsync<TransactionReplacedException>(() => sender.WaitAsync(pending));
        Assert.Equal(pending.Nonce, fault.Nonce);
        Assert.Empty(await journal.ReadOpenAsync(31337, sender.Address));
    }

    [Fact]
    public async Task Submit_AfterTheNonceWasUsedElsewhere_TakesTheNext()
    {
        await using var chain = await ChainUnderTest.StartAsync();
        await chain.Sender().SendAsync(ChainUnderTest.Pay(1), "from here");
        await chain.Sender().SendAsync(ChainUnderTest.Pay(1), "from another place");
        Assert.Equal(new Wei(2), await chain.BalanceAsync());
    }

    [Fact]
    public async Task Submit_WithoutFunds_IsRefusedAndLeavesNoGap()
    {
        await using var chain = await ChainUnderTest.StartAsync();
        var sender = chain.Sender();
        var refusal = await Assert.ThrowsAsync<TransactionRefusedException>(
            () => sender.SubmitAsync(new TransactionRequest { To = ChainUnderTest.Somebody, Value = Wei.FromEther(1_000_000) }, "much"));
        Assert.Equal(SubmissionOutcome.InsufficientFunds, refusal.Outcome);
        var pending = await sender.SubmitAsync(ChainUnderTest.Pay(1), "little");
        Assert.Equal(0UL, pending.Nonce);
        Assert.True((await sender.WaitAsync(pending)).Succeeded);
    }

    [Fact]
    public async Task Submit_AboveTheFeeCap_IsRefused()
    {
        await using var chain = await ChainUnderTest.StartAsync();
        await Assert.ThrowsAsync<FeeCapExceededException>(() => chain.Sender(feeCap: new Wei(1)).SubmitAsync(ChainUnderTest.Pay(1), "pay"));
    }

    [Fact]
    public async Task Submit_OnAnotherChain_IsRefused()
    {
        await using var chain = await ChainUnderTest.StartAsync("--chain-id", "5");
        await Assert.ThrowsAsync<WrongChainException>(() => chain.Sender().SubmitAsync(ChainUnderTest.Pay(1), "pay"));
    }

    [Fact]
    public async Task Submit_WhenTheEndpointIsDown_IsATransportFault()
    {
        await using var chain = await ChainUnderTest.StartAsync();
        await chain.EndAsync();
        await Assert.ThrowsAsync<RpcTransportException>(() => chain.Sender().SubmitAsync(ChainUnderTest.Pay(1), "pay"));
    }

    [Fact]
    public async Task Resume_AfterACrashBetweenJournalAndSend_SendsItOnce()
    {
        await using var chain = await ChainUnderTest.StartAsync();
        var (journal, store) = (new MemoryTransactionJournal(), new MemoryNonceStore());
        var broken = new EthereumClient(new BrokenSending(chain.Client));
        using (var crash = new CancellationTokenSource(TimeSpan.FromMilliseconds(300)))
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => chain.Sender(journal, store, client: broken).SendAsync(ChainUnderTest.Pay(7), "pay", crash.Token));
        }
        Assert.Equal(Wei.Zero, await chain.BalanceAsync());

        var restarted = chain.Sender(journal, store);
        var resumed = Assert.Single(await restarted.ResumeAsync());
        Assert.True((await restarted.WaitAsync(resumed)).Succeeded);
        await restarted.SendAsync(ChainUnderTest.Pay(7), "pay");
        Assert.Equal(new Wei(7), await chain.BalanceAsync());
    }

    [Fact]
    public async Task Submit_WhenTheJournalFails_SendsNothing()
    {
        await using var chain = await ChainUnderTest.StartAsync();
        await Assert.ThrowsAsync<IOException>(() => chain.Sender(new FullJournal()).SubmitAsync(ChainUnderTest.Pay(7), "pay"));
        Assert.Equal(0UL, await chain.Client.GetTransactionCountAsync(chain.Signer.Address, BlockTag.Pending));
    }

    /// <summary>A network that carries everything but signed transactions.</summary>
    sealed class BrokenSending(EthereumClient client) : IRpcConnection
    {
        public async Task<RpcReply> SendAsync(RpcCall call, CancellationToken cancellationToken = default) =>
            call.Method == "eth_sendRawTransaction"
                ? throw new RpcTransportException("broken on purpose")
                : (await client.SendBatchAsync([call], cancellationToken))[0];

        public Task<IReadOnlyList<RpcReply>> SendBatchAsync(IReadOnlyList<RpcCall> calls, CancellationToken cancellationToken = default) =>
            client.SendBatchAsync(calls, cancellationToken);
    }

    /// <summary>A journal on a full disk.</summary>
    sealed class FullJournal : ITransactionJournal
    {
        public Task AppendAsync(TransactionAttempt attempt, CancellationToken cancellationToken = default) =>
            throw new IOException("No space left on device");

        public Task<IReadOnlyList<TransactionAttempt>> FindAsync(string intent, CancellationToken cancellationToken = default) =>
            Task.FromResult<IReadOnlyList<TransactionAttempt>>([]);

        public Task<IReadOnlyList<TransactionAttempt>> ReadOpenAsync(
            ulong chainId, Address sender, CancellationToken cancellationToken = default) =>
            Task.FromResult<IReadOnlyList<TransactionAttempt>>([]);

        public Task ConcludeAsync(string intent, TransactionFate fate, TransactionReceipt? receipt, CancellationToken cancellationToken = default) =>
            Task.CompletedTask;
    }
}
