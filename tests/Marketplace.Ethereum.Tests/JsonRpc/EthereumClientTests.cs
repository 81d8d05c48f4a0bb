using System.Globalization;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Ethereum.Tests.JsonRpc;

public sealed class EthereumClientTests
{
    static readonly Hash256 A = Hash256.Parse("0x" + new string('a', 64));
    static readonly Hash256 B = Hash256.Parse("0x" + new string('b', 64));
    static readonly Address Contract = Address.Parse("0x" + new string('1', 40));

    static EthereumClient Answering(string json) => new(new FakeConnection(_ => json));

    static string Log(ulong block, ulong index = 0, string? address = null, Hash256? topic = null, string hash = "aa") => $$"""
        {"address":"{{address ?? Contract.ToString()}}","topics":["{{topic ?? A}}"],"data":"0x","blockNumber":"0x{{block:x}}","logIndex":"0x{{index:x}}",
         "blockHash":"0x{{block.ToString("x62", CultureInfo.InvariantCulture)}}{{hash}}","transactionHash":"{{B}}","transactionIndex":"0x0"}
        """;

    [Theory]
    [InlineData("\"0x0\"", 0)]
    [InlineData("\"0x00ff\"", 255)]
    [InlineData("\"0xffffffffffffffff\"", ulong.MaxValue)]
    public async Task Quantity_WithinBounds_IsRead(string json, ulong expected) =>
        Assert.Equal(expected, await Answering(json).GetBlockNumberAsync());

    [Theory]
    [InlineData("\"0x\"")]
    [InlineData("\"10\"")]
    [InlineData("10")]
    [InlineData("null")]
    [InlineData("\"0x-1\"")]
    [InlineData("\"0x1g\"")]
    [InlineData("\"0x 1\"")]
    [InlineData("\"0x10000000000000000\"")]
    [InlineData("{}")]
    public async Task Quantity_OutsideBounds_IsRefused(string json) =>
        await Assert.ThrowsAsync<RpcProtocolException>(() => Answering(json).GetBlockNumberAsync());

    [Fact]
    public async Task Quantity_OfManyDigits_IsRefused() =>
        await Assert.ThrowsAsync<RpcProtocolException>(() => Answering($"\"0x{new string('f', 33)}\"").GetGasPriceAsync());

    [Theory]
    [InlineData("\"0x1\"")]
    [InlineData("\"0xzz\"")]
    [InlineData("\"1234\"")]
    [InlineData("[]")]
    [InlineData("null")]
    public async Task Bytes_ThatAreNoHex_AreRefused(string json) =>
        await Assert.ThrowsAsync<RpcProtocolException>(() => Answering(json).GetCodeAsync(Contract));

    [Fact]
    public async Task Receipt_OfAnotherTransaction_IsRefused()
    {
        var receipt = $$"""
            {"transactionHash":"{{B}}","transactionIndex":"0x0","blockHash":"{{A}}","blockNumber":"0x1","from":"{{Contract}}","to":null,
             "status":"0x1","gasUsed":"0x5208","effectiveGasPrice":"0x1","logs":[]}
            """;
        Assert.True((await Answering(receipt).GetReceiptAsync(B))!.Succeeded);
        await Assert.ThrowsAsync<RpcProtocolException>(() => Answering(receipt).GetReceiptAsync(A));
        await Assert.ThrowsAsync<RpcProtocolException>(() => Answering(receipt.Replace("\"status\":\"0x1\",", "")).GetReceiptAsync(B));
        await Assert.ThrowsAsync<RpcProtocolException>(() =>
            Answering(receipt.Replace("\"status\":\"0x1\"", "\"status\":\"0x2\"")).GetReceiptAsync(B));
        Assert.Null(await Answering("null").GetReceiptAsync(A));
    }

    [Fact]
    public async Task Header_OfAnotherBlock_IsRefused()
    {
        var header = $$"""{"number":"0x5","hash":"{{A}}","parentHash":"{{B}}","timestamp":"0x65","gasLimit":"0x1","gasUsed":"0x1"}""";
        Assert.Equal(5UL, (await Answering(header).GetHeaderAsync(BlockTag.At(5)))!.Number);
        await Assert.ThrowsAsync<RpcProtocolException>(() => Answering(header).GetHeaderAsync(BlockTag.At(6)));
        await Assert.ThrowsAsync<RpcProtocolException>(() => Answering(header).GetHeaderAsync(BlockTag.At(B)));
    }

