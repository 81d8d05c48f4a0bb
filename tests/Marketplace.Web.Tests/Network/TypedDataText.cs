using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using Marketplace.Ethereum.Abi;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Web.Tests.Network;

/// <summary>
/// EIP-712 from the JSON that pages hand to wallets, as wallets read it: so that what a page shows to be signed is what is signed. Flat structs of the
/// types that the market uses.
/// </summary>
static class TypedDataText
{
    public static Hash256 Digest(JsonElement typed)
    {
        var types = typed.GetProperty("types");
        var domain = HashOf(types, "EIP712Domain", typed.GetProperty("domain"));
        var message = HashOf(types, typed.GetProperty("primaryType").GetString()!, typed.GetProperty("message"));
        return Keccak256.Hash([0x19, 0x01, .. domain.ToArray(), .. message.ToArray()]);
    }

    static Hash256 HashOf(JsonElement types, string name, JsonElement value)
    {
        var members = types.GetProperty(name).EnumerateArray()
            .Select(member => (Name: member.GetProperty("name").GetString()!, Type: member.GetProperty("type").GetString()!)).ToList();
        var writer = new AbiWriter((members.Count + 1) * AbiWriter.Word);
        writer.WriteHash(Keccak256.Hash($"{name}({string.Join(',', members.Select(member => $"{member.Type} {member.Name}"))})"));
        foreach (var member in members)
            Write(writer, member.Type, value.GetProperty(member.Name));
        return Keccak256.Hash(writer.ToArray());
    }

    static void Write(AbiWriter writer, string type, JsonElement value)
    {
        switch (type)
        {
            case "string":
                writer.WriteHash(Keccak256.Hash(Encoding.UTF8.GetBytes(value.GetString()!)));
                break;
            case "address":
                writer.WriteAddress(Address.Parse(value.GetString()!));
                break;
            case "uint256":
                writer.WriteUInt256(BigInteger.Parse(value.ToString(), NumberStyles.None, CultureInfo.InvariantCulture), 256);
                break;
            default:
                throw new NotSupportedException($"Typed data with a {type}.");
        }
    }
}
