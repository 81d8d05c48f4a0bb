using System.Numerics;
using System.Text.Json.Nodes;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.TypedData;

namespace Marketplace.Ethereum.Tests.Ethers;

/// <summary>The typed data that both sides sign; the same as <c>orderTypes</c> in ethers-vectors.mjs.</summary>
sealed record Order(
    BigInteger Id, Address Buyer, string Note, Bytes Data, Bytes Tag, BigInteger Delta, bool Rush, Item First, IReadOnlyList<Item> Items) : IEip712Struct<Order>
{
    public static string TypeText =>
        "Order(uint256 id,address buyer,string note,bytes data,bytes4 tag,int64 delta,bool rush,Item first,Item[] items)" + Item.TypeText;

    public void WriteMembers(Eip712Writer writer)
    {
        writer.WriteUInt256(Id);
        writer.WriteAddress(Buyer);
        writer.WriteString(Note);
        writer.WriteBytes(Data.Span);
        writer.WriteFixedBytes(Tag, 4);
        writer.WriteInt256(Delta, 64);
        writer.WriteBoolean(Rush);
        writer.WriteStruct(First);
        writer.WriteArray(Items, static (w, item) => w.WriteStruct(item));
    }

    public static Order Parse(JsonNode json) => new(
        EthersCases.Number(json["id"]), Address.Parse((string)json["buyer"]!), (string)json["note"]!, EthersCases.Hex(json["data"]), EthersCases.Hex(json["tag"]),
        EthersCases.Number(json["delta"]), (bool)json["rush"]!, Item.Parse(json["first"]!), [.. json["items"]!.AsArray().Select(item => Item.Parse(item!))]);
}

sealed record Item(ulong Kind, Hash256 Hash, IReadOnlyList<UInt128> Amounts) : IEip712Struct<Item>
{
    public static string TypeText => "Item(uint8 kind,bytes32 hash,uint128[] amounts)";

    public void WriteMembers(Eip712Writer writer)
    {
        writer.WriteUInt64(Kind, 8);
        writer.WriteHash(Hash);
        writer.WriteArray(Amounts, static (w, amount) => w.WriteUInt128(amount));
    }

    public static Item Parse(JsonNode json) => new(
        (ulong)EthersCases.Number(json["kind"]), Hash256.Parse((string)json["hash"]!), [.. json["amounts"]!.AsArray().Select(amount => (UInt128)EthersCases.Number(amount))]);
}
