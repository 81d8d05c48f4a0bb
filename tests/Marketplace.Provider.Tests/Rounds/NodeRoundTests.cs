using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Marketplace.Chain.Contracts;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.Primitives;
using Marketplace.Provider.Tests.Node;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Provider.Tests.Rounds;

/// <summary>A whole node on a real chain whose market takes its seeds from a drand network that the test has the rounds of.</summary>
public sealed class NodeRoundTests : IAsyncLifetime
{
    static readonly TestNetwork Network = TestNetwork.Load();
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(400);

    /// <summary>Slow enough for a relay's time limit to pass long before the fallback.</summary>
    static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    readonly List<LoopbackRelay> relays = [];
    NodeFixture node = null!;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await node.DisposeAsync();
        foreach (var relay in relays)
            await relay.DisposeAsync();
    }

    async Task StartAsync(params Task<LoopbackRelay>[] starting)
    {
        foreach (var relay in starting)
            relays.Add(await relay);
        node = await NodeFixture.StartAsync(
            UseDrandAsync, settings => settings with { DrandRelays = [.. relays.Select(relay => relay.Address)], DrandChain = Network.PathHash });
        await node.RentAsync(30);
        await node.ProveNextAsync();
    }

    /// <summary>
    /// Puts a DrandBeacon in the place of the beacon that the market was wired to: its code with its constructor's values, on storage in which
    /// nothing is sealed yet.
    /// </summary>
    static async Task UseDrandAsync(NodeFixture node)
    {
        var deployment = node.Market.Deployment;
        var chain = new DrandChain(Network.ToKey(), (ulong)deployment.Genesis.ToUnixTimeSeconds(), Network.Period);
        var code = ContractBytecode.Load(typeof(DrandBeacon).Assembly, DrandBeacon.Name).Deploy(new DrandBeacon.Deployment(
            Parameters: deployment.MarketplaceParameters, AnchorDelay: 2, Chain: chain, Margin: Network.Margin,
            LivenessTimeout: (ulong)Timeout.TotalSeconds));
        var made = (await node.SendAsync(0, code)).ContractAddress!.Value;
        var runtime = await node.Market.Client.GetCodeAsync(made);
        await node.Market.Client.SendAsync(
            "anvil_setCode", [JsonValue.Create(deployment.RandomnessBeacon.ToString()), JsonValue.Create($"0x{Convert.ToHexStringLower(runtime)}")]);
    }

    async Task<Hash256> SeedOfRoundAsync(Epoch epoch)
    {
        var round = (await node.Market.Beacon.FindRoundAsync(epoch))!;
        var input = new byte[40];
        SHA256.HashData(Network.Find(round.Number)!.ToBytes().Span, input);
        BinaryPrimitives.WriteUInt64BigEndian(input.AsSpan(32), epoch.Value);
        return new Hash256(SHA256.HashData(input));
    }

    static Task<LoopbackRelay> LyingAsync() => LoopbackRelay.StartAsync((context, round) =>
        context.Response.WriteAsync(LoopbackRelay.Body(Network.Rounds[0] with { Round = round })));

    static Task<LoopbackRelay> SleepingAsync() =>
        LoopbackRelay.StartAsync((context, _) => Task.Delay(System.Threading.Timeout.Infinite, context.RequestAborted));

    static Task<LoopbackRelay> EndlessAsync() => LoopbackRelay.StartAsync(async (context, _) =>
    {
        var spaces = new byte[65_536];
        spaces.AsSpan().Fill((byte)' ');
        while (true)
            await context.Response.Body.WriteAsync(spaces, context.RequestAborted);
    });

    [Fact]
    public async Task Epoch_IsSealedByItsRound_ThoughOtherRelaysLieSleepOrNeverEnd()
    {
        await StartAsync(LyingAsync(), SleepingAsync(), EndlessAsync(), LoopbackRelay.ServingAsync(Network));
        var epoch = await node.GoToNextAsync();
        await node.UntilAsync(() => node.HasProvenAsync(epoch), $"The proof of epoch {epoch}", Step);

        var sealing = await node.Market.Beacon.GetAsync(epoch);
        Assert.Equal(await SeedOfRoundAsync(epoch), sealing.Seed);
        Assert.Equal(0UL, sealing.AnchorBlock);
        Assert.All(relays, relay => Assert.NotEqual(0, relay.Asked));
        foreach (var (relay, words) in relays.Zip((string[])["is not drand's", "did not answer in time", "is too long"]))
            Assert.Contains(node.LogText.Split('\n'), line => line.Contains(relay.Address.Authority, StringComparison.Ordinal) && line.Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Round_IsNotSealedBeforeItIsDue()
    {
        await StartAsync(LoopbackRelay.ServingAsync(Network));
        var epoch = await node.GoToNextAsync();
        await node.UntilAsync(() => node.HasProvenAsync(epoch), $"The proof of epoch {epoch}", Step);

        var round = (await node.Market.Beacon.FindRoundAsync(epoch))!;
        var sealedAt = (await node.Market.Beacon.GetAsync(epoch)).SealedAt!.Value;
        Assert.InRange(sealedAt, round.SignedAt, round.FallbackFrom - TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Epoch_WithoutAnyRelay_IsSealedFromABlockHashAfterTheTimeOut()
    {
        await StartAsync(LyingAsync());
        var epoch = await node.ProveNextAsync();

        var sealing = await node.Market.Beacon.GetAsync(epoch);
        Assert.NotEqual(0UL, sealing.AnchorBlock);
        Assert.NotEqual(await SeedOfRoundAsync(epoch), sealing.Seed);
        Assert.True(sealing.SealedAt >= node.Market.Clock.StartOf(epoch) + Timeout);
        Assert.Contains("a block's hash may take its place", node.LogText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Round_ThatComesBeforeTheFallbackHasSealed_IsPreferred()
    {
        var isBack = false;
        await StartAsync(LoopbackRelay.StartAsync((context, round) =>
        {
            if (Volatile.Read(ref isBack) && Network.Find(round) is { } known)
                return context.Response.WriteAsync(LoopbackRelay.Body(known));
            context.Response.StatusCode = 425;
            return Task.CompletedTask;
        }));
        var epoch = await node.GoToNextAsync();
        await node.UntilAsync(async () => (await node.Market.Beacon.GetAsync(epoch)).AnchorBlock != 0, "The fallback's opening");
        Volatile.Write(ref isBack, true);
        await node.UntilAsync(() => node.HasProvenAsync(epoch), $"The proof of epoch {epoch}");

        Assert.Equal(await SeedOfRoundAsync(epoch), (await node.Market.Beacon.GetAsync(epoch)).Seed);
    }
}
