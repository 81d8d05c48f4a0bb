using Marketplace.Client.Transport;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;
using Marketplace.Protocol.Transfer;

namespace Marketplace.Client.Tests.Transport;

public sealed class HttpProviderTransportTests
{
    static readonly MarketDomain Domain = new(31337, Address.Zero, Address.Zero);
    static readonly PrivateKey Key = new(Enumerable.Repeat((byte)5, 32).ToArray());
    static readonly AgreementId Agreement = new(7);
    static readonly Hash256 Root = new(Enumerable.Repeat((byte)3, 32).ToArray());
    static readonly TransportOptions Options = new()
    {
        StallTimeout = TimeSpan.FromSeconds(2), CallTimeout = TimeSpan.FromSeconds(6), ConnectTimeout = TimeSpan.FromSeconds(10),
    };

    static async Task<T> With<T>(Func<string, Stream, CancellationToken, Task> answer, Func<HttpProviderTransport, ProviderEndpoint,
        Task<T>> use, Hash256? pin = null)
    {
        await using var server = new FaultyHttpsServer(answer);
        using var transport = new HttpProviderTransport(Domain, Key, Options, TimeProvider.System);
        return await use(transport, ProviderEndpoint.TryCreate(Address.Zero, Address.Zero, server.Url, pin ?? server.TlsKeyHash)!);
    }

    static Task<Answer<RevisionMessage>> GetRevision(Func<string, Stream, CancellationToken, Task> answer, Hash256? pin = null) =>
        With(answer, (transport, endpoint) => transport.Open(endpoint, Agreement).GetRevisionAsync(default), pin);

    static readonly string Revision = $$"""{"number":"0","dataRoot":"{{Hash256.Zero}}","weight":"0","signature":null,"countersignature":null}""";

    [Fact]
    public async Task Call_ToTheRegisteredKey_IsAnsweredAndCarriesASession()
    {
        var head = "";
        var answer = await GetRevision((request, stream, token) =>
        {
            head = request;
            return FaultyHttpsServer.WriteJsonAsync(stream, 200, Revision, token);
        });
        Assert.True(answer.TryGet(out var revision, out _));
        Assert.Equal(0ul, revision.Number);
        Assert.StartsWith("GET /v1/agreements/7/revision HTTP/1.1\r\n", head);
        var header = head.Split("\r\n").Single(line => line.StartsWith("Authorization: "))["Authorization: ".Length..];
        Assert.True(SessionToken.TryParseHeader(header, out var session));
        Assert.True(session.IsGoodFor(Domain, Address.Zero, Key.Address, DateTimeOffset.UtcNow));
    }

    [Fact]
    public async Task Call_ToAnotherKey_SendsNothing()
    {
        var asked = false;
        var answer = await GetRevision(
            (_, _, _) =>
            {
                asked = true;
                return Task.CompletedTask;
            },
            pin: Root);
        Assert.Equal(FailureKind.WrongKey, answer.Failure!.Kind);
        Assert.False(asked);
    }

    [Fact]
    public async Task Refusal_WithACode_IsAValue()
    {
        var answer = await GetRevision((_, stream, token) =>
            FaultyHttpsServer.WriteJsonAsync(stream, 409, """{"code":"quota-exceeded","message":"Full.\u001b[31m","current":null}""", token));
        Assert.Equal((FailureKind.Refused, RefusalCode.QuotaExceeded, "Full.?[31m"),
            (answer.Failure!.Kind, answer.Failure.Code, answer.Failure.Message));
        Assert.False(answer.Failure.IsUncertain);
    }

    [Fact]
    public async Task Refusal_WithoutAMessage_IsUncertain()
    {
        var answer = await GetRevision((_, stream, token) => FaultyHttpsServer.WriteJsonAsync(stream, 502, "<html>", token));
        Assert.Equal(FailureKind.Refused, answer.Failure!.Kind);
        Assert.True(answer.Failure.IsUncertain);
    }

