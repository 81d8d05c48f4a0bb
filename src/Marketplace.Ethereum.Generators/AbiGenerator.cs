using System.Collections.Immutable;
using System.Text;
using Marketplace.Ethereum.Generators.Emission;
using Marketplace.Ethereum.Generators.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Marketplace.Ethereum.Generators;

/// <summary>
/// Turns the ABI files among a project's AdditionalFiles, <c>{"contractName", "abi", "bytecode"}</c>, into typed C# in the namespace
/// <c>{RootNamespace}.Contracts</c>: for each contract a static class with its calls, events and deployment; beside them the structs and
/// errors, which contracts share. Names of Solidity's own types are mapped by <c>[assembly: AbiValueType]</c>.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class AbiGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var files = context.AdditionalTextsProvider
            .Where(static file => file.Path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
            .Select(static (file, cancellationToken) => (file.Path, Text: file.GetText(cancellationToken)?.ToString() ?? ""))
            .Collect();
        var map = context.CompilationProvider
            .Select(static (compilation, cancellationToken) => ValueTypeMap.Of(compilation, cancellationToken));
        var name = context.AnalyzerConfigOptionsProvider
            .Combine(context.CompilationProvider.Select(static (compilation, _) => compilation.AssemblyName))
            .Select(static (pair, _) =>
                pair.Left.GlobalOptions.TryGetValue("build_property.RootNamespace", out var root) && root.Length > 0
                    ? root : pair.Right ?? "Abi");
        context.RegisterSourceOutput(files.Combine(map).Combine(name),
            static (output, input) => Generate(output, input.Left.Left, input.Left.Right, input.Right));
    }

    static void Generate(
        SourceProductionContext output, ImmutableArray<(string Path, string Text)> files, ValueTypeMap map, string rootNamespace)
    {
        var contracts = Parse(output, files);
        if (contracts.Count == 0)
            return;
        var space = rootNamespace + ".Contracts";
        var types = new TypeResolver(space, new StructNames(contracts), map,
            (descriptor, values) => output.ReportDiagnostic(Diagnostic.Create(descriptor, Location.None, values)));
        foreach (var contract in contracts)
        {
            foreach (var one in contract.Entries.Where(entry => entry.IsAnonymous))
                output.ReportDiagnostic(Diagnostic.Create(Diagnostics.AnonymousEvent, Diagnostics.At(contract.Path), one.Name));
            Add(output, contract.Path, contract.Name, () => new ContractEmitter(contract, types, space).Emit());
        }
        Add(output, contracts[0].Path, "ContractErrors", () => ErrorEmitter.Emit(contracts, types, space));
        foreach (var pair in types.Structs.OrderBy(pair => pair.Key, StringComparer.Ordinal).ToList())
            Add(output, contracts[0].Path, "Structs." + pair.Key, () => StructEmitter.Emit(pair.Key, pair.Value, types, space));
    }

    static List<AbiContract> Parse(SourceProductionContext output, ImmutableArray<(string Path, string Text)> files)
    {
        var contracts = new List<AbiContract>();
        foreach (var (path, text) in files.OrderBy(file => file.Path, StringComparer.Ordinal))
        {
            output.CancellationToken.ThrowIfCancellationRequested();
            try
            {
                if (AbiContract.Parse(path, text) is not { } contract)
                    continue;
                if (contracts.Any(known => known.Name == contract.Name))
                    throw new AbiException(Diagnostics.NotAnAbi, $"another file has the contract {contract.Name} already.");
                contracts.Add(contract);
            }
            catch (AbiException fault)
            {
                output.ReportDiagnostic(Diagnostic.Create(fault.Descriptor, Diagnostics.At(path), fault.Message));
            }
        }
        return contracts;
    }

    static void Add(SourceProductionContext output, string path, string name, Func<string> emit)
    {
        try
        {
            output.AddSource(name + ".g.cs", SourceText.From(emit(), Encoding.UTF8));
        }
        catch (AbiException fault)
        {
            output.ReportDiagnostic(Diagnostic.Create(fault.Descriptor, Diagnostics.At(path), fault.Message));
        }
    }
}
