using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Marketplace.Ethereum.Generators.Json;

namespace Marketplace.Ethereum.Generators.Tests;

public sealed class JsonParserTests
{
    [Fact]
    public void Parse_OfAnyString_GivesItBack() => Prop.ForAll<string?>(text =>
    {
        text ??= "";
        // What System.Text.Json cannot write, lone surrogates, it replaces.
        var expected = JsonSerializer.Deserialize<string>(JsonSerializer.Serialize(text));
        return JsonParser.Parse(JsonSerializer.Serialize(text)).Text == expected
            && JsonParser.Parse(JsonSerializer.Serialize(new Dictionary<string, string[]> { ["k"] = [text] }))["k"].Items![0].Text == expected;
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[1,]")]
    [InlineData("{\"a\" 1}")]
    [InlineData("\"\\x\"")]
    [InlineData("\"\\u12\"")]
    [InlineData("\"open")]
    [InlineData("\"open\\")]
    [InlineData("nul")]
    [InlineData("1 2")]
    [InlineData("--")]
    public void Parse_OfBrokenJson_IsRefused(string text) => Assert.Throws<FormatException>(() => JsonParser.Parse(text));

    [Fact]
    public void Parse_OfDeepNesting_IsRefused() => Assert.Throws<FormatException>(() => JsonParser.Parse(new string('[', 100_000)));

    [Fact]
    public void Parse_OfEveryKind_ReadsIt()
    {
        var json = JsonParser.Parse(" { \"a\" : [ true , false , null , -1.5e3 , \"\\u00e9\\n\" ] , \"b\" : { } } ");
        Assert.Equal([true, false, null, null, null], json["a"].Items!.Select(item => item.Flag));
        Assert.Equal("-1.5e3", json["a"].Items![3].Text);
        Assert.Equal("é\n", json["a"].Items![4].Text);
        Assert.Same(JsonValue.Null, json["c"]);
    }
}
