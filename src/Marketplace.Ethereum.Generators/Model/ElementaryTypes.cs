namespace Marketplace.Ethereum.Generators.Model;

/// <summary>Solidity's elementary types as C#'s.</summary>
static class ElementaryTypes
{
    const string Primitives = "global::Marketplace.Ethereum.Primitives.";
    const string BigInteger = "global::System.Numerics.BigInteger";

    /// <summary>The C# integers, narrowest first, with the reader's method of each.</summary>
    static readonly (string Name, int Bits, string Method)[] Unsigned =
    [
        ("byte", 8, "UInt64"), ("ushort", 16, "UInt64"), ("uint", 32, "UInt64"), ("ulong", 64, "UInt64"),
        ("global::System.UInt128", 128, "UInt128"),
        (BigInteger, 256, "UInt256"),
    ];

    static readonly (string Name, int Bits, string Method)[] Signed =
    [
        ("sbyte", 8, "Int64"), ("short", 16, "Int64"), ("int", 32, "Int64"), ("long", 64, "Int64"),
        ("global::System.Int128", 128, "Int128"),
        (BigInteger, 256, "Int256"),
    ];

    /// <summary>The narrowest C# type that holds every value of the Solidity type.</summary>
    /// <exception cref="AbiException">There is no such elementary type.</exception>
    internal static CodeType Of(string type) => type switch
    {
        "bool" => CodeType.OneWord("bool", "ReadBoolean()", "WriteBoolean", ""),
        "address" => CodeType.OneWord(Primitives + "Address", "ReadAddress()", "WriteAddress", ""),
        "string" => CodeType.OneWord("string", "ReadString()", "WriteString", "", isDynamic: true),
        "bytes" => CodeType.OneWord(Primitives + "Bytes", "ReadBytes()", "WriteBytes", "", isDynamic: true),
        "bytes32" => CodeType.Hash,
        "function" => FixedBytes(24),
        _ when Width(type, "bytes") is { } size and >= 1 and <= 31 => FixedBytes(size),
        _ when IntegerWidth(type, "uint") is { } bits => Integer(Unsigned.First(one => one.Bits >= bits), bits),
        _ when IntegerWidth(type, "int") is { } bits => Integer(Signed.First(one => one.Bits >= bits), bits),
        _ => throw new AbiException(Diagnostics.UnknownType, $"The type '{type}' is unknown."),
    };

    /// <summary>The Solidity type held by a C# type that the user chose, which may be narrower or wider.</summary>
    /// <exception cref="AbiException">The C# type cannot stand for it at all.</exception>
    internal static CodeType As(string type, string csharp)
    {
        if (IntegerWidth(type, "uint") is { } bits && Unsigned.FirstOrDefault(one => one.Name == csharp) is { Name: not null } unsigned)
            return Integer(unsigned, bits);
        if (IntegerWidth(type, "int") is { } signedBits && Signed.FirstOrDefault(one => one.Name == csharp) is { Name: not null } signed)
            return Integer(signed, signedBits);
        if (type == "bytes32" && csharp == Primitives + "Bytes")
            return FixedBytes(32);
        var natural = Of(type);
        return natural.Name == csharp
            ? natural
            : throw new AbiException(Diagnostics.UnfitMapping, $"A {csharp} cannot stand for the Solidity type {type}.");
    }

    static CodeType FixedBytes(int size) =>
        CodeType.OneWord(Primitives + "Bytes", $"ReadFixedBytes({size})", "WriteFixedBytes", $", {size}");

    /// <summary>What is read must fit the narrower of the two types; what is written is checked against Solidity's.</summary>
    static CodeType Integer((string Name, int Bits, string Method) csharp, int bits)
    {
        var cast = csharp.Method is "UInt64" or "Int64" && csharp.Bits < 64 ? $"({csharp.Name})" : "";
        return CodeType.OneWord(csharp.Name,
            $"Read{csharp.Method}({Math.Min(bits, csharp.Bits)})", "Write" + csharp.Method, $", {bits}", cast: cast);
    }

    static int? IntegerWidth(string type, string prefix) =>
        Width(type, prefix) is { } bits and >= 8 and <= 256 && bits % 8 == 0 ? bits : null;

    static int? Width(string type, string prefix) =>
        type.StartsWith(prefix, StringComparison.Ordinal) && int.TryParse(type.Substring(prefix.Length), out var width) ? width : null;
}