    [Fact]
    public async Task FeeHistory_WhoseListsDoNotFit_IsRefused()
    {
        const string short_ = """{"oldestBlock":"0x1","baseFeePerGas":["0x1"],"gasUsedRatio":[0.5],"reward":[["0x1"]]}""";
        await Assert.ThrowsAsync<RpcProtocolException>(() => Answering(short_).GetFeeHistoryAsync(10, [50]));
        const string long_ = """{"oldestBlock":"0x1","baseFeePerGas":["0x1","0x2","0x3"],"gasUsedRatio":[0.5,0.5],"reward":[["0x1"],["0x1"]]}""";
        await Assert.ThrowsAsync<RpcProtocolException>(() => Answering(long_).GetFeeHistoryAsync(1, [50]));
    }

    [Fact]
    public async Task Logs_OfARangeThatTheNodeFindsTooLarge_AreAskedForInPieces()
    {
        var connection = new FakeConnection(call =>
        {
            var (from, to) = Range(call);
            return to - from >= 10
                ? FakeConnection.Error(-32005, "query exceeds max block range 10")
                : "[" + string.Join(',', Enumerable.Range((int)from, (int)(to - from + 1)).Select(block => Log((ulong)block))) + "]";
        });
        var logs = await new EthereumClient(connection).GetLogsAsync(new LogFilter { FromBlock = 3, ToBlock = 99 });
        Assert.Equal(Enumerable.Range(3, 97).Select(block => (ulong)block), logs.Select(log => log.BlockNumber));
    }

    [Fact]
    public async Task Logs_OfOneBlockThatIsTooLarge_AreRefusedWithTheNodesError()
    {
        var client = Answering(FakeConnection.Error(-32005, "query returned more than 10000 results"));
        await Assert.ThrowsAsync<RpcException>(() => client.GetLogsAsync(new LogFilter { FromBlock = 0, ToBlock = 1 << 20 }));
    }

    [Fact]
    public async Task Logs_OfAnEmptyRange_AreNone() =>
        Assert.Empty(await Answering("7").GetLogsAsync(new LogFilter { FromBlock = 5, ToBlock = 4 }));

    public static TheoryData<string> LogsNotAskedFor => new(
        Log(4),
        Log(21),
        Log(10, address: "0x2222222222222222222222222222222222222222"),
        Log(10, topic: B),
        Log(10) + "," + Log(10),
        Log(10, 0) + "," + Log(10, 1, hash: "bb"),
        Log(10).Replace("\"data\":\"0x\",", ""),
        Log(10).Replace("\"topics\":[", $"\"topics\":[\"{A}\",\"{A}\",\"{A}\",\"{A}\","));

    [Theory]
    [MemberData(nameof(LogsNotAskedFor))]
    public async Task Logs_ThatWereNotAskedFor_AreRefused(string logs)
    {
        var filter = new LogFilter { FromBlock = 5, ToBlock = 20, Addresses = [Contract], Topics = [[A]] };
        Assert.Single(await Answering($"[{Log(10)}]").GetLogsAsync(filter));
        await Assert.ThrowsAsync<RpcProtocolException>(() => Answering($"[{logs}]").GetLogsAsync(filter));
    }

    [Theory]
    [InlineData("nonce too low: next nonce 5, tx nonce 4", SubmissionOutcome.NonceTooLow)]
    [InlineData("replacement transaction underpriced", SubmissionOutcome.ReplacementUnderpriced)]
    [InlineData("transaction underpriced", SubmissionOutcome.FeeTooLow)]
    [InlineData("already known", SubmissionOutcome.AlreadyKnown)]
    [InlineData("transaction already imported", SubmissionOutcome.AlreadyKnown)]
    [InlineData("Insufficient funds for gas * price + value", SubmissionOutcome.InsufficientFunds)]
    [InlineData("the moon is full", SubmissionOutcome.Rejected)]
    public async Task Submission_RefusedByTheNode_IsAValue(string words, SubmissionOutcome outcome)
    {
        var client = new EthereumClient(new FakeConnection(call =>
            call.Method == "eth_sendRawTransaction" ? FakeConnection.Error(-32000, words) : "null"));
        Assert.Equal(outcome, (await client.SendRawTransactionAsync(new byte[] { 2, 1 })).Outcome);
    }

    [Fact]
    public async Task Submission_WithTheHashOfAnotherTransaction_IsRefused() =>
        await Assert.ThrowsAsync<RpcProtocolException>(() => Answering($"\"{A}\"").SendRawTransactionAsync(new byte[] { 2, 1 }));

    [Fact]
    public async Task Chain_OtherThanExpected_IsRefused()
    {
        var fault = await Assert.ThrowsAsync<WrongChainException>(() => Answering("\"0x2\"").RequireChainAsync(1));
        Assert.Equal((1UL, 2UL), (fault.Expected, fault.Actual));
    }

    static (ulong From, ulong To) Range(RpcCall call)
    {
        var filter = call.Parameters[0]!;
        return (Read("fromBlock"), Read("toBlock"));

        ulong Read(string name) => ulong.Parse(filter[name]!.GetValue<string>()[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
