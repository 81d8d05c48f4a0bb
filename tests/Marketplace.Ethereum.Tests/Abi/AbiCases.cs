using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;
using Marketplace.Ethereum.Abi;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Ethereum.Tests.Abi;

/// <summary>A Solidity type known only at run time.</summary>
/// <param name="Kind">uint, int, bool, address, bytesN, bytes, string, array or tuple.</param>
/// <param name="Size">Bits, bytes, or the array's length; -1 for an array without.</param>
/// <param name="Parts">The element, or the members.</param>
sealed record AbiCase(string Kind, int Size, IReadOnlyList<AbiCase> Parts)
{
    public bool IsDynamic => Kind is "bytes" or "string" || (Kind == "array" && Size < 0) || Parts.Any(part => part.IsDynamic);

    public int HeadSize => IsDynamic ? 32 : Kind switch { "array" => Size * Parts[0].HeadSize, "tuple" => Parts.Sum(part => part.HeadSize), _ => 32 };

    public override string ToString() => Kind switch
    {
        "uint" or "int" => Kind + Size,
        "bytesN" => "bytes" + Size,
        "array" => $"{Parts[0]}[{(Size < 0 ? "" : Size)}]",
        "tuple" => $"({string.Join(',', Parts)})",
        _ => Kind,
    };
}

/// <summary>Random types and values, and their encoding by the library.</summary>
static class AbiCases
{
    static readonly string[] Elementary = ["uint", "int", "bool", "address", "bytesN", "bytes", "string"];

