using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Marketplace.Ethereum.Generators.Model;

/// <summary>A C# type that stands for a Solidity name.</summary>
/// <param name="SolidityName">With or without the declaring contract.</param>
/// <param name="CSharpName">Fully qualified.</param>
/// <param name="ValueType">The fully qualified type of its <c>Value</c>; empty for an enum; null when it has no such form.</param>
sealed record MappedType(string SolidityName, string CSharpName, string? ValueType);

/// <summary>The C# types that the compilation maps with <c>[assembly: AbiValueType]</c>.</summary>
sealed class ValueTypeMap(ImmutableArray<MappedType> types) : IEquatable<ValueTypeMap>
{
    const string AttributeName = "Marketplace.Ethereum.Contracts.AbiValueTypeAttribute";

    internal static ValueTypeMap Of(Compilation compilation, CancellationToken cancellationToken)
    {
        var found = ImmutableArray.CreateBuilder<MappedType>();
        foreach (var attribute in compilation.Assembly.GetAttributes())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var arguments = attribute.ConstructorArguments;
            if (attribute.AttributeClass?.ToDisplayString() == AttributeName && arguments.Length == 2
                && arguments[0].Value is string name && arguments[1].Value is INamedTypeSymbol type)
                found.Add(new MappedType(name, type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat), ValueOf(type)));
        }
        return new ValueTypeMap(found.ToImmutable());
    }

    /// <summary>The type mapped to the declared name, the whole name before the simple one; null when there is none.</summary>
    internal MappedType? Find(string declaredName) =>
        types.FirstOrDefault(type => type.SolidityName == declaredName)
            ?? types.FirstOrDefault(type => type.SolidityName == Naming.Simple(declaredName));

    public bool Equals(ValueTypeMap? other) => other is not null && types.SequenceEqual(other.Types);

    public override bool Equals(object? obj) => Equals(obj as ValueTypeMap);

    public override int GetHashCode() => types.Aggregate(types.Length, (hash, type) => (hash * 31) + type.GetHashCode());

    ImmutableArray<MappedType> Types => types;

    static string? ValueOf(INamedTypeSymbol type)
    {
        if (type.TypeKind == TypeKind.Enum)
            return "";
        var value = type.GetMembers("Value").OfType<IPropertySymbol>().FirstOrDefault()?.Type;
        return value is not null
            && type.InstanceConstructors.Any(made => made.Parameters.Length == 1
                && SymbolEqualityComparer.Default.Equals(made.Parameters[0].Type, value))
            ? value.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)
            : null;
    }
}
