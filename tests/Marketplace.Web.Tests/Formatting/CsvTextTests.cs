using Marketplace.Web.Formatting;

namespace Marketplace.Web.Tests.Formatting;

public sealed class CsvTextTests
{
    [Theory]
    [InlineData("Epoch 7 was proven", "Epoch 7 was proven")]
    [InlineData("", "")]
    [InlineData("one, two", "\"one, two\"")]
    [InlineData("“a” and \"b\"", "\"“a” and \"\"b\"\"\"")]
    [InlineData("a\r\nb", "\"a\r\nb\"")]
    [InlineData("1\u202F000.5\u00A0SPACE", "1 000.5 SPACE")]
    public void Cell_IsReadBackAsItWas(string text, string written) => Assert.Equal(written + "\r\n", CsvText.Row(text));

    /// <summary>What strangers chose could begin so: a node's address, a proposal's title.</summary>
    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData(" \u00A0=1", "'  =1")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("\r=1", "\"'\r=1\"")]
    [InlineData("=HYPERLINK(\"http://example.org\",\"a\")", "\"'=HYPERLINK(\"\"http://example.org\"\",\"\"a\"\")\"")]
    public void Formula_IsText(string text, string written) => Assert.Equal(written + "\r\n", CsvText.Row(text));

    [Fact]
    public void Row_HasItsCellsInOrder() => Assert.Equal("a,,\"b,c\"\r\n", CsvText.Row("a", "", "b,c"));
}
