namespace Marketplace.Cli.Tests.Home;

/// <summary>Who has made no vault yet, or names another folder, is told so; and nothing is left where it should not be.</summary>
public sealed class MissingHomeTests
{
    [Theory]
    [InlineData("ls")]
    [InlineData("get", "x")]
    [InlineData("rm", "x")]
    [InlineData("rent", "--space", "1", "--term", "10")]
    [InlineData("recover")]
    [InlineData("keep")]
    [InlineData("verify", "x")]
    public async Task Command_WithoutAVault_SaysHowToMakeOne(params string[] arguments)
    {
        var home = Path.Combine(Path.GetTempPath(), $"marketplace-none-{Guid.NewGuid():N}");
        var result = (await CommandLine.RunAsync(home, arguments)).Refused("vault-missing");
        Assert.Contains("make one with `marketplace vault init`", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(home));
    }
}
