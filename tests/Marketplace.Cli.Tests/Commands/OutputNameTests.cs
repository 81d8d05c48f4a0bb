using FsCheck;
using FsCheck.Fluent;
using Marketplace.Cli.Commands;

namespace Marketplace.Cli.Tests.Commands;

public sealed class OutputNameTests
{
    [Theory]
    [InlineData("holiday.tar", "holiday.tar")]
    [InlineData("2026/05/holiday.tar", "holiday.tar")]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("naïve — 文件 🗄", "naïve — 文件 🗄")]
    public void LastPart_ThatIsPlain_IsUsed(string name, string expected) => Assert.Equal(expected, OutputName.From(name));

    [Theory]
    [InlineData("/")]
    [InlineData(" ")]
    [InlineData("..")]
    [InlineData("a/..")]
    [InlineData("a/.")]
    [InlineData(".bashrc")]
    [InlineData("-rf")]
    [InlineData("~root")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    [InlineData("a\\b")]
    [InlineData("C:x")]
    [InlineData("a\u202Etxt.exe")]
    [InlineData("a\u00A0b")]
    [InlineData("trailing ")]
    [InlineData("trailing.")]
    [InlineData("folder/")]
    public void Name_ThatIsNotPlain_NeedsAnOutput(string name) => Assert.Null(OutputName.From(name));

    [Fact]
    public void Name_TooLongForAFile_NeedsAnOutput()
    {
        Assert.NotNull(OutputName.From(new string('a', 255)));
        Assert.Null(OutputName.From(new string('a', 256)));
        Assert.Null(OutputName.From(new string('ü', 200)));
    }

    [Fact]
    public void AnyName_StaysInTheFolder() =>
        Prop.ForAll<string>(name => OutputName.From(name ?? "") is not { } file
            || Path.GetDirectoryName(Path.GetFullPath(file, "/home/me")) == "/home/me").QuickCheckThrowOnFailure();
}
