using Marketplace.Ethereum.Generators.Model;

namespace Marketplace.Ethereum.Generators.Emission;

/// <summary>Writes the record of a struct.</summary>
static class StructEmitter
{
    internal static string Emit(string name, AbiParameter parameter, TypeResolver types, string rootNamespace)
    {
        var members = Members.Of(parameter.Components, name, types);
        var code = new CodeBuilder(rootNamespace);
        code.Line($"/// <summary>Solidity's <c>{Naming.DeclaredName(parameter.InternalType)}</c>.</summary>");
        code.Open($"public sealed record {name}({members.Declaration}) : {Members.Abi}IAbiTuple<{name}>");
        code.Line($"static int {Members.Abi}IAbiTuple<{name}>.AbiHeadSize => {members.HeadSize};");
        code.Line();
        code.Line($"static bool {Members.Abi}IAbiTuple<{name}>.IsAbiDynamic => {(members.IsDynamic ? "true" : "false")};");
        code.Line();
        code.Line(
            $"static {name} {Members.Abi}IAbiTuple<{name}>.ReadAbi(ref {Members.Abi}AbiReader reader) => new({members.Read("reader")});");
        code.Line();
        code.Open($"void {Members.Abi}IAbiTuple<{name}>.WriteAbi({Members.Abi}AbiWriter writer)");
        members.EmitWrites(code);
        return code.Close().Close().ToString();
    }
}