    public static AbiCase RandomType(Random random, int depth)
    {
        var kind = random.Next(depth > 0 ? 10 : 7);
        return kind switch
        {
            7 => new AbiCase("array", -1, [RandomType(random, depth - 1)]),
            8 => new AbiCase("array", random.Next(1, 4), [RandomType(random, depth - 1)]),
            9 => new AbiCase("tuple", 0, [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => RandomType(random, depth - 1))]),
            0 or 1 => new AbiCase(Elementary[kind], random.Next(1, 33) * 8, []),
            4 => new AbiCase("bytesN", random.Next(1, 33), []),
            _ => new AbiCase(Elementary[kind], 0, []),
        };
    }

    public static object RandomValue(Random random, AbiCase type) => type.Kind switch
    {
        "uint" => RandomNumber(random, type.Size),
        "int" when random.Next(2) == 0 => -RandomNumber(random, type.Size - 1) - 1,
        "int" => RandomNumber(random, type.Size - 1),
        "bool" => random.Next(2) == 0,
        "address" => new Address(RandomBytes(random, 20)),
        "bytesN" => (Bytes)RandomBytes(random, type.Size),
        "bytes" => (Bytes)RandomBytes(random, RandomLength(random)),
        "string" => RandomText(random),
        "array" => Enumerable.Range(0, type.Size < 0 ? random.Next(4) : type.Size).Select(_ => RandomValue(random, type.Parts[0])).ToArray(),
        _ => type.Parts.Select(part => RandomValue(random, part)).ToArray(),
    };

    public static byte[] Encode(IReadOnlyList<AbiCase> types, IReadOnlyList<object> values)
    {
        var writer = new AbiWriter(types.Sum(type => type.HeadSize));
        for (var i = 0; i < types.Count; i++)
            Write(writer, types[i], values[i]);
        return writer.ToArray();
    }

    public static object[] Decode(IReadOnlyList<AbiCase> types, byte[] data)
    {
        var reader = new AbiReader(data, types.Sum(type => type.HeadSize));
        var values = new object[types.Count];
        for (var i = 0; i < types.Count; i++)
            values[i] = Read(ref reader, types[i]);
        reader.ExpectEnd();
        return values;
    }

    /// <summary>The value as ethers understands it: numbers in decimal, bytes in hex.</summary>
    public static JsonNode Json(object value) => value switch
    {
        object[] items => new JsonArray([.. items.Select(Json)]),
        bool flag => JsonValue.Create(flag),
        _ => JsonValue.Create(value.ToString()!),
    };

    /// <summary>The value from its JSON form.</summary>
    public static object Parse(AbiCase type, JsonNode json) => type.Kind switch
    {
        "uint" or "int" => BigInteger.Parse(json.GetValue<string>()),
        "bool" => json.GetValue<bool>(),
        "address" => Address.Parse(json.GetValue<string>()),
        "bytesN" or "bytes" => (Bytes)Convert.FromHexString(json.GetValue<string>().AsSpan(2)),
        "string" => json.GetValue<string>(),
        "array" => json.AsArray().Select(item => Parse(type.Parts[0], item!)).ToArray(),
        _ => json.AsArray().Select((item, i) => Parse(type.Parts[i], item!)).ToArray(),
    };

    /// <summary>Reads a type as <see cref="AbiCase.ToString"/> writes it.</summary>
    public static AbiCase ParseType(string text)
    {
        if (text.EndsWith(']'))
        {
            var bracket = text.LastIndexOf('[');
            var length = text[(bracket + 1)..^1];
            return new AbiCase("array", length.Length == 0 ? -1 : int.Parse(length), [ParseType(text[..bracket])]);
        }
        if (text.StartsWith('('))
            return new AbiCase("tuple", 0, [.. Split(text[1..^1]).Select(ParseType)]);
        var digits = text.TrimStart("abcdefghijklmnopqrstuvwxyz".ToCharArray());
        var kind = text[..^digits.Length];
        return new AbiCase(kind == "bytes" && digits.Length > 0 ? "bytesN" : kind, digits.Length == 0 ? 0 : int.Parse(digits), []);
    }

    static IEnumerable<string> Split(string members)
    {
        var depth = 0;
        var start = 0;
        for (var i = 0; i < members.Length; i++)
        {
            depth += members[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (members[i] == ',' && depth == 0)
            {
                yield return members[start..i];
                start = i + 1;
            }
        }
        yield return members[start..];
    }

    static void Write(AbiWriter writer, AbiCase type, object value)
    {
        switch (type.Kind)
        {
            case "uint" when type.Size <= 64: writer.WriteUInt64((ulong)(BigInteger)value, type.Size); break;
            case "uint" when type.Size <= 128: writer.WriteUInt128((UInt128)(BigInteger)value, type.Size); break;
            case "uint": writer.WriteUInt256((BigInteger)value, type.Size); break;
            case "int" when type.Size <= 64: writer.WriteInt64((long)(BigInteger)value, type.Size); break;
            case "int" when type.Size <= 128: writer.WriteInt128((Int128)(BigInteger)value, type.Size); break;
            case "int": writer.WriteInt256((BigInteger)value, type.Size); break;
            case "bool": writer.WriteBoolean((bool)value); break;
            case "address": writer.WriteAddress((Address)value); break;
            case "bytesN" when type.Size == 32: writer.WriteHash(new Hash256(((Bytes)value).Span)); break;
            case "bytesN": writer.WriteFixedBytes((Bytes)value, type.Size); break;
            case "bytes": writer.WriteBytes((Bytes)value); break;
            case "string": writer.WriteString((string)value); break;
            case "tuple": writer.WriteTuple((object[])value, type.Parts.Sum(part => part.HeadSize), type.IsDynamic, (w, members) => WriteAll(w, type.Parts, members)); break;
            case "array" when type.Size < 0: writer.WriteArray((object[])value, type.Parts[0].HeadSize, (w, item) => Write(w, type.Parts[0], item)); break;
            default:
                writer.WriteFixedArray((object[])value, type.Size, type.Parts[0].HeadSize, type.Parts[0].IsDynamic, (w, item) => Write(w, type.Parts[0], item));
                break;
        }
    }

    static void WriteAll(AbiWriter writer, IReadOnlyList<AbiCase> types, object[] values)
    {
        for (var i = 0; i < values.Length; i++)
            Write(writer, types[i], values[i]);
    }

    static object Read(ref AbiReader reader, AbiCase type) => type.Kind switch
    {
        "uint" when type.Size <= 64 => (BigInteger)reader.ReadUInt64(type.Size),
        "uint" when type.Size <= 128 => (BigInteger)reader.ReadUInt128(type.Size),
        "uint" => reader.ReadUInt256(type.Size),
        "int" when type.Size <= 64 => (BigInteger)reader.ReadInt64(type.Size),
        "int" when type.Size <= 128 => (BigInteger)reader.ReadInt128(type.Size),
        "int" => reader.ReadInt256(type.Size),
        "bool" => reader.ReadBoolean(),
        "address" => reader.ReadAddress(),
        "bytesN" when type.Size == 32 => (Bytes)reader.ReadHash().ToArray(),
        "bytesN" => reader.ReadFixedBytes(type.Size),
        "bytes" => reader.ReadBytes(),
        "string" => reader.ReadString(),
        "tuple" => reader.ReadTuple(type.Parts.Sum(part => part.HeadSize), type.IsDynamic, (ref AbiReader r) => ReadAll(ref r, type.Parts)),
        "array" when type.Size < 0 => reader.ReadArray(type.Parts[0].HeadSize, (ref AbiReader r) => Read(ref r, type.Parts[0])).ToArray(),
        _ => reader.ReadFixedArray(type.Size, type.Parts[0].HeadSize, type.Parts[0].IsDynamic, (ref AbiReader r) => Read(ref r, type.Parts[0])).ToArray(),
    };

    static object[] ReadAll(ref AbiReader reader, IReadOnlyList<AbiCase> types)
    {
        var values = new object[types.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = Read(ref reader, types[i]);
        return values;
    }

    static BigInteger RandomNumber(Random random, int bits) => random.Next(4) switch
    {
        0 => BigInteger.Zero,
        1 => (BigInteger.One << bits) - 1,
        _ => new BigInteger(RandomBytes(random, 32), isUnsigned: true) >> (256 - random.Next(bits + 1)),
    };

    static int RandomLength(Random random) => random.Next(4) == 0 ? random.Next(3) * 32 : random.Next(100);

    static byte[] RandomBytes(Random random, int size)
    {
        var bytes = new byte[size];
        random.NextBytes(bytes);
        return bytes;
    }

    static string RandomText(Random random)
    {
        var text = new StringBuilder();
        for (var i = RandomLength(random); i > 0; i--)
        {
            var rune = random.Next(4) == 0 ? random.Next(0x110000) : random.Next(128);
            text.Append(Rune.IsValid(rune) ? new Rune(rune).ToString() : "\ufffd");
        }
        return text.ToString();
    }
}
