using Marketplace.Ethereum.Generators.Model;

namespace Marketplace.Ethereum.Generators.Emission;

/// <summary>
/// Writes the records of errors and <c>ContractErrors</c>, which finds them by selector. Revert data does not say which contract it comes
/// from, so contracts that declare the same error share its record.
/// </summary>
static class ErrorEmitter
{
    const string Standard = "Error(string) Panic(uint256)";

    internal static string Emit(IReadOnlyList<AbiContract> contracts, TypeResolver types, string rootNamespace)
    {
        List<AbiEntry> errors = [.. contracts.SelectMany(contract => contract.Entries)
            .Where(entry => entry.Kind == "error" && !Standard.Split(' ').Contains(entry.Signature))
            .GroupBy(entry => entry.Signature, StringComparer.Ordinal).Select(same => same.First())
            .OrderBy(entry => entry.Signature, StringComparer.Ordinal)];
        var names = Naming.Distinct(errors, "Error");
        var code = new CodeBuilder(rootNamespace);
        foreach (var error in errors)
            EmitError(code, error, names[error.Signature], types);
        EmitRegistry(code, errors, names);
        return code.ToString();
    }

    static void EmitError(CodeBuilder code, AbiEntry error, string name, TypeResolver types)
    {
        var members = Members.Of(error.Inputs, name, types);
        var own = $"{Members.Contracts}IContractError<{name}>";
        code.Line($"/// <summary>The error <c>{error.Signature}</c>.</summary>");
        code.Open($"public sealed record {name}({members.Declaration}) : {own}");
        members.EmitIdentity(code, name, own, error.Signature, "ErrorSignature", "revertData");
        code.Close();
        code.Line();
    }

    static void EmitRegistry(CodeBuilder code, IReadOnlyList<AbiEntry> errors, IReadOnlyDictionary<string, string> names)
    {
        const string arguments = Members.Bytes + " revertData, [global::System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out "
            + Members.Contracts + "IContractError? error";
        code.Line("/// <summary>Every error of every contract of this assembly, and Solidity's own two, by selector.</summary>");
        code.Open($"public sealed class ContractErrors : {Members.Contracts}IContractErrorDecoder");
        code.Line("ContractErrors()").Line("{").Line("}").Line();
        code.Line("/// <summary>The registry as an object.</summary>");
        code.Line($"public static {Members.Contracts}IContractErrorDecoder Decoder {{ get; }} = new ContractErrors();").Line();
        code.Line($"/// <inheritdoc cref=\"{Members.Contracts}IContractErrorDecoder.TryDecode\"/>");
        code.Line($"public static bool TryDecode({arguments}) => Decoder.TryDecode(revertData, out error);").Line();
        code.Open($"bool {Members.Contracts}IContractErrorDecoder.TryDecode({arguments})");
        code.Line($"if (!{Members.Contracts}Selector.TryRead(revertData, out var selector))")
            .Line("{").Line("    error = null;").Line("    return false;").Line("}");
        code.Open("try");
        code.Open("error = selector.Value switch");
        foreach (var error in errors)
            code.Line($"0x{Signatures.Selector(error.Signature)} => {names[error.Signature]}.Decode(revertData),");
        code.Line($"_ => {Members.Contracts}StandardErrors.Decoder.TryDecode(revertData, out var standard) ? standard : null,");
        code.Close(";").Close();
        code.Open($"catch ({Members.Abi}AbiDecodingException)").Line("error = null;").Close();
        code.Line("return error is not null;");
        code.Close().Close();
    }
}
