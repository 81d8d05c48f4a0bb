using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.Application.Transactions;
using Marketplace.Chain.Tests.Markets;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;
using Market = Marketplace.Chain.Market;

namespace Marketplace.Application.Tests.Transactions;

/// <summary>What becomes of a transaction that waits in a real chain's pool, and whose place another one takes there.</summary>
public sealed class FollowTransactionTests : IAsyncLifetime
{
    MarketFixture chain = null!;
    TransactionRequest sent = null!;
    Eip1559Transaction waiting = null!;
    Hash256 hash;

    async Task IAsyncLifetime.InitializeAsync()
    {
        chain = await MarketFixture.StartAsync();
        await chain.SendAsync(chain.Deployer, chain.Market.Token.Transfer(chain.Consumer.Address, TokenAmount.FromTokens(10)));
        await chain.Market.Client.SendAsync("evm_setAutomine", [JsonValue.Create(false)]);
        sent = chain.Market.Token.Transfer(chain.Owner.Address, TokenAmount.FromTokens(3)) with { From = chain.Consumer.Address };
        waiting = new Eip1559Transaction
        {
            ChainId = await chain.Market.Client.GetChainIdAsync(), Nonce = await chain.Market.Client.GetTransactionCountAsync(chain.Consumer.Address),
            MaxFeePerGas = Wei.FromGwei(10), MaxPriorityFeePerGas = Wei.FromGwei(1), GasLimit = 200_000, To = sent.To, Data = sent.Data,
        };
        hash = await SubmitAsync(waiting);
    }

    Task IAsyncLifetime.DisposeAsync() => chain.DisposeAsync().AsTask();

    [Fact]
    public async Task OneThatWaits_IsDone_InItsBlock()
    {
        Assert.Equal(new TransactionFate.Pending(waiting.Nonce, IsOvertaken: false, IsKnown: true), await FollowAsync(nonce: null));
        await chain.MineAsync();
        Assert.Null(Assert.IsType<TransactionFate.Done>(await FollowAsync(waiting.Nonce)).SpedUpAs);
    }

    /// <summary>However long ago, and where only the number is known that it should have had.</summary>
    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(37, true)]
    [InlineData(2, false)]
    public async Task OneThatWasSpedUp_IsDone_AsTheOtherOne(int blocksAgo, bool isNumberKnown)
    {
        var other = await SubmitAsync(Dearer(waiting));
        await chain.MineAsync(1 + blocksAgo);
        var done = Assert.IsType<TransactionFate.Done>(isNumberKnown ? await FollowAsync(waiting.Nonce) : await FollowAsync(nonce: null, waiting.Nonce));
        Assert.Equal((other, other), (done.SpedUpAs!.Value, done.Receipt.TransactionHash));
        Assert.Equal(TokenAmount.FromTokens(7), await chain.Market.Token.GetBalanceAsync(chain.Consumer.Address));
    }

    [Fact]
    public async Task OneThatWasSpedUp_AndFailed_SaysWhy()
    {
        var other = await SubmitAsync(Dearer(waiting) with { GasLimit = 30_000 });
        await chain.MineAsync();
        var failed = Assert.IsType<TransactionFate.Failed>(await FollowAsync(waiting.Nonce));
        Assert.Equal(other, failed.SpedUpAs);
        Assert.StartsWith("It failed in its block", failed.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OneThatWasCancelled_OrGaveWayToAnother_IsToldApart()
    {
        var cancelling = await SubmitAsync(Dearer(waiting) with { To = chain.Consumer.Address, Data = ReadOnlyMemory<byte>.Empty });
        await chain.MineAsync();
        Assert.Equal(new TransactionFate.Replaced(cancelling, IsCancelled: true), await FollowAsync(waiting.Nonce));
        Assert.Equal(new TransactionFate.Pending(null, IsOvertaken: true, IsKnown: false), await FollowAsync(nonce: null, waiting.Nonce));

        var second = waiting with { Nonce = waiting.Nonce + 1 };
        hash = await SubmitAsync(second);
        var other = await SubmitAsync(Dearer(second) with { Data = chain.Market.Token.Transfer(chain.Owner.Address, TokenAmount.FromTokens(2)).Data });
        await chain.MineAsync();
        Assert.Equal(new TransactionFate.Replaced(other), await FollowAsync(second.Nonce));
    }

    /// <summary>No state of earlier blocks, blocks that are no blocks, and counts that never end.</summary>
    [Theory]
    [InlineData("eth_getTransactionCount", "error")]
    [InlineData("eth_getTransactionCount", "\"0xffffffffffffffff\"")]
    [InlineData("eth_blockNumber", "\"0xffffffffffffffff\"")]
    [InlineData("eth_getBlockByNumber", "null")]
    [InlineData("eth_getBlockByNumber", "{\"number\":\"0x1\",\"transactions\":[]}")]
    [InlineData("eth_getBlockByNumber", "{\"number\":\"0x1\",\"transactions\":[\"0x00\"]}")]
    public async Task WhereTheEndpointDoesNotTellTheOther_ItIsNotKnown_AndNotAskedForLong(string method, string answer)
    {
        await SubmitAsync(Dearer(waiting));
        await chain.MineAsync(3);
        var endpoint = new LyingEndpoint(chain.Connection, method, answer);
        var fate = await new FollowTransactionHandler(new Market(endpoint, chain.Market.Deployment)).Handle(new FollowTransaction(hash, sent, waiting.Nonce), default);
        Assert.Equal(new TransactionFate.Replaced(), fate);
        Assert.InRange(endpoint.Calls, 1, 60);
    }

    Task<TransactionFate> FollowAsync(ulong? nonce, ulong? expected = null) =>
        new FollowTransactionHandler(chain.Market).Handle(new FollowTransaction(hash, sent, nonce, expected), default);

    async Task<Hash256> SubmitAsync(Eip1559Transaction transaction)
    {
        var result = await chain.Market.Client.SendRawTransactionAsync((await chain.Consumer.SignTransactionAsync(transaction)).Raw);
        Assert.True(result.IsWithNode);
        return result.Hash;
    }

    static Eip1559Transaction Dearer(Eip1559Transaction transaction) =>
        transaction with { MaxFeePerGas = transaction.MaxFeePerGas * 3, MaxPriorityFeePerGas = transaction.MaxPriorityFeePerGas * 3 };

    /// <summary>Says something else of one method, where it is not asked about the newest state.</summary>
    sealed class LyingEndpoint(IRpcConnection inner, string method, string answer) : IRpcConnection
    {
        public int Calls { get; private set; }

        public Task<RpcReply> SendAsync(RpcCall call, CancellationToken cancellationToken = default)
        {
            Calls++;
            var isNewest = call.Parameters.Any(parameter => parameter?.ToString() == "latest");
            return call.Method != method || isNewest ? inner.SendAsync(call, cancellationToken) : Task.FromResult(Lie());
        }

        public Task<IReadOnlyList<RpcReply>> SendBatchAsync(IReadOnlyList<RpcCall> calls, CancellationToken cancellationToken = default) => inner.SendBatchAsync(calls, cancellationToken);

        RpcReply Lie() => answer == "error" ? RpcReply.Failure(method, new RpcError(-32000, "missing trie node", null)) : RpcReply.Success(method, JsonElement.Parse(answer));
    }
}
