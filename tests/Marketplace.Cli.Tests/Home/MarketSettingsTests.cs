using Marketplace.Cli.Home;
using Marketplace.Cli.Terminal;

namespace Marketplace.Cli.Tests.Home;

public sealed class MarketSettingsTests : IDisposable
{
    readonly ConsumerHome home = new(Directory.CreateTempSubdirectory("marketplace-settings-").FullName);

    public void Dispose() => Directory.Delete(home.Folder, recursive: true);

    [Fact]
    public void SavedSettings_AreRead_AndForTheirOwnerOnly()
    {
        var settings = new MarketSettings { Chain = "http://127.0.0.1:8545", Confirmations = 3 };

        settings.Save(home);

        Assert.Equal(settings, MarketSettings.Load(home));
        Assert.Equal(Path.Combine(home.Folder, "deployment.json"), settings.DeploymentPath(home));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(home.MarketFile));
    }

    [Fact]
    public void MissingSettings_AreRefused() => Assert.Equal("market-missing", Assert.Throws<CommandRefusal>(() => MarketSettings.Load(home)).Code);

    [Theory]
    [InlineData("{}", null)]
    [InlineData("[]", null)]
    [InlineData("""{"chain": null}""", null)]
    [InlineData("""{"chain": "ftp://secret@host/x"}""", "chain")]
    [InlineData("""{"chain": "http://secret@host/x", "confirmations": 0}""", "confirmations")]
    [InlineData("""{"chain": "http://secret@host/x", "deployment": ""}""", "deployment")]
    [InlineData("""{"chain": "http://secret@host/x", "chian": "typo"}""", null)]
    public void Nonsense_IsRefused_NamingTheKeyButNotTheSecret(string text, string? key)
    {
        File.WriteAllText(home.MarketFile, text);

        var refusal = Assert.Throws<CommandRefusal>(() => MarketSettings.Load(home));

        Assert.Equal("settings-invalid", refusal.Code);
        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);
        if (key is not null)
            Assert.Contains($"'{key}'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lock_IsHeldByOneAtATime()
    {
        using (home.Lock("vault"))
            Assert.Equal("busy", Assert.Throws<CommandRefusal>(() => home.Lock("vault")).Code);
        home.Lock("vault").Dispose();
    }
}
