using System.Text.Json;
using Marketplace.Chain.Contracts;

namespace Marketplace.Chain.Tests.Markets;

/// <summary>What the contracts declare, as the exported files say it.</summary>
static class AbiFiles
{
    /// <param name="Contract">Who declares it.</param>
    /// <param name="Name">Its own.</param>
    /// <param name="Signature">With canonical types.</param>
    /// <param name="DeclaredTypes">As the source names them.</param>
    /// <param name="Outputs">A function's, with canonical types; empty for anything else.</param>
    public sealed record Entry(string Contract, string Name, string Signature, string DeclaredTypes, string Outputs);

    /// <summary>All entries of a kind: error, event or function.</summary>
    public static IReadOnlyList<Entry> Entries(string kind)
    {
        var assembly = typeof(ContractErrors).Assembly;
        return [.. assembly.GetManifestResourceNames().Where(name => name.StartsWith("Abi/", StringComparison.Ordinal)).SelectMany(name =>
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            using var file = JsonDocument.Parse(stream);
            var contract = file.RootElement.GetProperty("contractName").GetString()!;
            return file.RootElement.GetProperty("abi").EnumerateArray().Where(entry => entry.GetProperty("type").GetString() == kind)
                .Select(entry => Read(contract, entry)).ToArray();
        })];
    }

    static Entry Read(string contract, JsonElement entry)
    {
        var name = entry.GetProperty("name").GetString()!;
        var inputs = entry.GetProperty("inputs").EnumerateArray().ToArray();
        var declared = inputs.Select(input => input.GetProperty("internalType").GetString()!);
        var outputs = entry.TryGetProperty("outputs", out var found) ? found.EnumerateArray().ToArray() : [];
        return new Entry(
            contract, name, $"{name}({Join(inputs)})", string.Join(',', declared), Join(outputs));
    }

    static string Join(JsonElement[] parameters) => string.Join(',', parameters.Select(Canonical));

    static string Canonical(JsonElement input)
    {
        var type = input.GetProperty("type").GetString()!;
        return type.StartsWith("tuple", StringComparison.Ordinal)
            ? $"({string.Join(',', input.GetProperty("components").EnumerateArray().Select(Canonical))}){type["tuple".Length..]}" : type;
    }
}
