using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Ethereum.JsonRpc;

/// <summary>
/// Reads the values of Ethereum's JSON-RPC, all of which come from a stranger. Each method throws <see cref="RpcProtocolException"/> on
/// anything but its type.
/// Leading zeros in quantities are tolerated, since several nodes send them.
/// </summary>
public static class RpcValue
{
    const int MaxQuantityText = 2 + 64;

    /// <summary>The member of that name; missing and null are the same fault.</summary>
    public static JsonElement Required(this JsonElement parent, string name) =>
        parent.Optional(name) ?? throw new RpcProtocolException($"The answer lacks \"{name}\".");

    /// <summary>The member of that name, or null where it is missing or null.</summary>
    public static JsonElement? Optional(this JsonElement parent, string name)
    {
        if (parent.ValueKind != JsonValueKind.Object)
            throw new RpcProtocolException($"Expected an object with \"{name}\", not {parent.ValueKind}.");
        return parent.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;
    }

    /// <summary>The items of an array of at most that many.</summary>
    public static JsonElement.ArrayEnumerator ReadArray(JsonElement value, int maxLength = int.MaxValue)
    {
        if (value.ValueKind != JsonValueKind.Array)
            throw new RpcProtocolException($"Expected an array, not {value.ValueKind}.");
        return value.GetArrayLength() <= maxLength
            ? value.EnumerateArray()
            : throw new RpcProtocolException($"An array of {value.GetArrayLength()} items where at most {maxLength} are allowed.");
    }

    /// <summary>Text as it is.</summary>
    public static string ReadText(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
            throw new RpcProtocolException($"Expected text, not {value.ValueKind}.");
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new RpcProtocolException("Text that is not valid UTF-16.", e);
        }
    }

    /// <summary>True or false.</summary>
    public static bool ReadBoolean(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw new RpcProtocolException($"Expected a boolean, not {value.ValueKind}."),
    };

    /// <summary>A quantity of at most 64 bits.</summary>
    public static ulong ReadUInt64(JsonElement value)
    {
        var number = ReadQuantity(value);
        return number <= ulong.MaxValue ? (ulong)number : throw new RpcProtocolException("A quantity of more than 64 bits.");
    }

    /// <summary>A quantity of at most 128 bits, in wei.</summary>
    public static Wei ReadWei(JsonElement value) => new(ReadQuantity(value));

    /// <summary>Seconds since 1970.</summary>
    public static DateTimeOffset ReadTimestamp(JsonElement value)
    {
        var seconds = ReadUInt64(value);
        return seconds <= (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds((long)seconds)
            : throw new RpcProtocolException("A time after the year 9999.");
    }

    /// <summary>
    /// Any number of bytes as <c>0x</c> and pairs of hex digits; their number is bounded by the connection's longest answer.
    /// </summary>
    public static byte[] ReadBytes(JsonElement value) =>
        TryReadHex(ReadText(value), out var bytes) ? bytes : throw new RpcProtocolException("Expected 0x and pairs of hex digits.");

    /// <summary>Exactly 32 bytes.</summary>
    public static Hash256 ReadHash(JsonElement value) =>
        Hash256.TryParse(ReadText(value), CultureInfo.InvariantCulture, out var hash)
            ? hash
            : throw new RpcProtocolException("Expected a hash of 32 bytes.");

    /// <summary>
    /// Exactly 20 bytes. The case of the digits is ignored: nodes send lower case, and a checksum guards against typing, not against nodes.
    /// </summary>
    public static Address ReadAddress(JsonElement value) =>
        Address.TryParse(ReadText(value).ToLowerInvariant(), CultureInfo.InvariantCulture, out var address)
            ? address
            : throw new RpcProtocolException("Expected an address of 20 bytes.");

    internal static bool TryReadHex(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = [];
        if (!text.StartsWith("0x", StringComparison.Ordinal) || text.Length % 2 != 0)
            return false;
        var buffer = new byte[(text.Length - 2) / 2];
        if (Convert.FromHexString(text[2..], buffer, out _, out _) != OperationStatus.Done)
            return false;
        bytes = buffer;
        return true;
    }

    static UInt128 ReadQuantity(JsonElement value)
    {
        var text = ReadText(value);
        if (text.Length is < 3 or > MaxQuantityText || !text.StartsWith("0x", StringComparison.Ordinal))
            throw new RpcProtocolException("Expected a quantity: 0x and hex digits.");
        var digits = text.AsSpan(2).TrimStart('0');
        if (digits.Length == 0)
            return UInt128.Zero;
        return UInt128.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new RpcProtocolException("A quantity that is not hex, or of more than 128 bits.");
    }
}
