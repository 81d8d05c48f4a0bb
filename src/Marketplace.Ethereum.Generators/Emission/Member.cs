using Marketplace.Ethereum.Generators.Model;

namespace Marketplace.Ethereum.Generators.Emission;

/// <summary>A value in a generated record: its property, its type and whether it lies in a log's topics.</summary>
sealed record Member(string Name, CodeType Type, bool IsIndexed);

/// <summary>The values of a generated record, and the code that they all have in common.</summary>
sealed class Members(IReadOnlyList<Member> all)
{
    internal const string Abi = "global::Marketplace.Ethereum.Abi.";
    internal const string Contracts = "global::Marketplace.Ethereum.Contracts.";
    internal const string Bytes = "global::System.ReadOnlySpan<byte>";

    internal static Members Of(IReadOnlyList<AbiParameter> parameters, string owner, TypeResolver types)
    {
        var names = Naming.Properties(parameters, owner);
        return new Members([.. parameters.Select((parameter, i) => new Member(names[i], types.Resolve(parameter), parameter.IsIndexed))]);
    }

    internal IReadOnlyList<Member> All => all;

    internal int HeadSize => all.Sum(member => member.Type.HeadSize);

    internal bool IsDynamic => all.Any(member => member.Type.IsDynamic);

    /// <summary>The positional parameters of the record.</summary>
    internal string Declaration => string.Join(", ", all.Select(member => $"{member.Type.Name} {member.Name}"));

    /// <summary>The arguments that read every value in order.</summary>
    internal string Read(string reader) => string.Join(", ", all.Select(member => member.Type.Read(reader)));

    internal void EmitWrites(CodeBuilder code)
    {
        foreach (var member in all)
            code.Line(member.Type.Write("writer", member.Name) + ";");
    }

    /// <summary>A method body that reads a whole encoding: <paramref name="data"/> into <paramref name="made"/>.</summary>
    internal void EmitDecode(CodeBuilder code, string data, string made)
    {
        code.Line($"var reader = new {Abi}AbiReader({data}, {HeadSize});");
        code.Line($"var decoded = {made};");
        code.Line("reader.ExpectEnd();");
        code.Line("return decoded;");
    }

    /// <summary>A method that encodes after the record's selector.</summary>
    internal void EmitEncode(CodeBuilder code)
    {
        code.Line("/// <inheritdoc/>");
        code.Open("public byte[] Encode()");
        code.Line($"var writer = new {Abi}AbiWriter(Selector, {HeadSize});");
        EmitWrites(code);
        code.Line("return writer.ToArray();");
        code.Close();
    }

    /// <summary>What calls and errors have: signature, selector, decoding.</summary>
    internal void EmitIdentity(CodeBuilder code, string name, string contract, string signature, string property, string parameter)
    {
        code.Line("/// <inheritdoc/>");
        code.Line($"public static {Contracts}Selector Selector => new(0x{Signatures.Selector(signature)});");
        code.Line();
        code.Line("/// <inheritdoc/>");
        code.Line($"public string {property} => \"{signature}\";");
        code.Line();
        code.Line($"static string {contract}.Signature => \"{signature}\";");
        code.Line();
        code.Line("/// <inheritdoc/>");
        code.Open($"public static {name} Decode({Bytes} {parameter})");
        EmitDecode(code, $"Selector.Strip({parameter})", $"new {name}({Read("reader")})");
        code.Close();
        code.Line();
        EmitEncode(code);
    }
}
