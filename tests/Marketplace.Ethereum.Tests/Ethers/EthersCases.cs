using System.Numerics;
using System.Text.Json.Nodes;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Rlp;
using Marketplace.Ethereum.Tests.Abi;
using Marketplace.Ethereum.Transactions;
using Marketplace.Ethereum.TypedData;

namespace Marketplace.Ethereum.Tests.Ethers;

/// <summary>
/// Cases in the form that travels between the two sides. Each method takes what was chosen and adds what the library makes of it, so that
/// the same method makes cases for ethers and says what ethers' own cases should hold.
/// </summary>
static class EthersCases
{
    public static JsonObject Abi(IReadOnlyList<AbiCase> types, IReadOnlyList<object> values) => new()
    {
        ["types"] = new JsonArray([.. types.Select(type => JsonValue.Create(type.ToString()))]),
        ["values"] = new JsonArray([.. values.Select(AbiCases.Json)]),
        ["data"] = Text(AbiCases.Encode(types, values)),
    };

    public static JsonObject Rlp(JsonNode value)
    {
        var writer = new RlpWriter();
        Write(writer, value);
        return new() { ["value"] = value, ["data"] = Text(writer.ToArray()) };
    }

    public static JsonObject Signature(byte[] secret, Hash256 digest)
    {
        using var key = new PrivateKey(secret);
        return new()
        {
            ["key"] = Text(secret), ["digest"] = digest.ToString(), ["address"] = key.Address.ToString(), ["signature"] = key.Sign(digest).ToString(),
        };
    }

    public static JsonObject Personal(string message) => new() { ["message"] = message, ["digest"] = PersonalMessage.Digest(message).ToString() };

    public static JsonObject Typed(JsonNode domain, JsonNode value, byte[] secret)
    {
        var digest = Eip712.Digest(Domain(domain), Order.Parse(value));
        var signed = Signature(secret, digest);
        return new()
        {
            ["domain"] = domain, ["value"] = value, ["key"] = Text(secret), ["digest"] = digest.ToString(), ["signature"] = (string)signed["signature"]!,
        };
    }

    public static JsonObject Transaction(JsonObject fields, byte[] secret)
    {
        using var key = new PrivateKey(secret);
        var unsigned = Read(fields);
        var signed = unsigned.WithSignature(key.Sign(unsigned.SigningHash()));
        fields["key"] = Text(secret);
        fields["raw"] = Text(signed.Raw.Span);
        fields["hash"] = signed.Hash.ToString();
        return fields;
    }

    public static BigInteger Number(JsonNode? json) => BigInteger.Parse((string)json!);

    public static byte[] Hex(JsonNode? json) => Convert.FromHexString(((string)json!).AsSpan(2));

    public static string Text(ReadOnlySpan<byte> bytes) => "0x" + Convert.ToHexStringLower(bytes);

    /// <summary>The items of an encoding, as ethers shows them.</summary>
    public static JsonNode ReadRlp(ref RlpReader reader)
    {
        if (!reader.IsList)
            return Text(reader.ReadBytes());
        var list = reader.ReadList();
        var items = new JsonArray();
        while (!list.IsAtEnd)
            items.Add(ReadRlp(ref list));
        return items;
    }

    static void Write(RlpWriter writer, JsonNode value)
    {
        if (value is not JsonArray items)
        {
            writer.Write(Hex(value));
            return;
        }
        writer.BeginList();
        foreach (var item in items)
            Write(writer, item!);
        writer.EndList();
    }

    static Eip712Domain Domain(JsonNode json) => new(
        (string?)json["name"], (string?)json["version"], json["chainId"] is { } chain ? Number(chain) : null,
        json["verifyingContract"] is { } contract ? Address.Parse((string)contract!) : null, json["salt"] is { } salt ? Hash256.Parse((string)salt!) : null);

    static Eip1559Transaction Read(JsonObject json) => new()
    {
        ChainId = (ulong)Number(json["chainId"]), Nonce = ulong.Parse(json["nonce"]!.ToJsonString()), MaxPriorityFeePerGas = Wei(json["maxPriorityFeePerGas"]),
        MaxFeePerGas = Wei(json["maxFeePerGas"]), GasLimit = (ulong)Number(json["gasLimit"]), To = json["to"] is { } to ? Address.Parse((string)to!) : null,
        Value = Wei(json["value"]), Data = Hex(json["data"]),
        AccessList = [.. json["accessList"]!.AsArray().Select(entry => new AccessListEntry(
            Address.Parse((string)entry!["address"]!), [.. entry["storageKeys"]!.AsArray().Select(key => Hash256.Parse((string)key!))]))],
    };

    static Wei Wei(JsonNode? json) => new((UInt128)Number(json));
}
