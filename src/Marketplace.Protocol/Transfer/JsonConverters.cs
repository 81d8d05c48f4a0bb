using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Protocol.Transfer;

/// <summary>0x and 64 hex digits.</summary>
sealed class Hash256Converter : JsonConverter<Hash256>
{
    public override Hash256 Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Hash256.TryParse(JsonText.Read(ref reader), null, out var hash) ? hash : throw new JsonException("Not a hash.");

    public override void Write(Utf8JsonWriter writer, Hash256 value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}

/// <summary>0x and 40 hex digits.</summary>
sealed class AddressConverter : JsonConverter<Address>
{
    public override Address Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Address.TryParse(JsonText.Read(ref reader), null, out var address) ? address : throw new JsonException("Not an address.");

    public override void Write(Utf8JsonWriter writer, Address value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}

/// <summary>0x and 130 hex digits of a canonical signature.</summary>
sealed class SignatureConverter : JsonConverter<Signature>
{
    public override Signature Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Signature.TryParse(JsonText.Read(ref reader), out var signature)
            ? signature : throw new JsonException("Not a canonical signature.");

    public override void Write(Utf8JsonWriter writer, Signature value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}

/// <summary>A decimal string without sign, spaces or leading zeros: JSON's numbers lose precision in too many readers.</summary>
sealed class DecimalUInt64Converter : JsonConverter<ulong>
{
    public override ulong Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = JsonText.Read(ref reader);
        return text.Length is > 0 and <= 20 && (text.Length == 1 || text[0] != '0')
            && ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                ? value
                : throw new JsonException("Not an unsigned number in decimal digits.");
    }

    public override void Write(Utf8JsonWriter writer, ulong value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
}

/// <summary>Base units as a decimal string without sign, spaces or leading zeros.</summary>
sealed class TokenAmountConverter : JsonConverter<TokenAmount>
{
    public override TokenAmount Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = JsonText.Read(ref reader);
        return text.Length is > 0 and <= 39 && (text.Length == 1 || text[0] != '0')
            && UInt128.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                ? new TokenAmount(value)
                : throw new JsonException("Not an amount in decimal digits.");
    }

    public override void Write(Utf8JsonWriter writer, TokenAmount value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}

/// <summary>0x and an even number of hex digits.</summary>
sealed class HexBytesConverter : JsonConverter<byte[]>
{
    public override byte[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = JsonText.Read(ref reader);
        if (!text.StartsWith("0x", StringComparison.Ordinal))
            throw new JsonException("Not 0x and hex digits.");
        try
        {
            return Convert.FromHexString(text.AsSpan(2));
        }
        catch (FormatException)
        {
            throw new JsonException("Not 0x and hex digits.");
        }
    }

    public override void Write(Utf8JsonWriter writer, byte[] value, JsonSerializerOptions options) =>
        writer.WriteStringValue("0x" + Convert.ToHexStringLower(value));
}

static class JsonText
{
    public static string Read(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException("Not a string.");
}
