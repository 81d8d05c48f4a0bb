using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Marketplace.Ethereum.JsonRpc;

namespace Marketplace.Ethereum.Tests.JsonRpc;

public sealed class RpcHttpConnectionTests
{
    static readonly RpcCall Read = new("eth_blockNumber");

    [Fact]
    public async Task Send_WithAResult_ReturnsIt()
    {
        await using var node = ScriptedNode.Always("""{"jsonrpc":"2.0","id":$ID,"result":"0x10"}""");
        using var connection = node.Connect();
        Assert.Equal("0x10", (await connection.SendAsync(Read)).Result.GetString());
    }

    [Theory]
    [InlineData("not json at all")]
    [InlineData("")]
    [InlineData("""{"jsonrpc":"2.0","id":$ID,"result":"0x1""")]
    [InlineData("""{"jsonrpc":"2.0","id":$ID,"result":"0x1"} trailing""")]
    [InlineData("""{"jsonrpc":"2.0","id":$ID,"result":"0x1","result":"0x2"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":$ID}""")]
    [InlineData("""{"jsonrpc":"2.0","id":999999,"result":"0x1"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":null,"result":"0x1"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":$ID,"error":{"message":"no code"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":$ID,"error":"text"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":$ID,"\ud800":"lone surrogate"}""")]
    [InlineData("""[]""")]
    [InlineData("""7""")]
    [InlineData("""null""")]
    public async Task Send_WithAnAnswerThatIsNoJsonRpc_IsAProtocolFaultAndNotRepeated(string answer)
    {
        await using var node = ScriptedNode.Always(answer);
        using var connection = node.Connect();
        await Assert.ThrowsAnyAsync<RpcProtocolException>(async () => _ = await connection.SendAsync(Read));
        Assert.Equal(1, node.Requests);
    }

    [Fact]
    public async Task Send_WithAnAnswerThatIsTooDeep_IsAProtocolFault()
    {
        await using var node = ScriptedNode.Always("""{"jsonrpc":"2.0","id":$ID,"result":""" + new string('[', 5000) + new string(']', 5000) + "}");
        using var connection = node.Connect();
        await Assert.ThrowsAsync<RpcProtocolException>(() => connection.SendAsync(Read));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_WithAnAnswerAboveTheLimit_StopsReading(bool announced)
    {
        await using var node = new ScriptedNode(async (_, context) =>
        {
            var chunk = new byte[64 << 10];
            if (announced)
                context.Response.ContentLength64 = 1L << 40;
            else
                context.Response.SendChunked = true;
            for (var i = 0; i < 10_000; i++)
                await context.Response.OutputStream.WriteAsync(chunk);
        });
        using var connection = node.Connect(new RpcConnectionOptions { MaxResponseBytes = 100_000 });
        await Assert.ThrowsAsync<RpcResponseTooLargeException>(() => connection.SendAsync(Read));
        Assert.Equal(1, node.Requests);
    }

    [Theory]
    [InlineData(503, 4)]
    [InlineData(429, 4)]
    [InlineData(401, 1)]
    [InlineData(404, 1)]
    public async Task Send_WithAnHttpRefusal_IsRepeatedOnlyIfItMayPass(int status, int attempts)
    {
        await using var node = ScriptedNode.Always("<html>no</html>", status);
        using var connection = node.Connect();
        var fault = await Assert.ThrowsAsync<RpcTransportException>(() => connection.SendAsync(Read));
        Assert.Equal((HttpStatusCode)status, fault.Status);
        Assert.Equal(attempts, node.Requests);
    }

    [Fact]
    public async Task Send_WithAnErrorUnderAnHttpErrorStatus_IsTheNodesError()
    {
        await using var node = ScriptedNode.Always("""{"jsonrpc":"2.0","id":$ID,"error":{"code":-32601,"message":"no such method"}}""", 400);
        using var connection = node.Connect();
        var fault = await Assert.ThrowsAsync<RpcException>(async () => _ = (await connection.SendAsync(Read)).Result);
        Assert.Equal(-32601, fault.Code);
    }

    [Fact]
    public async Task Send_AfterTransientFaults_Succeeds()
    {
        var count = 0;
        await using var node = new ScriptedNode((request, context) => ++count <= 2
            ? ScriptedNode.ReplyAsync(context, "busy", 503)
            : ScriptedNode.ReplyAsync(context, ScriptedNode.Fill("""{"jsonrpc":"2.0","id":$ID,"result":1}""", request)));
        using var connection = node.Connect();
        Assert.Equal(1, (await connection.SendAsync(Read)).Result.GetInt32());
        Assert.Equal(3, count);
    }

    [Theory]
    [InlineData("evm_mine")]
    [InlineData("eth_sendTransaction")]
    [InlineData("anvil_setBalance")]
    public async Task Send_OfWhatChangesTheChain_IsNotRepeated(string method)
    {
        await using var node = ScriptedNode.Always("busy", 503);
        using var connection = node.Connect();
        await Assert.ThrowsAsync<RpcTransportException>(() => connection.SendAsync(new RpcCall(method)));
        Assert.Equal(1, node.Requests);
    }

    [Fact]
    public async Task Send_ToASlowNode_EndsAtTheLimit()
    {
        await using var node = new ScriptedNode((_, _) => new TaskCompletionSource().Task);
        using var connection = node.Connect(new RpcConnectionOptions { Timeout = TimeSpan.FromMilliseconds(200), Retries = 0 });
        var since = Stopwatch.GetTimestamp();
        await Assert.ThrowsAsync<RpcTimeoutException>(() => connection.SendAsync(Read));
        Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Send_ToANodeThatDripsItsAnswer_EndsAtTheLimit()
    {
        await using var node = new ScriptedNode(async (_, context) =>
        {
            context.Response.SendChunked = true;
            while (true)
            {
                await context.Response.OutputStream.WriteAsync(" "u8.ToArray());
                await context.Response.OutputStream.FlushAsync();
                await Task.Delay(20);
            }
        });
        using var connection = node.Connect(new RpcConnectionOptions { Timeout = TimeSpan.FromMilliseconds(300), Retries = 0 });
        await Assert.ThrowsAsync<RpcTimeoutException>(() => connection.SendAsync(Read));
    }

    [Fact]
    public async Task Send_WhenCancelled_IsCancelledAndNotATimeout()
    {
        await using var node = new ScriptedNode((_, _) => new TaskCompletionSource().Task);
        using var connection = node.Connect();
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connection.SendAsync(Read, cancel.Token));
    }

    [Fact]
    public async Task Send_WhenTheAnswerBreaksOff_IsATransportFault()
    {
        await using var node = new ScriptedNode(async (_, context) =>
        {
            context.Response.ContentLength64 = 1000;
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes("{\"id\":1"));
            await context.Response.OutputStream.FlushAsync();
            context.Response.Abort();
        });
        using var connection = node.Connect();
        await Assert.ThrowsAsync<RpcTransportException>(() => connection.SendAsync(Read));
    }

