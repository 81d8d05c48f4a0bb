using Marketplace.Cli.Terminal;

namespace Marketplace.Cli.Tests.Terminal;

public sealed class PassphrasesTests : IDisposable
{
    readonly string file = Path.GetTempFileName();

    public void Dispose() => File.Delete(file);

    [Theory]
    [InlineData("correct horse")]
    [InlineData("correct horse\n")]
    [InlineData("correct horse\r\n")]
    [InlineData("correct horse\na second line\n")]
    public void Passphrase_IsTheFilesFirstLine(string text)
    {
        File.WriteAllText(file, text);
        Assert.Equal("correct horse", new Passphrases(file).Existing("the vault"));
    }

    [Fact]
    public void NewPassphrase_ThatIsTooShort_IsRefused()
    {
        File.WriteAllText(file, "1234567");
        Assert.Equal("passphrase-too-short", Assert.Throws<CommandRefusal>(() => new Passphrases(file).New("the vault")).Code);
    }
}
