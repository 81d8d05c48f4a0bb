using System.Text.Json.Nodes;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Ethereum.JsonRpc;

/// <summary>Writes parameters of Ethereum's JSON-RPC.</summary>
public static class RpcParameters
{
    /// <summary><c>0x</c> and hex digits without leading zeros.</summary>
    public static JsonNode Quantity(ulong value) => JsonValue.Create($"0x{value:x}");

    /// <inheritdoc cref="Quantity(ulong)"/>
    public static JsonNode Quantity(Wei value) => JsonValue.Create($"0x{value.Value:x}");

    /// <summary><c>0x</c> and two hex digits for each byte.</summary>
    public static JsonNode Bytes(ReadOnlySpan<byte> value) => JsonValue.Create("0x" + Convert.ToHexStringLower(value));

    /// <summary>The tag's name or number, or EIP-1898's object for a hash.</summary>
    public static JsonNode Block(BlockTag tag) =>
        tag.Hash is { } hash
            ? new JsonObject { ["blockHash"] = hash.ToString(), ["requireCanonical"] = true }
            : JsonValue.Create(tag.ToString());

    internal static JsonObject Call(TransactionRequest request)
    {
        var call = new JsonObject();
        if (request.From is { } from)
            call["from"] = from.ToString();
        if (request.To is { } to)
            call["to"] = to.ToString();
        if (!request.Data.IsEmpty)
            call["data"] = Bytes(request.Data.Span);
        if (request.Value != Wei.Zero)
            call["value"] = Quantity(request.Value);
        if (request.GasLimit is { } gas)
            call["gas"] = Quantity(gas);
        if (request.AccessList.Count > 0)
            call["accessList"] = AccessList(request.AccessList);
        return call;
    }

    internal static JsonObject Override(StateOverride pretended) =>
        new() { [pretended.Account.ToString()] = new JsonObject { ["code"] = Bytes(pretended.Code.Span) } };

    internal static JsonObject Filter(LogFilter filter)
    {
        var json = new JsonObject();
        if (filter.BlockHash is { } hash)
            json["blockHash"] = hash.ToString();
        else
            (json["fromBlock"], json["toBlock"]) = (Quantity(filter.FromBlock), Quantity(filter.ToBlock));
        if (filter.Addresses.Count > 0)
            json["address"] = Texts(filter.Addresses);
        if (filter.Topics.Count > 0)
            json["topics"] = new JsonArray([.. filter.Topics.Select(values => values is { Count: > 0 } ? Texts(values) : null)]);
        return json;
    }

    static JsonArray AccessList(IEnumerable<AccessListEntry> entries) => new(
    [
        .. entries.Select(entry => new JsonObject { ["address"] = entry.Address.ToString(), ["storageKeys"] = Texts(entry.StorageKeys) }),
    ]);

    static JsonArray Texts<T>(IEnumerable<T> values) where T : struct =>
        new([.. values.Select(value => JsonValue.Create(value.ToString()))]);
}
