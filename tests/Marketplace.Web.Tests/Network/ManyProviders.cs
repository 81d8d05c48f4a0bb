using System.Buffers.Binary;
using System.Text.Json.Nodes;
using Marketplace.Chain.Registry;
using Marketplace.Chain.Tests.Markets;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Web.Tests.Network;

/// <summary>Fills a market with providers that exist on its chain alone: registered in many regions, each with an offer of its own price.</summary>
static class ManyProviders
{
    const int AtOnce = 250;

    static readonly string[] Places = ["AR", "AT", "AU", "BE", "BR", "CA", "CH", "CL", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HK", "IE", "IN", "IT", "JP", "KE", "MX", "NL", "NO", "NZ", "PL", "PT", "RO", "SE", "SG", "UA", "US", "ZA"];

    /// <summary>A chain that takes as much into a block as it is given.</summary>
    public static async Task<MarketFixture> StartAsync(int count)
    {
        var chain = await MarketFixture.StartAsync("--disable-block-gas-limit");
        await AskAsync(chain, [new("anvil_autoImpersonateAccount", JsonValue.Create(true)), new("evm_setAutomine", JsonValue.Create(false))]);
        var owners = Enumerable.Range(1, count).Select(number => (Number: number, Owner: OwnerOf(number))).ToList();
        foreach (var some in owners.Chunk(AtOnce))
        {
            await AskAsync(chain, [.. some.Select(one => new RpcCall("anvil_setBalance", JsonValue.Create(one.Owner.ToString()), JsonValue.Create("0xde0b6b3a7640000")))]);
            await AskAsync(chain, [.. some.Select(one => Send(one.Owner, chain.Market.Registry.Register(ParticularsOf(one.Number))))]);
            await chain.MineAsync();
            await AskAsync(chain, [.. some.Select(one => Send(one.Owner, chain.Market.Listings.Publish(MarketFixture.Terms with
            {
                Price = new TokenAmount((UInt128)(1_000_000_000_000_000ul * (ulong)(1 + one.Number * 7919 % count))), Available = new GiB((ulong)(one.Number % 500 + 1)),
            })))]);
            await chain.MineAsync();
        }
        await AskAsync(chain, [new("evm_setAutomine", JsonValue.Create(true))]);
        Assert.Equal((ulong)count, await chain.Market.Listings.CountAsync());
        return chain;
    }

    public static Address OwnerOf(int number)
    {
        var bytes = new byte[Address.Size];
        bytes[0] = 0xaa;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(Address.Size - sizeof(int)), number);
        return new Address(bytes);
    }

    static ProviderParticulars ParticularsOf(int number) =>
        new(OwnerOf(number), $"https://127.0.0.1:{1 + number % 1000}", Keccak256.Hash($"tls {number}"), Places[number % Places.Length]);

    static RpcCall Send(Address from, TransactionRequest request) => new("eth_sendTransaction", new JsonObject
    {
        ["from"] = from.ToString(), ["to"] = request.To.ToString(), ["data"] = RpcParameters.Bytes(request.Data.Span), ["gas"] = "0x7a1200",
    });

    static async Task AskAsync(MarketFixture chain, IReadOnlyList<RpcCall> calls)
    {
        foreach (var reply in await chain.Market.Client.SendBatchAsync(calls))
            _ = reply.Result;
    }
}
