using System.Numerics;
using System.Text.Json.Nodes;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Tests.Abi;

namespace Marketplace.Ethereum.Tests.Ethers;

/// <summary>One conversation with ethers, shared by the tests: it checks our cases and sends its own.</summary>
public sealed class EthersFixture : IAsyncLifetime
{
    const int Count = 2000;
    const int Seed = 20260101;

    /// <summary>What ethers says of our cases: <c>checked</c> and <c>failures</c>; and <c>cases</c>, its own.</summary>
    public JsonObject Answer { get; private set; } = [];

    /// <summary>How many cases were sent.</summary>
    public int Sent { get; private set; }

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var cases = Cases(new Random(Seed));
        Sent = cases.Sum(kind => kind.Value!.AsArray().Count);
        Answer = await EthersProcess.RunAsync(new JsonObject { ["seed"] = Seed, ["count"] = Count, ["cases"] = cases }, limit.Token);
    }

    /// <inheritdoc/>
    public Task DisposeAsync() => Task.CompletedTask;

    static JsonObject Cases(Random random) => new()
    {
        ["abi"] = Many(Count, () => Abi(random)),
        ["rlp"] = Many(Count, () => EthersCases.Rlp(RlpItem(random, 4))),
        ["signatures"] = Many(Count / 4, () => EthersCases.Signature(Key(random), new Hash256(Take(random, 32)))),
        ["personal"] = Many(Count / 4, () => EthersCases.Personal(Text(random))),
        ["typed"] = Many(Count / 4, () => EthersCases.Typed(Domain(random), Order(random), Key(random))),
        ["transactions"] = Many(Count / 4, () => EthersCases.Transaction(Transaction(random), Key(random))),
    };

    static JsonArray Many(int count, Func<JsonNode> make) => new([.. Enumerable.Range(0, count).Select(_ => make())]);

    static JsonObject Abi(Random random)
    {
        AbiCase[] types = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => AbiCases.RandomType(random, 3))];
        return EthersCases.Abi(types, [.. types.Select(type => AbiCases.RandomValue(random, type))]);
    }

    static JsonNode RlpItem(Random random, int depth) => depth > 0 && random.Next(3) > 0
        ? Many(random.Next(5), () => RlpItem(random, depth - 1))
        : Value(random, random.Next(4) == 0 ? "bytes1" : "bytes");

    static JsonObject Domain(Random random)
    {
        var domain = new JsonObject();
        AddSometimes("name", "string");
        AddSometimes("version", "string");
        AddSometimes("chainId", "uint256");
        AddSometimes("verifyingContract", "address");
        AddSometimes("salt", "bytes32");
        return domain;

        void AddSometimes(string name, string type)
        {
            if (random.Next(2) == 0)
                domain[name] = Value(random, type);
        }
    }

    static JsonObject Order(Random random) => new()
    {
        ["id"] = Value(random, "uint256"), ["buyer"] = Value(random, "address"), ["note"] = Value(random, "string"), ["data"] = Value(random, "bytes"),
        ["tag"] = Value(random, "bytes4"), ["delta"] = Value(random, "int64"), ["rush"] = Value(random, "bool"), ["first"] = Item(random),
        ["items"] = Many(random.Next(4), () => Item(random)),
    };

    static JsonObject Item(Random random) => new()
    {
        ["kind"] = Value(random, "uint8"), ["hash"] = Value(random, "bytes32"), ["amounts"] = Value(random, "uint128[]"),
    };

    static JsonObject Transaction(Random random)
    {
        var priority = BigInteger.Parse((string)Value(random, "uint64")!);
        return new()
        {
            ["chainId"] = Value(random, "uint48"), ["nonce"] = random.Next(), ["maxPriorityFeePerGas"] = priority.ToString(),
            ["maxFeePerGas"] = (priority + random.Next()).ToString(), ["gasLimit"] = Value(random, "uint56"),
            ["to"] = random.Next(5) > 0 ? Value(random, "address") : null, ["value"] = Value(random, "uint96"), ["data"] = Value(random, "bytes"),
            ["accessList"] = Many(random.Next(3), () => new JsonObject { ["address"] = Value(random, "address"), ["storageKeys"] = Value(random, "bytes32[]") }),
        };
    }

    static JsonNode Value(Random random, string type) => AbiCases.Json(AbiCases.RandomValue(random, AbiCases.ParseType(type)));

    static string Text(Random random) => (string)Value(random, "string")!;

    /// <summary>A random key is out of range only once in 2^128.</summary>
    static byte[] Key(Random random) => Take(random, 32);

    static byte[] Take(Random random, int size)
    {
        var bytes = new byte[size];
        random.NextBytes(bytes);
        return bytes;
    }
}
