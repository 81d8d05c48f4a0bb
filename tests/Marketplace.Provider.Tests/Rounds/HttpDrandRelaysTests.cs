using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Marketplace.Provider.Proving.Rounds;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Provider.Tests.Rounds;

public sealed class HttpDrandRelaysTests
{
    static readonly TestNetwork Network = TestNetwork.Load();
    static readonly TestRound Known = Network.Rounds[3];

    static async Task<RelayAnswer> AskAsync(LoopbackRelay relay, ulong round, TimeSpan? limit = null)
    {
        using var relays = Over(relay.Address, limit);
        return await relays.AskAsync(0, round, CancellationToken.None);
    }

    static HttpDrandRelays Over(Uri relay, TimeSpan? limit = null) => new(
        new DrandRelayOptions { Relays = [relay], ChainHash = Network.PathHash, TimeLimit = limit ?? TimeSpan.FromSeconds(30) }, TimeProvider.System);

    static void IsUseless(RelayAnswer answer, string why) => Assert.Equal(why, Assert.IsType<RelayAnswer.Useless>(answer).Why);

    [Fact]
    public async Task Round_ThatTheRelayHas_IsClaimed()
    {
        await using var relay = await LoopbackRelay.ServingAsync(Network);

        var answer = await AskAsync(relay, Known.Round);

        Assert.Equal(Known.ToBytes(), Assert.IsType<RelayAnswer.Claimed>(answer).Signature);
        Assert.Equal($"/{Network.PathHash}/public/{Known.Round}", relay.LastPath);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/drand/mirror")]
    [InlineData("/drand/mirror/")]
    public async Task BaseAddress_WithAPath_IsKept(string path)
    {
        await using var relay = await LoopbackRelay.ServingAsync(Network);
        using var relays = Over(new Uri(relay.Address, path));

        Assert.IsType<RelayAnswer.Claimed>(await relays.AskAsync(0, Known.Round, CancellationToken.None));

        Assert.Equal($"{path.TrimEnd('/')}/{Network.PathHash}/public/{Known.Round}", relay.LastPath);
        Assert.Equal(relay.Address.Authority, relays.NameOf(0));
    }

    [Theory]
    [InlineData(425)]
    [InlineData(404)]
    public async Task Round_ThatTheRelayDoesNotHave_IsMissing(int status)
    {
        await using var relay = await LoopbackRelay.StartAsync((context, _) =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        Assert.IsType<RelayAnswer.Missing>(await AskAsync(relay, Known.Round));
    }

    [Theory]
    [InlineData(204)]
    [InlineData(403)]
    [InlineData(429)]
    [InlineData(500)]
    public async Task Status_OfNoAnswer_IsUseless(int status)
    {
        await using var relay = await LoopbackRelay.StartAsync((context, _) =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        IsUseless(await AskAsync(relay, Known.Round), $"it answered with status {status}");
    }

    [Fact]
    public async Task Redirect_IsNotFollowed()
    {
        await using var target = await LoopbackRelay.ServingAsync(Network);
        await using var relay = await LoopbackRelay.StartAsync((context, round) =>
        {
            context.Response.Redirect(new Uri(target.Address, $"/{Network.PathHash}/public/{round}").ToString());
            return Task.CompletedTask;
        });

        IsUseless(await AskAsync(relay, Known.Round), "it answered with status 302");
        Assert.Equal(0, target.Asked);
    }

    [Fact]
    public async Task Round_OtherThanAskedFor_IsUseless()
    {
        await using var relay = await LoopbackRelay.SayingAsync(LoopbackRelay.Body(Network.Rounds[4]));
        IsUseless(await AskAsync(relay, Known.Round), "it answered with another round");
    }

    [Fact]
    public async Task Relay_ThatNeverAnswers_IsGivenUpAfterItsTime()
    {
        await using var relay = await LoopbackRelay.StartAsync((context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted));
        var since = Stopwatch.GetTimestamp();

        IsUseless(await AskAsync(relay, Known.Round, TimeSpan.FromMilliseconds(300)), "it did not answer in time");

        Assert.InRange(Stopwatch.GetElapsedTime(since), TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Relay_ThatDripsItsAnswer_IsGivenUpAfterItsTime()
    {
        await using var relay = await LoopbackRelay.StartAsync(async (context, _) =>
        {
            while (true)
            {
                await context.Response.WriteAsync(" ", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(20, context.RequestAborted);
            }
        });
        IsUseless(await AskAsync(relay, Known.Round, TimeSpan.FromMilliseconds(300)), "it did not answer in time");
    }

    /// <summary>Over a bare socket, since a web server goes on taking what it can no longer send.</summary>
    [Fact]
    public async Task Body_WithoutEnd_IsReadNoFurtherThanItsLimit()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var sending = SendWithoutEndAsync(listener);
        using var relays = Over(new Uri($"http://{listener.LocalEndpoint}"));

        IsUseless(await relays.AskAsync(0, Known.Round, CancellationToken.None), "its answer is too long");

        // What fits into the buffers between the two, and no more.
        Assert.InRange(await sending.WaitAsync(TimeSpan.FromSeconds(60)), 4097, 32 << 20);
    }

    /// <summary>Returns how much it could send before the other side hung up.</summary>
    static async Task<long> SendWithoutEndAsync(TcpListener listener)
    {
        using var socket = await listener.AcceptSocketAsync();
        await socket.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"u8.ToArray());
        var spaces = Encoding.ASCII.GetBytes(new string(' ', 65_536));
        var sent = 0L;
        try
        {
            while (true)
                sent += await socket.SendAsync(spaces);
        }
        catch (SocketException)
        {
            return sent;
        }
    }

    [Fact]
    public async Task Body_OfExactlyTheLimit_IsRead()
    {
        await using var fits = await LoopbackRelay.SayingAsync(LoopbackRelay.Body(Known).PadRight(4096));
        await using var exceeds = await LoopbackRelay.SayingAsync(LoopbackRelay.Body(Known).PadRight(4097));

        Assert.IsType<RelayAnswer.Claimed>(await AskAsync(fits, Known.Round));
        IsUseless(await AskAsync(exceeds, Known.Round), "its answer is too long");
    }

    [Fact]
    public async Task Headers_WithoutMeasure_AreUseless()
    {
        await using var relay = await LoopbackRelay.StartAsync((context, _) =>
        {
            for (var line = 0; line < 40; line++)
                context.Response.Headers[$"X-{line}"] = new string('x', 1_000);
            return context.Response.WriteAsync(LoopbackRelay.Body(Known));
        });
        IsUseless(await AskAsync(relay, Known.Round), "the connection failed");
    }

    [Fact]
    public async Task Answer_CutOff_IsUseless()
    {
        await using var relay = await LoopbackRelay.StartAsync(async (context, _) =>
        {
            context.Response.ContentLength = 300;
            await context.Response.WriteAsync("{\"round\":");
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
        IsUseless(await AskAsync(relay, Known.Round), "the connection failed");
    }

    [Fact]
    public async Task Relay_ThatIsNotThere_IsUseless()
    {
        var relay = await LoopbackRelay.ServingAsync(Network);
        var gone = relay.Address;
        await relay.DisposeAsync();
        using var relays = Over(gone);
        IsUseless(await relays.AskAsync(0, Known.Round, CancellationToken.None), "the connection failed");
    }

    [Fact]
    public async Task Cancellation_IsNoAnswer()
    {
        await using var relay = await LoopbackRelay.StartAsync((context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted));
        using var relays = Over(relay.Address);
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => relays.AskAsync(0, Known.Round, stop.Token));
    }

    public static TheoryData<string, string> OddBodies()
    {
        var (round, signature) = (Known.Round, Known.Signature[2..]);
        return new()
        {
            { "", "its answer is no JSON" },
            { "null", "its answer is no round" },
            { "[]", "its answer is no round" },
            { "7", "its answer is no round" },
            { "{}", "its answer is no round" },
            { $$"""{"round":{{round}}}""", "its answer is no round" },
            { $$"""{"signature":"{{signature}}"}""", "its answer is no round" },
            { $$"""{"round":"{{round}}","signature":"{{signature}}"}""", "its answer is no round" },
            { $$"""{"round":{{round}},"signature":7}""", "its answer is no round" },
            { $$"""{"round":{{round}},"signature":null}""", "its answer is no round" },
            { $$"""{"round":-{{round}},"signature":"{{signature}}"}""", "it answered with another round" },
            { $$"""{"round":{{round}}.5,"signature":"{{signature}}"}""", "it answered with another round" },
            { $$"""{"round":1e400,"signature":"{{signature}}"}""", "it answered with another round" },
            { $$"""{"round":18446744073709551616,"signature":"{{signature}}"}""", "it answered with another round" },
            { $$"""{"round":{{round}},"round":{{round}},"signature":"{{signature}}"}""", "its answer is no JSON" },
            { $$"""{"round":{{round}},"signature":"{{signature}}"} {}""", "its answer is no JSON" },
            { $$"""{"round":{{round}},"a":[[[[[[]]]]]],"signature":"{{signature}}"}""", "its answer is no JSON" },
            { $$"""{"round":{{round}},"signature":"\ud800"}""", "its answer is no JSON" },
            { $$"""{"round":{{round}},"signature":""}""", "its signature is not 64 bytes" },
            { $$"""{"round":{{round}},"signature":"{{signature[..^2]}}"}""", "its signature is not 64 bytes" },
            { $$"""{"round":{{round}},"signature":"{{signature}}00"}""", "its signature is not 64 bytes" },
            { $$"""{"round":{{round}},"signature":"0x{{signature[2..]}}"}""", "its signature is not 64 bytes" },
            { $$"""{"round":{{round}},"signature":"{{signature[..^1]}} "}""", "its signature is not 64 bytes" },
            { $$"""{"round":{{round}},"signature":"{{signature[..^1]}}\uff11"}""", "its signature is not 64 bytes" },
        };
    }

    [Theory]
    [MemberData(nameof(OddBodies))]
    public void Body_ThatIsOdd_IsUseless(string body, string why) => IsUseless(HttpDrandRelays.Read(Encoding.UTF8.GetBytes(body), Known.Round), why);

    [Fact]
    public void Body_OfAnyBytes_IsReadWithoutAFault() =>
        Prop.ForAll<byte[]>(body => HttpDrandRelays.Read(body, Known.Round) is RelayAnswer.Useless).QuickCheckThrowOnFailure();

    [Fact]
    public void Body_WithAnyByteChanged_IsUselessOrClaimsSixtyFourBytes() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<byte>(), Gen.Choose(0, LoopbackRelay.Body(Known).Length - 1).ToArbitrary(),
            (value, place) =>
            {
                var body = Encoding.ASCII.GetBytes(LoopbackRelay.Body(Known));
                body[place] = value;
                return HttpDrandRelays.Read(body, Known.Round) is RelayAnswer.Useless or RelayAnswer.Claimed { Signature.Length: 64 };
            }).QuickCheckThrowOnFailure();
}
