using Marketplace.Client.Catalog;

namespace Marketplace.Client.Tests.Catalog;

public sealed class TagSetTests
{
    [Fact]
    public void Tags_AreTrimmed_Sorted_AndNoneTwice()
    {
        Assert.True(TagSet.TryCreate([" b ", "A", "a", "", "  "], out var tags, out _));

        Assert.Equal("A, b", tags.ToString());
        Assert.True(tags.Contains("B"));
        Assert.False(tags.Contains("c"));
        Assert.Equal(tags, TagSet.Read(tags.Write()));
    }

    [Theory]
    [InlineData("a,b")]
    [InlineData("a\nb")]
    [InlineData("\u0007")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public void TextThatIsNoTag_IsRefused(string text)
    {
        Assert.False(TagSet.TryCreate(["fine", text], out _, out var problem));
        Assert.NotEmpty(problem);
    }

    [Fact]
    public void HalfACharacter_IsNoTag() => Assert.False(TagSet.TryCreate([((char)0xD800).ToString()], out _, out _));

    [Fact]
    public void TooManyTags_AreRefused() =>
        Assert.False(TagSet.TryCreate(Enumerable.Range(0, TagSet.MostTags + 1).Select(number => $"t{number}"), out _, out _));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("-1/3")]
    [InlineData("30/99999")]
    public void RetentionThatMakesNoSense_IsTheDefault(string? text) => Assert.Equal(Retention.Default, Retention.Read(text));
}
