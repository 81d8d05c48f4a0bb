using Marketplace.Application.Objects;
using Marketplace.Client.Catalog;
using Marketplace.Web.Files;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Web.Tests.Files;

public sealed class FileTreeTests
{
    static readonly ObjectSummary[] All = [.. new[] { "a.txt", "b/c.txt", "b/d/e.txt", "b/f.txt", "g/", "/h", "b" }
        .Select((name, index) => new ObjectSummary(NameOf(name), 1, 10 + index, DateTimeOffset.UnixEpoch))];

    [Theory]
    [InlineData("", "/:1:15 b/:3:36 g/:1:14 a.txt:1:10 b:1:16")]
    [InlineData("b/", "d/:1:12 c.txt:1:11 f.txt:1:13")]
    [InlineData("b/d/", "e.txt:1:12")]
    [InlineData("nowhere/", "")]
    public void Folder_HasWhatIsDirectlyInIt(string folder, string rows) =>
        Assert.Equal(rows, string.Join(' ', new FolderRows(All, folder).List(null).Select(row => $"{row.Name}:{row.Count}:{row.Size}")));

    [Theory]
    [InlineData("", "TXT", "a.txt b/c.txt b/d/e.txt b/f.txt")]
    [InlineData("b/", "e.t", "d/e.txt")]
    [InlineData("", "  ", "/ b/ g/ a.txt b")]
    public void Search_LooksBelow(string folder, string search, string rows) =>
        Assert.Equal(rows, string.Join(' ', new FolderRows(All, folder).List(search).Select(row => row.Name)));

    [Fact]
    public void Order_IsBySizeOrTime_WithFoldersFirst()
    {
        ObjectSummary[] files =
        [
            new(NameOf("folder/x"), 1, 1, DateTimeOffset.UnixEpoch), new(NameOf("a large one"), 1, 9, DateTimeOffset.UnixEpoch.AddDays(1)),
            new(NameOf("b small one"), 1, 3, DateTimeOffset.UnixEpoch.AddDays(2)), new(NameOf("c larger one"), 1, 10, DateTimeOffset.UnixEpoch),
        ];
        var rows = new FolderRows(files, "").List(null);

        Assert.Equal(["folder/", "a large one", "b small one", "c larger one"], FileTree.Order(rows, FileOrder.Name).Select(row => row.Name));
        Assert.Equal(["folder/", "c larger one", "a large one", "b small one"], FileTree.Order(rows, FileOrder.Size).Select(row => row.Name));
        Assert.Equal(["folder/", "b small one", "a large one", "c larger one"], FileTree.Order(rows, FileOrder.Newest).Select(row => row.Name));
    }

    [Fact]
    public void Tags_AreCounted_AndFindTheirFilesInEveryFolderBelow()
    {
        Assert.True(Marketplace.Client.Catalog.TagSet.TryCreate(["Tax"], out var tax, out _));
        Assert.True(Marketplace.Client.Catalog.TagSet.TryCreate(["tax", "home"], out var both, out _));
        ObjectSummary[] files =
        [
            new(NameOf("a/one"), 1, 1, DateTimeOffset.UnixEpoch) { Tags = tax }, new(NameOf("b/two"), 1, 1, DateTimeOffset.UnixEpoch) { Tags = both },
            new(NameOf("three"), 1, 1, DateTimeOffset.UnixEpoch),
        ];

        Assert.Equal([("Tax", 2), ("home", 1)], FileTree.TagsOf(files));
        Assert.Equal(["a/one", "b/two"], new FolderRows(files, "").List(null, "TAX").Select(row => row.Name));
        Assert.Equal(["two"], new FolderRows(files, "b/").List(null, "tax").Select(row => row.Name));
        Assert.Equal(["b/two"], new FolderRows(files, "").List("hom").Select(row => row.Name));
    }

    [Theory]
    [InlineData("", "b/:2:3")]
    [InlineData("b/", "d/:1:5")]
    [InlineData("b/d/", "")]
    public void Folder_SaysHowManyOfItsFilesLackFragments_AndHowTheWorstDoes(string folder, string counts)
    {
        // Of twelve, and one whose health is not known: its manifest is damaged.
        var left = new Dictionary<string, int> { ["a.txt"] = 2, ["b/c.txt"] = 12, ["b/d/e.txt"] = 5, ["b/f.txt"] = 3, ["/h"] = 12, ["b"] = 1 };

        var found = new FolderRows(All, folder).FindEndangered(file => left.TryGetValue(file.Name.Value, out var count) ? new FileHealth(12, 4, 8, count, 0) : null);

        Assert.Equal(counts, string.Join(' ', found.Select(row => $"{row.Key[folder.Length..]}:{row.Value.Count}:{row.Value.Health.Left}")));
    }

    [Fact]
    public void Path_NamesEachFolder() =>
        Assert.Equal([("a", "a/"), ("", "a//"), ("b", "a//b/")], FileTree.PathTo("a//b/"));

    [Fact]
    public void HundredThousandFiles_AreListed_WithinAnInteraction()
    {
        var many = Enumerable.Range(0, 100_000).Select(index => new ObjectSummary(NameOf($"photos/{index / 1000}/{index}.jpg"), 1, 1, DateTimeOffset.UnixEpoch)).ToList();
        Assert.Equal(100, new FolderRows(many, "photos/").List(null).Count);
        Assert.Equal(1_000, new FolderRows(many, "photos/7/").List(null).Count);
    }

    [Theory]
    [InlineData("x.png", PreviewKind.Image, "image/png")]
    [InlineData("a/b.TXT", PreviewKind.Text, "text/plain; charset=utf-8")]
    [InlineData("page.html", PreviewKind.Text, "text/plain; charset=utf-8")]
    [InlineData("program.exe", PreviewKind.None, null)]
    [InlineData("x.png/", PreviewKind.None, null)]
    public void Kind_IsToldByTheName(string name, PreviewKind kind, string? type)
    {
        Assert.Equal(kind, Previews.KindOf(name));
        Assert.Equal(type, Previews.ContentTypeOf(name));
    }

    [Theory]
    [InlineData("a/b.txt", "b.txt")]
    [InlineData("../..", "file")]
    [InlineData("x/con\u0001\"trol.txt", "con__trol.txt")]
    [InlineData("", "file")]
    public void FileName_FitsOnADisk(string name, string file) => Assert.Equal(file, Previews.FileNameOf(name));

    [Theory]
    [InlineData(null, true, 0, 1000)]
    [InlineData("bytes=0-99", true, 0, 100)]
    [InlineData("bytes=900-", true, 900, 100)]
    [InlineData("bytes=-10", true, 990, 10)]
    [InlineData("bytes=-5000", true, 0, 1000)]
    [InlineData("bytes=999-5000", true, 999, 1)]
    [InlineData("bytes=1000-", false, 0, 0)]
    [InlineData("bytes=-0", false, 0, 0)]
    [InlineData("bytes=0-1,5-6", true, 0, 1000)]
    [InlineData("lines=0-1", true, 0, 1000)]
    public void Range_IsWhatWasAskedFor(string? header, bool isPossible, long from, long count)
    {
        var request = new DefaultHttpContext().Request;
        if (header is not null)
            request.Headers.Range = header;

        var found = FileEndpoints.TryFindRange(request, 1000, out var first, out var length);

        Assert.Equal(isPossible, found);
        if (found)
            Assert.Equal((from, count), (first, length));
    }

    static ObjectName NameOf(string text) => ObjectName.TryCreate(text, out var name, out _) ? name : throw new ArgumentException(text);
}