    [Fact]
    public async Task Answer_ThatStops_IsAStall()
    {
        var answer = await GetRevision(async (_, stream, token) =>
        {
            await FaultyHttpsServer.WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"num", token);
            await Task.Delay(Timeout.Infinite, token);
        });
        Assert.Equal(FailureKind.Stalled, answer.Failure!.Kind);
    }

    [Fact]
    public async Task Answer_ThatNeverComes_IsAStall() =>
        Assert.Equal(FailureKind.Stalled, (await GetRevision((_, _, token) => Task.Delay(Timeout.Infinite, token))).Failure!.Kind);

    [Fact]
    public async Task Answer_ThatTricklesOnAndOn_IsAStall()
    {
        var answer = await GetRevision(async (_, stream, token) =>
        {
            await FaultyHttpsServer.WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", token);
            while (true)
            {
                await FaultyHttpsServer.WriteAsync(stream, " ", token);
                await Task.Delay(50, token);
            }
        });
        Assert.Equal(FailureKind.Stalled, answer.Failure!.Kind);
    }

    [Fact]
    public async Task Answer_ThatIsCutOff_IsUnreachable()
    {
        var answer = await GetRevision(async (_, stream, token) =>
        {
            await FaultyHttpsServer.WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"num", token);
            throw new IOException("cut");
        });
        Assert.Equal(FailureKind.Unreachable, answer.Failure!.Kind);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("")]
    public async Task Answer_ThatIsNoMessage_IsALie(string json) =>
        Assert.Equal(FailureKind.Lied,
            (await GetRevision((_, stream, token) => FaultyHttpsServer.WriteJsonAsync(stream, 200, json, token))).Failure!.Kind);

    [Fact]
    public async Task Answer_WithoutEnd_IsCutAtItsBound()
    {
        var answer = await GetRevision(async (_, stream, token) =>
        {
            await FaultyHttpsServer.WriteAsync(stream, "HTTP/1.1 200 OK\r\n\r\n", token);
            var filler = new byte[64 << 10];
            while (true)
                await stream.WriteAsync(filler, token);
        });
        Assert.Equal(FailureKind.Lied, answer.Failure!.Kind);
    }

    [Fact]
    public async Task Redirect_IsNotFollowed()
    {
        var answer = await GetRevision((_, stream, token) =>
            FaultyHttpsServer.WriteAsync(
                stream, "HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", token));
        Assert.Equal(FailureKind.Refused, answer.Failure!.Kind);
    }

    [Fact]
    public async Task Leaves_AreReadWithTheirProof()
    {
        var leaves = new byte[2048];
        var answer = await With(
            async (head, stream, token) =>
            {
                Assert.Contains($"/fragments/{new string('0', 0)}{Convert.ToHexStringLower(Root.ToArray())}?first=5&count=2 ", head);
                var body = new byte[RangeAnswer.HeaderSize(1) + 2048];
                RangeAnswer.WriteHeader(body, [Root]);
                body.AsSpan(RangeAnswer.HeaderSize(1)).Fill(9);
                await FaultyHttpsServer.WriteAsync(stream, $"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n", token);
                await stream.WriteAsync(body, token);
            },
            (transport, endpoint) => transport.Open(endpoint, Agreement).ReadLeavesAsync(Root, 5, leaves, default));
        Assert.True(answer.TryGet(out var hashes, out _));
        Assert.Equal([Root], hashes);
        Assert.All(leaves, b => Assert.Equal(9, b));
    }

    [Fact]
    public async Task Results_ForOtherFragments_AreALie()
    {
        var answer = await With(
            (_, stream, token) => FaultyHttpsServer.WriteJsonAsync(stream, 200, $$"""{"results":[{"root":"{{Hash256.Zero}}","result":"stored"}]}""", token),
            (transport, endpoint) => transport.Open(endpoint, Agreement).StoreAsync([new OutgoingFragment(Root, new byte[1024])], default));
        Assert.Equal(FailureKind.Lied, answer.Failure!.Kind);
    }

    [Fact]
    public async Task Call_WhenNobodyListens_IsUnreachable()
    {
        using var transport = new HttpProviderTransport(Domain, Key, Options, TimeProvider.System);
        var endpoint = ProviderEndpoint.TryCreate(Address.Zero, Address.Zero, "https://127.0.0.1:1", Root)!;
        Assert.Equal(FailureKind.Unreachable, (await transport.Open(endpoint, Agreement).GetRevisionAsync(default)).Failure!.Kind);
        Assert.Equal(FailureKind.Unreachable, (await transport.ProbeAsync(endpoint, default)).Failure!.Kind);
    }

    [Fact]
    public async Task Call_CancelledByTheCaller_Throws()
    {
        using var cancel = new CancellationTokenSource(300);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => With(
            (_, _, token) => Task.Delay(Timeout.Infinite, token),
            (transport, endpoint) => transport.Open(endpoint, Agreement).GetRevisionAsync(cancel.Token)));
    }

    [Theory]
    [InlineData("https://a..b:1")]
    [InlineData("https://[::1]:0")]
    [InlineData("https://127.0.0.1:0")]
    [InlineData("https://-.invalid")]
    [InlineData("https://*.invalid:1")]
    [InlineData("https://a_b.invalid:1")]
    [InlineData("https://xn--a.invalid:1")]
    [InlineData("https://\u4f8b\u3048.invalid:1")]
    [InlineData("https://\ud800.invalid:1")]
    [InlineData("https://0x7f000001:1")]
    [InlineData("https://[fe80::1%25lo]:1")]
    [InlineData("https://a\0b:1")]
    public async Task Endpoint_ThatIsNoHost_IsRefusedOrUnreachable(string url)
    {
        using var transport = new HttpProviderTransport(Domain, Key, Options, TimeProvider.System);
        if (ProviderEndpoint.TryCreate(Address.Zero, Address.Zero, url, Root) is { } endpoint)
            Assert.Contains((await transport.ProbeAsync(endpoint, default)).Failure!.Kind, new[] { FailureKind.Unreachable, FailureKind.WrongKey });
    }

    [Fact]
    public async Task Endpoint_WithAnEndlessHost_IsRefusedOrUnreachable() =>
        await Endpoint_ThatIsNoHost_IsRefusedOrUnreachable($"https://{string.Join('.', Enumerable.Repeat(new string('a', 60), 20))}:1");

    [Theory]
    [InlineData("http://a:1")]
    [InlineData("https://user@a:1")]
    [InlineData("https://a:1/path")]
    [InlineData("https://a:1/?q")]
    [InlineData("ftp://a")]
    [InlineData("nonsense")]
    [InlineData("")]
    public void Endpoint_OfAnotherForm_IsRefused(string url) =>
        Assert.Null(ProviderEndpoint.TryCreate(Address.Zero, Address.Zero, url, Root));
}
