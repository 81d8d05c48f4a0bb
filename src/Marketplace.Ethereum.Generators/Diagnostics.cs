using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Marketplace.Ethereum.Generators;

/// <summary>What the generator has to say about ABI files.</summary>
static class Diagnostics
{
    internal static readonly DiagnosticDescriptor NotAnAbi = new(
        "ABI001", "Not an ABI", "The file is not a contract's ABI: {0}", "Abi", DiagnosticSeverity.Error, isEnabledByDefault: true);

    internal static readonly DiagnosticDescriptor UnknownType = new(
        "ABI002", "Unknown type", "{0}", "Abi", DiagnosticSeverity.Error, isEnabledByDefault: true);

    internal static readonly DiagnosticDescriptor UnfitMapping = new(
        "ABI003", "Mapped type does not fit", "{0}", "Abi", DiagnosticSeverity.Error, isEnabledByDefault: true);

    internal static readonly DiagnosticDescriptor AnonymousEvent = new(
        "ABI004", "Anonymous event", "The anonymous event {0} is left out: nothing in its logs tells what they are",
        "Abi", DiagnosticSeverity.Warning,
        isEnabledByDefault: true);

    internal static readonly DiagnosticDescriptor UnmappedValueType = new(
        "ABI005", "Value type without a C# type", "{0} has no [assembly: AbiValueType] and appears as {1}", "Abi", DiagnosticSeverity.Info,
        isEnabledByDefault: true);

    internal static Location At(string path) => Location.Create(path, default, default(LinePositionSpan));
}

/// <summary>An ABI that cannot be turned into C#; becomes a diagnostic at its file.</summary>
sealed class AbiException(DiagnosticDescriptor descriptor, string message) : Exception(message)
{
    internal DiagnosticDescriptor Descriptor { get; } = descriptor;
}
