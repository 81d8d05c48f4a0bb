
namespace Marketplace.EndToEnd.Tests;

/// <summary>What is wrong is said, with a code for scripts and a non-zero exit, and nothing is lost or half-written.</summary>
public sealed class BadInputTests(LocalNetwork network) : IClassFixture<LocalNetwork>
{
    [Fact]
    public async Task WrongPassphrase_IsRefused() =>
        (await CommandLine.RunAsync(network.Consumer, ["ls"], passphrase: "not the passphrase")).Refused("wrong-passphrase");

    [Fact]
    public async Task WrongWords_AreRefused_NamingTheWord()
    {
        var words = network.NewPath();
        await File.WriteAllTextAsync(words, string.Join(' ', Enumerable.Repeat("abandon", 23).Append("abandonn")));

        var result = await CommandLine.RunAsync(network.NewPath(), ["vault", "init", "--words", words]);

        result.Refused("wrong-words");
        Assert.Contains("abandonn", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MissingFile_IsRefused() =>
        (await network.RunAsync("put", network.NewPath(), "--name", "missing")).Refused("not-found");

    [Fact]
    public async Task UnknownName_IsRefused() =>
        (await network.RunAsync("get", "nobody knows it", "-o", network.NewPath())).Refused("not-found");

    [Fact]
    public async Task TooFewProviders_AreRefused_BeforeAnythingIsPaid() =>
        (await network.RunAsync("rent", "--space", "1", "--term", "10", "--count", "30")).Refused("too-few-providers");

    [Fact]
    public async Task TooExpensiveProviders_AreRefused() =>
        (await network.RunAsync("rent", "--space", "1", "--term", "10", "--count", "12", "--max-price", "0.000000001")).Refused("too-few-providers");

    [Fact]
    public async Task NotEnoughTokens_AreRefused_SayingHowManyAreMissing() =>
        (await network.RunAsync("rent", "--space", "15", "--term", "9000", "--count", "12")).Refused("not-enough-tokens");

    [Theory]
    [InlineData("nonsense")]
    [InlineData("get")]
    [InlineData("rent --space many")]
    public async Task WrongUsage_HasANonZeroExit(string arguments)
    {
        var result = await network.RunAsync(arguments.Split(' '));

        Assert.NotEqual(0, result.ExitCode);
        Assert.NotEmpty(result.Error);
    }

    [Fact]
    public async Task ExistingOutput_IsNotOverwritten_WithoutBeingAsked()
    {
        var file = network.MakeFile(10, seed: 6);
        (await network.RunAsync("put", file, "--name", "precious")).Succeeded();
        var output = network.MakeFile(20, seed: 7);
        var before = await File.ReadAllBytesAsync(output);

        (await network.RunAsync("get", "precious", "-o", output)).Refused("output-exists");

        Assert.Equal(before, await File.ReadAllBytesAsync(output));
    }
}