    [Fact]
    public async Task Faults_OfAnEndpointWithSecrets_DoNotTellThem()
    {
        using var connection = new RpcHttpConnection(
            RpcEndpoint.Parse("http://user:hunter2@127.0.0.1:1/v3/s3cr3t?key=t0ken"),
            new RpcConnectionOptions { Retries = 1, RetryDelay = TimeSpan.FromMilliseconds(1) },
            TimeProvider.System);
        var fault = await Assert.ThrowsAsync<RpcTransportException>(() => connection.SendAsync(Read));
        Assert.Contains("127.0.0.1:1", fault.Message);
        foreach (var secret in (string[])["hunter2", "s3cr3t", "t0ken", "user:"])
            Assert.DoesNotContain(secret, fault.ToString());
    }

    [Fact]
    public async Task Credentials_InTheUrl_AreSentAsBasicAuthentication()
    {
        await using var node = ScriptedNode.Always("""{"jsonrpc":"2.0","id":$ID,"result":1}""");
        using var connection = new RpcHttpConnection(
            RpcEndpoint.Parse($"http://me:p%40ss@127.0.0.1:{node.Port}"), new RpcConnectionOptions(), TimeProvider.System);
        await connection.SendAsync(Read);
        Assert.Equal("Basic " + Convert.ToBase64String("me:p@ss"u8), node.Authorization);
    }

    [Fact]
    public async Task Redirects_AreNotFollowed()
    {
        await using var node = new ScriptedNode((_, context) =>
        {
            context.Response.RedirectLocation = "http://127.0.0.1:1/";
            return ScriptedNode.ReplyAsync(context, "", 302);
        });
        using var connection = node.Connect();
        var fault = await Assert.ThrowsAsync<RpcTransportException>(() => connection.SendAsync(Read));
        Assert.Equal(HttpStatusCode.Redirect, fault.Status);
    }

