using Marketplace.Client.Catalog;
using Marketplace.Web.Files;

namespace Marketplace.Web.Tests.Files;

public sealed class FileSelectionTests
{
    static readonly ObjectSummary[] All = [.. new[] { "a/b/c.txt", "a/b/d/e.txt", "a/f.txt", "a/g.txt", "bb.txt", "b/x" }
        .Select((name, index) => new ObjectSummary(MadeVault.Name(name), 1, 10 + index, DateTimeOffset.UnixEpoch))];

    readonly FileSelection selection = new();

    [Fact]
    public void Choosing_CountsWhatIsInFolders()
    {
        var rows = new FolderRows(All, "a/").List(null);
        selection.Turn(rows[0]);
        selection.Turn(rows[1]);

        Assert.Equal((2, 3, 33), (selection.Count, selection.Files, selection.Size));
        Assert.Null(selection.Only);
        var chosen = selection.Among(All, "a/");
        Assert.Equal(["a/b/c.txt", "a/b/d/e.txt", "a/f.txt"], chosen.Files.Select(file => file.Name.Value));
        Assert.Equal(33, chosen.Size);

        selection.Turn(rows[0]);
        Assert.Equal("a/f.txt", selection.Only?.Path);
        Assert.Equal("a/f.txt", selection.Among(All, "a/").OnlyPath);
    }

    [Fact]
    public void AllThatIsListed_IsChosen_OrNoneOfIt()
    {
        var rows = new FolderRows(All, "").List(null);
        Assert.False(selection.ContainsAll(rows));
        selection.Turn(rows[0]);
        selection.TurnAll(rows);
        Assert.True(selection.ContainsAll(rows));
        Assert.Equal(All.Length, selection.Files);
        selection.TurnAll(rows);
        Assert.Equal(0, selection.Count);
        Assert.False(selection.ContainsAll([]));
    }

    [Fact]
    public void WhatIsListedNoMore_IsChosenNoMore()
    {
        selection.TurnAll(new FolderRows(All, "a/").List(null));
        selection.Keep(new FolderRows(All, "a/").List("f.txt"));
        Assert.Equal(["a/f.txt"], selection.Among(All, "a/").Files.Select(file => file.Name.Value));
        // A list that was read anew: what is in the folder is more than before.
        selection.Clear();
        selection.Turn(new FolderRows(All, "").List(null)[0]);
        var more = All.Append(new ObjectSummary(MadeVault.Name("a/new"), 1, 100, DateTimeOffset.UnixEpoch)).ToList();
        selection.Keep(new FolderRows(more, "").List(null));
        Assert.Equal((5, 146), (selection.Files, selection.Size));
    }

    [Theory]
    [InlineData("", "b/c.txt b/d/e.txt g.txt")]
    [InlineData(" kept/2026/ ", "kept/2026/b/c.txt kept/2026/b/d/e.txt kept/2026/g.txt")]
    [InlineData("/kept", "kept/b/c.txt kept/b/d/e.txt kept/g.txt")]
    [InlineData("a", "a/b/c.txt a/b/d/e.txt a/g.txt")]
    public void Moving_KeepsWhatIsBelow(string folder, string names)
    {
        var rows = new FolderRows(All, "a/").List(null);
        selection.Turn(rows[0]);
        selection.Turn(rows[2]);
        Assert.Equal(names, NamesOf(selection.Among(All, "a/").MoveTo(folder)));
    }

    [Theory]
    [InlineData("a/b/", "old", "old/c.txt old/d/e.txt")]
    [InlineData("a/b/", " / ", "c.txt d/e.txt")]
    [InlineData("a/f.txt", "/f", "f")]
    [InlineData("a/b/", "a/b/b/", "a/b/b/c.txt a/b/b/d/e.txt")]
    [InlineData("a/f.txt", "b/ f.txt", "b/ f.txt")]
    [InlineData("a/f.txt", "b/", "b/f.txt")]
    public void OneRow_GetsAnotherName(string path, string typed, string names)
    {
        selection.Turn(new FolderRows(All, "a/").List(null).Single(row => row.Path == path));
        Assert.Equal(names, NamesOf(selection.Among(All, "a/").Rename(typed)));
    }

    [Fact]
    public void ArchivesPaths_CanBeUnpackedAnywhere_AndNoneTwice()
    {
        var paths = new ArchivePaths();
        Assert.Equal("a/b.txt", paths.For("a/b.txt"));
        Assert.Equal("a/B (2).txt", paths.For("a/B.txt"));
        Assert.Equal("a/b (3).txt", paths.For("//a/b.txt"));
        Assert.Equal("file/file/etc/passwd", paths.For("../../etc/passwd"));
        Assert.Equal(".ssh/config", paths.For(".ssh/config"));
        Assert.Equal("C_/x_y_", paths.For("C:\\x|y\0".Replace('\\', '/')));
        Assert.Equal("file (2)", paths.For("/"));
        Assert.Equal("file (3)", paths.For(" . "));
        Assert.Equal("a.b/c", paths.For("a.b/c"));
        Assert.Equal("a.b/c (2)", paths.For("a.b/c."));
    }

    [Fact]
    public void ArchivesPaths_ThatAreAFileAndAFolder_BothHaveRoom_AndNoDeviceIsMeant()
    {
        var paths = new ArchivePaths();
        Assert.Equal("a", paths.For("a"));
        Assert.Equal("a (2)/b", paths.For("a/b"));
        Assert.Equal("a (2)/c", paths.For("a/c"));
        Assert.Equal("A (3)", paths.For("A"));
        Assert.Equal("_nul.txt", paths.For("nul.txt"));
        Assert.Equal("_CON/x", paths.For("CON/x"));
        Assert.Equal("console", paths.For("console"));
        var cut = paths.For("\U0001F600" + new string('x', 199));
        Assert.Equal(new string('x', 199), cut);
    }

    static string NamesOf(IReadOnlyList<(ObjectName From, string To)> moves) => string.Join(' ', moves.Select(move => move.To).Order(StringComparer.Ordinal));
}
