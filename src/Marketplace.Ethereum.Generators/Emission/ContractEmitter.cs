using Marketplace.Ethereum.Generators.Model;

namespace Marketplace.Ethereum.Generators.Emission;

/// <summary>Writes the static class of one contract: its calls, events and deployment.</summary>
sealed class ContractEmitter(AbiContract contract, TypeResolver types, string rootNamespace)
{
    const string Contracts = Members.Contracts;

    internal string Emit()
    {
        var code = new CodeBuilder(rootNamespace);
        code.Line($"/// <summary>The calls, events and deployment of the contract {contract.Name}.</summary>");
        code.Open($"public static class {contract.Name}");
        code.Line("/// <summary>The contract's name.</summary>");
        code.Line($"public const string Name = \"{contract.Name}\";");
        EmitCalls(code);
        EmitEvents(code);
        if (contract.HasBytecode)
            EmitDeployment(code, contract.Entries.FirstOrDefault(entry => entry.Kind == "constructor")?.Inputs ?? []);
        return code.Close().ToString();
    }

    void EmitCalls(CodeBuilder code)
    {
        var functions = contract.Entries.Where(entry => entry.Kind == "function").ToList();
        var names = Naming.Distinct(functions, "Call");
        foreach (var function in functions)
            EmitCall(code, function, names[function.Signature]);
    }

    void EmitCall(CodeBuilder code, AbiEntry function, string name)
    {
        var members = Members.Of(function.Inputs, name, types);
        var resultName = name.Substring(0, name.Length - "Call".Length) + "Result";
        var results = Members.Of(function.Outputs, resultName, types);
        var result = results.All.Count switch { 0 => Contracts + "NoResult", 1 => results.All[0].Type.Name, _ => resultName };
        var isQuery = function.Mutability is "view" or "pure";
        var own = $"{Contracts}IContractFunction<{name}, {result}>";
        code.Line();
        code.Line($"/// <summary><c>{function.Signature}</c> of {contract.Name}, {function.Mutability}.</summary>");
        code.Open($"public sealed record {name}({members.Declaration}) : {own}{(isQuery ? $", {Contracts}IContractQuery<{result}>" : "")}");
        members.EmitIdentity(code, name, own, function.Signature, "FunctionSignature", "callData");
        code.Line();
        code.Line("/// <inheritdoc/>");
        code.Open($"public {result} DecodeResult({Members.Bytes} data)");
        if (results.All.Count == 0)
            code.Line($"return {Contracts}NoResult.Decode(data);");
        else
            results.EmitDecode(code, "data",
                results.All.Count == 1 ? results.Read("reader") : $"new {resultName}({results.Read("reader")})");
        code.Close();
        code.Close();
        if (results.All.Count > 1)
        {
            code.Line();
            code.Line($"/// <summary>What <see cref=\"{name}\"/> returns.</summary>");
            code.Line($"public sealed record {resultName}({results.Declaration});");
        }
    }

    void EmitEvents(CodeBuilder code)
    {
        var events = contract.Entries.Where(entry => entry.Kind == "event" && !entry.IsAnonymous).ToList();
        var names = Naming.Distinct(events, "Event");
        foreach (var one in events)
            EventEmitter.Emit(code, one, names[one.Signature], contract.Name, types);
    }

    void EmitDeployment(CodeBuilder code, IReadOnlyList<AbiParameter> parameters)
    {
        var members = Members.Of(parameters, "Deployment", types);
        code.Line();
        code.Line(
            $"/// <summary>The constructor's arguments; <see cref=\"{Contracts}ContractBytecode\"/> has the code they follow.</summary>");
        code.Open($"public sealed record Deployment({members.Declaration}) : {Contracts}IContractDeployment");
        code.Line("/// <inheritdoc/>");
        code.Line($"public string ContractName => {contract.Name}.Name;");
        code.Line();
        code.Line("/// <inheritdoc/>");
        code.Open("public byte[] EncodeArguments()");
        code.Line($"var writer = new {Members.Abi}AbiWriter({members.HeadSize});");
        members.EmitWrites(code);
        code.Line("return writer.ToArray();");
        code.Close();
        code.Close();
    }
}
