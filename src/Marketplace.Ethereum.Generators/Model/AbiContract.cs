using Marketplace.Ethereum.Generators.Json;

namespace Marketplace.Ethereum.Generators.Model;

/// <summary>A parameter, result or member, as Solidity's ABI JSON has it.</summary>
sealed record AbiParameter(string Name, string Type, string InternalType, IReadOnlyList<AbiParameter> Components, bool IsIndexed)
{
    /// <summary>The type with tuples written out, as signatures are hashed.</summary>
    internal string Canonical => Type.StartsWith("tuple", StringComparison.Ordinal)
        ? "(" + string.Join(",", Components.Select(component => component.Canonical)) + ")" + Type.Substring("tuple".Length)
        : Type;
}

/// <summary>A function, event, error or constructor.</summary>
sealed record AbiEntry(
    string Kind, string Name, IReadOnlyList<AbiParameter> Inputs, IReadOnlyList<AbiParameter> Outputs, string Mutability, bool IsAnonymous)
{
    /// <summary>The name and the canonical types.</summary>
    internal string Signature => Name + "(" + string.Join(",", Inputs.Select(input => input.Canonical)) + ")";
}

/// <summary>A committed ABI file, <c>{"contractName", "abi", "bytecode"}</c>.</summary>
sealed record AbiContract(string Path, string Name, IReadOnlyList<AbiEntry> Entries, bool HasBytecode)
{
    /// <summary>Null for JSON that is no ABI file at all.</summary>
    /// <exception cref="AbiException">It looks like one and is not.</exception>
    internal static AbiContract? Parse(string path, string text)
    {
        JsonValue root;
        try
        {
            root = JsonParser.Parse(text);
        }
        catch (FormatException fault)
        {
            throw new AbiException(Diagnostics.NotAnAbi, fault.Message);
        }
        if (root["contractName"].Text is not { Length: > 0 } name || root["abi"].Items is not { } entries)
            return root["contractName"] == JsonValue.Null && root["abi"] == JsonValue.Null
                ? null
                : throw new AbiException(Diagnostics.NotAnAbi, "contractName and abi are both needed.");
        if (!Naming.IsIdentifier(name))
            throw new AbiException(Diagnostics.NotAnAbi, "contractName is no identifier.");
        return new AbiContract(path, name, [.. entries.Select(Entry)], root["bytecode"].Text is { Length: > 2 });
    }

    static AbiEntry Entry(JsonValue json)
    {
        var kind = Required(json, "type");
        var isNamed = kind is "function" or "event" or "error";
        return new AbiEntry(
            kind, isNamed ? Identifier(Required(json, "name")) : "", Parameters(json["inputs"]), Parameters(json["outputs"]),
            json["stateMutability"].Text ?? "nonpayable", json["anonymous"].Flag == true);
    }

    static IReadOnlyList<AbiParameter> Parameters(JsonValue json) => [.. (json.Items ?? []).Select(Parameter)];

    static AbiParameter Parameter(JsonValue json)
    {
        var type = Required(json, "type");
        var name = json["name"].Text ?? "";
        var components = Parameters(json["components"]);
        if (type.StartsWith("tuple", StringComparison.Ordinal) && components.Count == 0)
            throw new AbiException(Diagnostics.NotAnAbi, "a tuple has no components.");
        return new AbiParameter(name.Length == 0 ? "" : Identifier(name), type,
            json["internalType"].Text ?? type, components, json["indexed"].Flag == true);
    }

    static string Required(JsonValue json, string name) =>
        json[name].Text ?? throw new AbiException(Diagnostics.NotAnAbi, $"an entry has no {name}.");

    static string Identifier(string name) =>
        Naming.IsIdentifier(name) ? name : throw new AbiException(Diagnostics.NotAnAbi, $"'{name}' is no identifier.");
}
