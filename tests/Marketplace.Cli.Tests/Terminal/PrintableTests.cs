using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Marketplace.Cli.Terminal;

namespace Marketplace.Cli.Tests.Terminal;

public sealed class PrintableTests
{
    [Theory]
    [InlineData("plain — 文件 🗄 [red]", "plain — 文件 🗄 [red]")]
    [InlineData("a\nb\r\tc", @"a\nb\r\tc")]
    [InlineData("\u001b[31m", @"\u{001b}[31m")]
    [InlineData("a\0", @"a\u{0000}")]
    [InlineData("\u202Egnp", @"\u{202e}gnp")]
    public void Escape_ShowsWhatWouldNotShow(string text, string expected) => Assert.Equal(expected, Printable.Escape(text));

    [Fact]
    public void Escape_OfAnyText_HoldsNoControlCharacters() =>
        Prop.ForAll<string>(text => Printable.Escape(text ?? "").EnumerateRunes().All(rune => !Rune.IsControl(rune))).QuickCheckThrowOnFailure();

    [Fact]
    public void Escape_WithABound_IsNotLonger_AndCutsNoPair()
    {
        Assert.Equal("abc", Printable.Escape("abc", 3));
        Assert.Equal("ab…", Printable.Escape("abcd", 3));
        var cut = Printable.Escape("a🗄🗄🗄", 3);
        Assert.Equal("a…", cut);
    }
}
