using System.Runtime.CompilerServices;
using Marketplace.Chain;
using Marketplace.Cli.Commands;
using Marketplace.Cli.Terminal;
using Marketplace.Client;
using Marketplace.Ethereum.JsonRpc;

namespace Marketplace.Cli.Tests.Commands;

public sealed class FaultMessagesTests
{
    public static TheoryData<Type> PublicFaults =>
    [
        .. new[] { typeof(Market), typeof(MarketplaceClient), typeof(EthereumClient) }
            .SelectMany(type => type.Assembly.GetExportedTypes())
            .Where(type => type.IsSubclassOf(typeof(Exception)) && !type.IsAbstract),
    ];

    [Theory]
    [MemberData(nameof(PublicFaults))]
    public void EveryPublicFault_HasACodeAndASentence(Type type)
    {
        var fault = (Exception)RuntimeHelpers.GetUninitializedObject(type);

        var (code, message) = FaultMessages.Of(fault);

        Assert.NotEqual("internal", code);
        Assert.Matches("^[a-z]+(-[a-z]+)*$", code);
        Assert.NotEmpty(message);
    }

    [Fact]
    public void WrongChain_NamesBothChains()
    {
        var (code, message) = FaultMessages.Of(new WrongChainException(expected: 31337, actual: 1));

        Assert.Equal("wrong-chain", code);
        Assert.Contains("31337", message, StringComparison.Ordinal);
        Assert.Contains("chain 1,", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnreachableEndpoint_IsNamedWithoutItsSecrets()
    {
        using var connection = new RpcHttpConnection(
            RpcEndpoint.Parse("http://user:hunter2@127.0.0.1:1/secret-path?key=secret-query"),
            new RpcConnectionOptions { Retries = 0, Timeout = TimeSpan.FromSeconds(5) }, TimeProvider.System);
        var fault = await Assert.ThrowsAnyAsync<EthereumRpcException>(() => new EthereumClient(connection).GetChainIdAsync());

        var (code, message) = FaultMessages.Of(fault);

        Assert.Equal("chain-unreachable", code);
        Assert.DoesNotContain("hunter2", message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refusal_KeepsItsCode() =>
        Assert.Equal(("not-found", "Nobody knows it."), FaultMessages.Of(new CommandRefusal("not-found", "Nobody knows it.")));

    [Fact]
    public void MissingFile_IsNotFound() => Assert.Equal("not-found", FaultMessages.Of(new FileNotFoundException("gone")).Code);

    [Theory]
    [InlineData(13, "disk-full")]
    [InlineData(5, "busy")]
    [InlineData(10, "io-failed")]
    public void CatalogThatCannotBeWritten_IsNotCalledAFaultOfTheProgram(int sqlite, string code) =>
        Assert.Equal(code, FaultMessages.Of(new Microsoft.Data.Sqlite.SqliteException("", sqlite)).Code);
}
