using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Marketplace.Ethereum.Generators.Tests;

/// <summary>What the generator says and writes for ABI files good and bad.</summary>
public sealed class AbiGeneratorTests
{
    const string Attribute = """
        namespace Marketplace.Ethereum.Contracts { public sealed class AbiValueTypeAttribute : System.Attribute { public AbiValueTypeAttribute(string name, System.Type type) { } } }
        """;

    [Theory]
    [InlineData("{")]
    [InlineData("""{"contractName":"A"}""")]
    [InlineData("""{"contractName":"A b","abi":[]}""")]
    [InlineData("""{"contractName":"A","abi":[{"name":"f"}]}""")]
    [InlineData("""{"contractName":"A","abi":[{"type":"function"}]}""")]
    [InlineData("""{"contractName":"A","abi":[{"type":"function","name":"f(){}//"}]}""")]
    [InlineData("""{"contractName":"A","abi":[{"type":"function","name":"f","inputs":[{"name":"x","type":"tuple"}]}]}""")]
    public void Run_OnAFileThatIsNoAbi_ReportsIt(string json) => Assert.Equal("ABI001", Assert.Single(Run([json]).Diagnostics).Id);

    [Theory]
    [InlineData("uint7")]
    [InlineData("uint264")]
    [InlineData("bytes33")]
    [InlineData("bytes0")]
    [InlineData("fixed128x18")]
    [InlineData("uint256[0]")]
    [InlineData("uint256[99999999999]")]
    [InlineData("uint256[-1]")]
    [InlineData("mapping")]
    public void Run_OnAnUnknownType_ReportsIt(string type) => Assert.Equal("ABI002", Assert.Single(Run([Function("f", type, type)]).Diagnostics).Id);

    [Theory]
    [InlineData("public readonly record struct Id(string Value);")]
    [InlineData("public readonly record struct Id(bool Value);")]
    [InlineData("public struct Id { }")]
    [InlineData("public enum Id { A }")]
    public void Run_OnAMappingThatDoesNotFit_ReportsIt(string declaration) =>
        Assert.Equal("ABI003", Assert.Single(Run([Function("f", "uint256", "Id")], $"""[assembly: Marketplace.Ethereum.Contracts.AbiValueType("Id", typeof(Id))] {declaration} {Attribute}""").Diagnostics).Id);

    [Fact]
    public void Run_OnAnAnonymousEvent_LeavesItOutAndSaysSo()
    {
        var run = Run(["""{"contractName":"A","abi":[{"type":"event","name":"Secret","inputs":[],"anonymous":true}]}"""]);
        Assert.Equal("ABI004", Assert.Single(run.Diagnostics).Id);
        Assert.DoesNotContain(run.GeneratedTrees, tree => tree.ToString().Contains("SecretEvent", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_OnAnUnmappedValueType_UsesWhatItIsMadeOf()
    {
        var run = Run([Function("f", "uint64", "Id")]);
        Assert.Equal("ABI005", Assert.Single(run.Diagnostics).Id);
        Assert.Contains("record FCall(ulong X)", Source(run, "A.g.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_OnTheSameContractTwice_ReportsIt() =>
        Assert.Equal("ABI001", Assert.Single(Run([Function("f", "uint64", "uint64"), Function("g", "uint64", "uint64")]).Diagnostics).Id);

    [Fact]
    public void Run_OnOtherJson_IgnoresIt() => Assert.Empty(Run(["""{"compilerOptions":{}}""", "[1,2]"]).Results.Single().GeneratedSources);

    [Fact]
    public void Run_OnStructsOfOneName_SharesTheSameAndSeparatesTheDifferent()
    {
        static string Taker(string contract, string type, string member) => $$"""
            {"contractName":"{{contract}}","abi":[{"type":"function","name":"f","inputs":[
             {"name":"s","type":"tuple","internalType":"struct I{{contract}}.Thing","components":[{"name":"{{member}}","type":"{{type}}","internalType":"{{type}}"}]},
             {"name":"t","type":"tuple[]","internalType":"struct Common[]","components":[{"name":"x","type":"bool","internalType":"bool"}]}]}]}
            """;
        var names = Run([Taker("A", "uint64", "x"), Taker("B", "uint256", "x")]).Results.Single().GeneratedSources.Select(source => source.HintName);
        Assert.Equal(["A.g.cs", "B.g.cs", "ContractErrors.g.cs", "Structs.Common.g.cs", "Structs.IAThing.g.cs", "Structs.IBThing.g.cs"], names);
    }

    [Fact]
    public void Run_OnErrorsOfSeveralContracts_SharesTheSameAndNamesOverloads()
    {
        static string Thrower(string contract, string type) =>
            $$"""{"contractName":"{{contract}}","abi":[{"type":"error","name":"Bad","inputs":[{"name":"x","type":"{{type}}"}]},{"type":"error","name":"Same","inputs":[]}]}""";
        var errors = Source(Run([Thrower("A", "uint64"), Thrower("B", "bool"), Thrower("C", "bool")]), "ContractErrors.g.cs");
        Assert.Contains("record BadUint64Error(ulong X)", errors, StringComparison.Ordinal);
        Assert.Contains("record BadBoolError(bool X)", errors, StringComparison.Ordinal);
        Assert.Single(errors.Split("record SameError()").Skip(1));
    }

    [Fact]
    public void Run_OnClashingParameterNames_KeepsThemApart()
    {
        var run = Run(["""{"contractName":"A","abi":[{"type":"function","name":"f","inputs":[{"name":"a","type":"bool"},{"name":"_a","type":"bool"},{"name":"","type":"bool"},{"name":"selector","type":"bool"},{"name":"fCall","type":"bool"}]}]}"""]);
        Assert.Contains("record FCall(bool A, bool AValue, bool Item3, bool SelectorValue, bool FCallValue)", Source(run, "A.g.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_AfterAnUnrelatedEdit_ReusesWhatItMade()
    {
        var compilation = Compile("class Before { }");
        var driver = Driver([Function("f", "uint64", "uint64")]).RunGenerators(compilation);
        var second = driver.RunGenerators(compilation.AddSyntaxTrees(Tree("class After { }"))).GetRunResult();
        var outputs = second.Results.Single().TrackedOutputSteps.SelectMany(step => step.Value).SelectMany(step => step.Outputs).ToList();
        Assert.NotEmpty(outputs);
        Assert.All(outputs, output => Assert.Equal(IncrementalStepRunReason.Cached, output.Reason));
    }

    static string Function(string name, string type, string internalType) =>
        $$"""{"contractName":"A","abi":[{"type":"function","name":"{{name}}","inputs":[{"name":"x","type":"{{type}}","internalType":"{{internalType}}"}]}]}""";

    static string Source(GeneratorDriverRunResult run, string name) =>
        run.Results.Single().GeneratedSources.Single(source => source.HintName == name).SourceText.ToString();

    static GeneratorDriverRunResult Run(string[] files, string source = "") => Driver(files).RunGenerators(Compile(source)).GetRunResult();

    static GeneratorDriver Driver(string[] files) => CSharpGeneratorDriver.Create(
        [new AbiGenerator().AsSourceGenerator()], files.Select((text, i) => new AbiText($"/{i}.json", text)).ToImmutableArray<AdditionalText>(),
        new CSharpParseOptions(LanguageVersion.Preview), optionsProvider: null, new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    static CSharpCompilation Compile(string source) => CSharpCompilation.Create(
        "Consumer", [Tree(source)], [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)]);

    static SyntaxTree Tree(string source) => CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.Preview));

    sealed class AbiText(string path, string text) : AdditionalText
    {
        public override string Path => path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text);
    }
}
