using System.Text;
using Microsoft.CodeAnalysis.CSharp;

namespace Marketplace.Ethereum.Generators.Model;

/// <summary>Solidity's names as C#'s.</summary>
static class Naming
{
    /// <summary>Members that records and the generated interfaces have already.</summary>
    static readonly HashSet<string> Taken = new(StringComparer.Ordinal)
    {
        "AbiHeadSize", "Clone", "ContractName", "Decode", "DecodeResult", "Deconstruct", "Encode", "EncodeArguments",
        "EqualityContract", "Equals",
        "ErrorSignature", "Filter", "Finalize", "FunctionSignature", "GetHashCode", "GetType", "IsAbiDynamic",
        "MemberwiseClone", "PrintMembers", "ReadAbi",
        "ReferenceEquals", "Selector", "Topic", "ToString", "WriteAbi",
    };

    /// <summary>Whether Solidity would accept it as a name and C# too; <c>$</c> is allowed by Solidity only.</summary>
    internal static bool IsIdentifier(string name) => SyntaxFacts.IsValidIdentifier(name);

    /// <summary>
    /// <c>stakeOf</c> to <c>StakeOf</c>, <c>DOMAIN_SEPARATOR</c> to <c>DomainSeparator</c>, <c>_owner</c> to <c>Owner</c>.
    /// </summary>
    internal static string Pascal(string name)
    {
        var result = new StringBuilder();
        foreach (var word in name.Split(['_'], StringSplitOptions.RemoveEmptyEntries))
        {
            var isShouted = word.Length > 1 && !word.Any(char.IsLower);
            result.Append(char.ToUpperInvariant(word[0])).Append(isShouted ? word.Substring(1).ToLowerInvariant() : word.Substring(1));
        }
        return result.Length == 0 || char.IsDigit(result[0]) ? "_" + result : result.ToString();
    }

    /// <summary>A parameter's name for a property's.</summary>
    internal static string Camel(string pascal)
    {
        var name = char.ToLowerInvariant(pascal[0]) + pascal.Substring(1);
        return SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "@" + name;
    }

    /// <summary>
    /// Names for the properties of a record called <paramref name="owner"/>: distinct, and clashing with nothing that it has.
    /// </summary>
    internal static IReadOnlyList<string> Properties(IReadOnlyList<AbiParameter> parameters, string owner)
    {
        var used = new HashSet<string>(Taken, StringComparer.Ordinal) { owner };
        var names = new List<string>();
        for (var i = 0; i < parameters.Count; i++)
        {
            var name = parameters[i].Name.Trim('_').Length == 0 ? $"Item{i + 1}" : Pascal(parameters[i].Name);
            if (used.Contains(name))
                name += "Value";
            for (var stem = name; !used.Add(name);)
                name = stem + (i + 1);
            names.Add(name);
        }
        return names;
    }

    /// <summary>
    /// Names for entries of one kind: the Solidity name, followed by the types of the parameters where a name is used more than once, so
    /// that an overload that is added or moved renames no other.
    /// </summary>
    internal static IReadOnlyDictionary<string, string> Distinct(IEnumerable<AbiEntry> entries, string suffix)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var overloads in entries.GroupBy(entry => Pascal(entry.Name)))
        {
            var isOverloaded = overloads.Select(entry => entry.Signature).Distinct().Count() > 1;
            foreach (var entry in overloads)
                names[entry.Signature] = overloads.Key + (isOverloaded ? string.Concat(entry.Inputs.Select(TypeWord)) : "") + suffix;
        }
        return names;
    }

    /// <summary>The part of <c>struct IBook.Listing[]</c> that names the type: <c>IBook.Listing</c>.</summary>
    internal static string DeclaredName(string internalType)
    {
        var name = internalType.Substring(internalType.LastIndexOf(' ') + 1);
        var bracket = name.IndexOf('[');
        return bracket < 0 ? name : name.Substring(0, bracket);
    }

    /// <summary>The last part of a dotted name.</summary>
    internal static string Simple(string dotted) => dotted.Substring(dotted.LastIndexOf('.') + 1);

    static string TypeWord(AbiParameter parameter)
    {
        var isTuple = parameter.Type.StartsWith("tuple", StringComparison.Ordinal);
        var element = isTuple ? Simple(DeclaredName(parameter.InternalType)) : parameter.Type.Split('[')[0];
        return Pascal(element) + parameter.Type.Substring(parameter.Type.IndexOf('[') is var i && i < 0 ? parameter.Type.Length : i)
            .Replace("[", "Array").Replace("]", "");
    }
}
