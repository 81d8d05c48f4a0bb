using Marketplace.Ethereum.Primitives;
using Marketplace.Web.Provide;

namespace Marketplace.Web.Tests.Provide;

public sealed class NodeDraftTests
{
    static readonly Address Signer = Address.Parse("0x14dC79964da2C08b23698B3D3cc7Ca32193d9955");

    static readonly NodeDraft Draft = new("https://node.example:9443", Signer.ToString(), "0x" + new string('7', 64), "nl");

    [Fact]
    public void WhatFits_IsReadAsItIsRegistered()
    {
        var (wanted, trouble) = (Draft with { Endpoint = " https://Node.Example:9443/ " }).Read("more");

        Assert.Null(trouble);
        Assert.Equal(("https://node.example:9443", Signer, "NL", "more"), (wanted!.Endpoint, wanted.Operator, wanted.Region, wanted.Metadata));
    }

    [Theory]
    [InlineData("http://node.example", "The node’s address begins with https://.")]
    [InlineData("node.example", "The node’s address begins with https://.")]
    [InlineData("https://", "The node’s address is https://host:port.")]
    [InlineData("https://me:secret@node.example", "The node’s address names a user: leave out what stands before the @.")]
    [InlineData("https://node.example/there", "The node’s address ends with its port: leave out the path and what follows.")]
    [InlineData("https://node.example/?a=b", "The node’s address ends with its port: leave out the path and what follows.")]
    [InlineData("https://node.example/#top", "The node’s address ends with its port: leave out the path and what follows.")]
    public void Address_ThatConsumersCouldNotUse_IsRefused(string endpoint, string trouble) =>
        Assert.Equal((null, trouble), (Draft with { Endpoint = endpoint }).Read(""));

    [Theory]
    [InlineData(64, 1)]
    [InlineData(60, 5)]
    public void Host_ThatIsTooLong_IsSaidToBe(int letters, int labels) => Assert.StartsWith(
        "The host’s name is too long", (Draft with { Endpoint = $"https://{string.Join('.', Enumerable.Repeat(new string('a', letters), labels))}:9443" }).Read("").Trouble, StringComparison.Ordinal);

    [Theory]
    [InlineData("ZZ")]
    [InlineData("XX")]
    [InlineData("D")]
    [InlineData("12")]
    public void Region_ThatIsNone_IsRefused(string region) =>
        Assert.Equal("The region is no known one: two letters of ISO 3166, such as DE.", (Draft with { Region = region }).Read("").Trouble);

    [Fact]
    public void Region_CanBeLeftOut() => Assert.Equal("", (Draft with { Region = " " }).Read("").Wanted?.Region);

    [Theory]
    [InlineData("https://localhost:9443", 1ul, 1)]
    [InlineData("https://127.0.0.1:9443", 1ul, 1)]
    [InlineData("https://[::1]:9443", 1ul, 1)]
    [InlineData("https://127.0.0.1:9443", 31_337ul, 0)]
    [InlineData("https://node.example:9443", 1ul, 0)]
    public void Loopback_IsWarnedOf_WhereOthersAreToReachIt(string endpoint, ulong chain, int warnings) =>
        Assert.Equal(warnings, NodeDraft.WarningsOf((Draft with { Endpoint = endpoint }).Read("").Wanted!, Address.Zero, chain).Count());

    [Fact]
    public void OwnerThatSignsForItsNode_IsWarned() =>
        Assert.Contains("your own account", Assert.Single(NodeDraft.WarningsOf(Draft.Read("").Wanted!, Signer, 31_337)), StringComparison.Ordinal);
}
