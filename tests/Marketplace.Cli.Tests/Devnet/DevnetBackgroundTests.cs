using System.Text.Json;

namespace Marketplace.Cli.Tests.Devnet;

/// <summary>The real executable, a real chain and a real node, in the background.</summary>
public sealed class DevnetBackgroundTests : IDisposable
{
    readonly string home = Directory.CreateTempSubdirectory("marketplace-background-").FullName;

    string Folder => Path.Combine(home, "devnet");

    public void Dispose() => Directory.Delete(home, recursive: true);

    [Fact]
    public async Task Network_RunsInTheBackground_OnceOnly_UntilItIsStopped()
    {
        var state = (await RunAsync("devnet", "up", "--providers", "1")).Succeeded().Json;
        try
        {
            Assert.Equal(Folder, state.GetProperty("folder").GetString());
            Assert.Single(state.GetProperty("providers").EnumerateArray());
            (await RunAsync("devnet", "up", "--providers", "1")).Refused("devnet-running");
            (await RunAsync("devnet", "up", "--providers", "1", "--foreground")).Refused("devnet-running");
            Assert.True(IsAlive(state), "A second one ended the first.");
        }
        finally
        {
            (await RunAsync("devnet", "down")).Succeeded();
        }
        Assert.False(IsAlive(state), "Nothing is to be left when `down` has returned.");
        Assert.False(IsAlive(state.GetProperty("providers")[0]), "A node was left running.");
        (await RunAsync("devnet", "down")).Refused("devnet-not-running");
    }

    [Fact]
    public async Task NetworkThatCannotStart_SaysSoAtOnce_AndNamesItsLog()
    {
        var result = await CommandLine.RunAsync(home, ["devnet", "up", "--providers", "1"], TimeSpan.FromSeconds(40), anvil: Path.Combine(home, "no-anvil"));

        result.Refused("devnet-failed");
        var log = Path.Combine(Folder, "logs", "devnet.log");
        Assert.Contains(log, result.Error, StringComparison.Ordinal);
        Assert.Contains("no-anvil", await File.ReadAllTextAsync(log), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("providers-out-of-bounds", "--providers", "0")]
    [InlineData("providers-out-of-bounds", "--providers", "201")]
    [InlineData("epoch-out-of-bounds", "--epoch", "0")]
    [InlineData("epoch-out-of-bounds", "--epoch", "3601")]
    [InlineData("usage", "--epoch", "soon")]
    [InlineData("amount-invalid", "--price", "cheap")]
    [InlineData("option-invalid", "--home", "")]
    public async Task WrongOptions_AreRefused_AndNothingIsMade(string code, params string[] options)
    {
        (await RunAsync(["devnet", "up", .. options])).Refused(code);

        Assert.False(Directory.Exists(Folder));
    }

    Task<CommandResult> RunAsync(params string[] arguments) => CommandLine.RunAsync(home, arguments);

    /// <summary>A process that ended and that nobody has buried yet (a zombie) is not alive.</summary>
    static bool IsAlive(JsonElement described)
    {
        var status = $"/proc/{described.GetProperty("pid").GetInt32()}/status";
        return File.Exists(status) && !File.ReadAllText(status).Contains("State:\tZ", StringComparison.Ordinal);
    }
}