    [Fact]
    public async Task Batch_WithPermutedAnswersAndErrorsInside_ComesInTheOrderOfTheCalls()
    {
        await using var node = new ScriptedNode((request, context) =>
        {
            var items = request.EnumerateArray().Reverse().Select(call => ScriptedNode.Fill(
                call.GetProperty("method").GetString() == "bad"
                    ? """{"jsonrpc":"2.0","id":$ID,"error":{"code":3,"message":"execution reverted","data":"0x0102"}}"""
                    : """{"jsonrpc":"2.0","id":$ID,"result":"ok"}""".Replace("ok", call.GetProperty("method").GetString()),
                call));
            return ScriptedNode.ReplyAsync(context, "[" + string.Join(',', items) + "]");
        });
        using var connection = node.Connect(new RpcConnectionOptions { MaxBatch = 2 });
        var replies = await connection.SendBatchAsync([new RpcCall("a"), new RpcCall("bad"), new RpcCall("c")]);
        Assert.Equal(2, node.Requests);
        Assert.Equal("a", replies[0].Result.GetString());
        Assert.Equal(new byte[] { 1, 2 }, replies[1].Error!.RevertData!.Value.ToArray());
        Assert.Equal("c", replies[2].Result.GetString());
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 7)]
    [InlineData(1, -1)]
    public async Task Batch_WithIdsThatWereNotAskedOrAskedOnce_IsAProtocolFault(int first, int second)
    {
        await using var node = new ScriptedNode((request, context) =>
        {
            var start = request[0].GetProperty("id").GetInt64() - 1;
            var items = ((int[])[first, second]).Select(id => $$"""{"jsonrpc":"2.0","id":{{start + id}},"result":1}""");
            return ScriptedNode.ReplyAsync(context, "[" + string.Join(',', items) + "]");
        });
        using var connection = node.Connect();
        await Assert.ThrowsAsync<RpcProtocolException>(() => connection.SendBatchAsync([Read, Read]));
    }

    [Fact]
    public async Task Batch_WithAnAnswerMissing_IsAProtocolFault()
    {
        await using var node = new ScriptedNode((request, context) =>
            ScriptedNode.ReplyAsync(context, "[" + ScriptedNode.Fill("""{"jsonrpc":"2.0","id":$ID,"result":1}""", request[0]) + "]"));
        using var connection = node.Connect();
        await Assert.ThrowsAsync<RpcProtocolException>(() => connection.SendBatchAsync([Read, Read]));
    }

    [Fact]
    public async Task Batch_RefusedAsAWhole_IsThatErrorForEach()
    {
        await using var node = ScriptedNode.Always("""{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"no batches"}}""");
        using var connection = node.Connect();
        var replies = await connection.SendBatchAsync([Read, Read]);
        Assert.All(replies, reply => Assert.Equal(-32600, reply.Error!.Code));
    }

    [Theory]
    [InlineData("\"0x08c379a0\"")]
    [InlineData("\"Reverted 0x08c379a0\"")]
    [InlineData("{\"data\":\"0x08c379a0\",\"message\":\"x\"}")]
    [InlineData("{\"message\":\"x\",\"txHash\":\"0x11\",\"data\":{\"data\":\"0x08c379a0\"}}")]
    [InlineData("{\"originalError\":{\"code\":3,\"data\":\"0x08c379a0\"}}")]
    [InlineData("{\"0xabcd\":{\"error\":\"revert\",\"return\":\"0x08c379a0\"},\"stack\":\"...\"}")]
    public void Error_WithRevertDataInAnyShape_YieldsIt(string data)
    {
        var error = RpcError.Read(JsonElement.Parse($$"""{"code":3,"message":"execution reverted","data":{{data}}}"""));
        Assert.Equal("08C379A0", Convert.ToHexString(error.RevertData!.Value.Span));
        Assert.True(error.IsRevert);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("\"Reverted\"")]
    [InlineData("\"0x123\"")]
    [InlineData("{\"data\":{\"data\":{\"data\":{\"data\":{\"data\":{\"data\":\"0x01\"}}}}}}")]
    public void Error_WithOtherData_HasNone(string data) =>
        Assert.Null(RpcError.Read(JsonElement.Parse($$"""{"code":-32000,"message":"x","data":{{data}}}""")).RevertData);

    [Fact]
    public void Error_WithALongHostileMessage_IsCutAndPrintable()
    {
        var error = RpcError.Read(JsonElement.Parse($$"""{"code":1,"message":"\u001b[31m{{new string('a', 10_000)}}"}"""));
        Assert.Equal(500, error.Message.Length);
        Assert.DoesNotContain('\u001b', error.Message);
    }
}
