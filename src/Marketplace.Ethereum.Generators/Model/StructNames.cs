namespace Marketplace.Ethereum.Generators.Model;

/// <summary>
/// Names the C# records of structs. Contracts that use the same struct share its record; structs that only have their name in common get
/// the names of their contracts in front.
/// </summary>
sealed class StructNames
{
    readonly Dictionary<string, HashSet<string>> shapes = new(StringComparer.Ordinal);
    readonly HashSet<string> taken;

    /// <param name="contracts">Every contract of the compilation.</param>
    internal StructNames(IReadOnlyList<AbiContract> contracts)
    {
        taken = new HashSet<string>(contracts.Select(contract => contract.Name), StringComparer.Ordinal) { "ContractErrors" };
        foreach (var parameter in contracts.SelectMany(contract => contract.Entries)
            .SelectMany(entry => entry.Inputs.Concat(entry.Outputs)))
            Collect(parameter);
    }

    /// <summary>The record's simple name for a parameter that is a struct or an array of them.</summary>
    internal string Of(AbiParameter parameter)
    {
        var declared = Declared(parameter);
        var name = Naming.Pascal(Naming.Simple(declared));
        if (shapes[name].Count > 1)
            name = string.Concat(declared.Split('.'));
        return taken.Contains(name) ? name + "Struct" : name;
    }

    /// <summary>What makes two structs the same: the members' names and types, C#'s included.</summary>
    internal static string Shape(AbiParameter parameter) =>
        "(" + string.Join(",", parameter.Components.Select(part =>
            $"{part.Type} {part.InternalType} {part.Name}{(part.Components.Count == 0 ? "" : Shape(part))}")) + ")";

    void Collect(AbiParameter parameter)
    {
        if (parameter.Components.Count == 0)
            return;
        var name = Naming.Pascal(Naming.Simple(Declared(parameter)));
        if (!shapes.TryGetValue(name, out var known))
            shapes[name] = known = new HashSet<string>(StringComparer.Ordinal);
        known.Add(Shape(parameter));
        foreach (var component in parameter.Components)
            Collect(component);
    }

    /// <summary>Compilers older than 0.5.11 give no internal type; then the parameter's own name has to do.</summary>
    static string Declared(AbiParameter parameter) => parameter.InternalType.StartsWith("tuple", StringComparison.Ordinal)
        ? Naming.Pascal(parameter.Name) + "Tuple"
        : Naming.DeclaredName(parameter.InternalType);
}
