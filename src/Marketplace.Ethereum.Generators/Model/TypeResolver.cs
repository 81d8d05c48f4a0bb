using System.Globalization;
using Microsoft.CodeAnalysis;

namespace Marketplace.Ethereum.Generators.Model;

/// <summary>Turns ABI parameters into C# types, and remembers which structs were met.</summary>
sealed class TypeResolver(string rootNamespace, StructNames names, ValueTypeMap map, Action<DiagnosticDescriptor, string[]> report)
{
    const string Abi = "global::Marketplace.Ethereum.Abi.";

    readonly Dictionary<string, AbiParameter> structs = new(StringComparer.Ordinal);
    readonly Dictionary<string, string> shapes = new(StringComparer.Ordinal);
    readonly HashSet<string> reported = new(StringComparer.Ordinal);

    /// <summary>The structs met so far, by the simple names of their records.</summary>
    internal IReadOnlyDictionary<string, AbiParameter> Structs => structs;

    /// <exception cref="AbiException">The type cannot be expressed.</exception>
    internal CodeType Resolve(AbiParameter parameter) => Resolve(parameter, parameter.Type, depth: 0);

    internal IReadOnlyList<CodeType> Resolve(IReadOnlyList<AbiParameter> parameters) => [.. parameters.Select(Resolve)];

    CodeType Resolve(AbiParameter parameter, string type, int depth)
    {
        if (type.EndsWith("]", StringComparison.Ordinal))
            return Array(parameter, type, depth);
        return type == "tuple" ? Struct(parameter) : Named(parameter, type);
    }

    CodeType Array(AbiParameter parameter, string type, int depth)
    {
        var bracket = type.LastIndexOf('[');
        var element = Resolve(parameter, type.Substring(0, bracket), depth + 1);
        var length = type.Substring(bracket + 1, type.Length - bracket - 2);
        var name = $"global::System.Collections.Generic.IReadOnlyList<{element.Name}>";
        var read = $"static (ref {Abi}AbiReader reader{depth}) => {element.Read("reader" + depth)}";
        var write = $"static (writer{depth}, value{depth}) => {element.Write("writer" + depth, "value" + depth)}";
        if (length.Length == 0)
        {
            return new CodeType(name, CodeType.Word, true,
                reader => $"{reader}.ReadArray<{element.Name}>({element.HeadSize}, {read})",
                (writer, value) => $"{writer}.WriteArray({value}, {element.HeadSize}, {write})");
        }
        if (!int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count == 0 || (long)count * element.HeadSize > 1 << 24)
            throw new AbiException(Diagnostics.UnknownType, $"The array type '{type}' has an impossible length.");
        var isDynamic = element.IsDynamic ? "true" : "false";
        return new CodeType(name, element.IsDynamic ? CodeType.Word : count * element.HeadSize, element.IsDynamic,
            reader => $"{reader}.ReadFixedArray<{element.Name}>({count}, {element.HeadSize}, {isDynamic}, {read})",
            (writer, value) => $"{writer}.WriteFixedArray({value}, {count}, {element.HeadSize}, {isDynamic}, {write})");
    }

    CodeType Struct(AbiParameter parameter)
    {
        var simple = names.Of(parameter);
        var shape = StructNames.Shape(parameter);
        if (shapes.TryGetValue(simple, out var known) && known != shape)
            throw new AbiException(Diagnostics.UnknownType, $"Two different structs are called {simple}.");
        shapes[simple] = shape;
        structs[simple] = parameter;
        var members = Resolve(parameter.Components);
        var isDynamic = members.Any(member => member.IsDynamic);
        var name = $"global::{rootNamespace}.{simple}";
        return new CodeType(name, isDynamic ? CodeType.Word : members.Sum(member => member.HeadSize), isDynamic,
            reader => $"{reader}.ReadTuple<{name}>()", (writer, value) => $"{writer}.WriteTuple({value})");
    }

    CodeType Named(AbiParameter parameter, string type)
    {
        var declared = Naming.DeclaredName(parameter.InternalType);
        if (declared == type || parameter.InternalType.StartsWith("contract ", StringComparison.Ordinal) || IsElementaryAlias(declared))
            return ElementaryTypes.Of(type);
        if (map.Find(declared) is not { } mapped)
        {
            if (reported.Add(declared))
                report(Diagnostics.UnmappedValueType, [declared, type]);
            return ElementaryTypes.Of(type);
        }
        if (mapped.ValueType is null)
            throw new AbiException(Diagnostics.UnfitMapping,
                $"{mapped.CSharpName} is no enum and has no constructor from the type of its Value.");
        return mapped.ValueType.Length == 0 ? Enumeration(mapped, type) : Wrapped(mapped, ElementaryTypes.As(type, mapped.ValueType));
    }

    static CodeType Wrapped(MappedType mapped, CodeType inner) => inner with
    {
        Name = mapped.CSharpName,
        Read = reader => $"new {mapped.CSharpName}({inner.Read(reader)})",
        Write = (writer, value) => inner.Write(writer, value + ".Value"),
    };

    static CodeType Enumeration(MappedType mapped, string type) => type == "uint8"
        ? new CodeType(mapped.CSharpName, CodeType.Word, false,
            reader => $"{reader}.ReadEnum<{mapped.CSharpName}>()", (writer, value) => $"{writer}.WriteUInt64(unchecked((ulong){value}), 8)")
        : throw new AbiException(Diagnostics.UnfitMapping, $"The enum {mapped.CSharpName} cannot stand for the Solidity type {type}.");

    /// <summary>The internal type of an <c>address payable</c> ends in a word that is no type's name.</summary>
    static bool IsElementaryAlias(string declared) => declared is "payable" or "function";
}
