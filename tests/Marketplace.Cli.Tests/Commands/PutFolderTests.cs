using Marketplace.Cli.Commands;
using Marketplace.Cli.Terminal;

namespace Marketplace.Cli.Tests.Commands;

public sealed class PutFolderTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("put-folder-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Files_BelowAFolder_AreNamedByTheirPathsInIt()
    {
        Write("b", "c/d/e", ".hidden", "c/a b");
        Assert.Equal(
            ["x/y/.hidden", "x/y/b", "x/y/c/a b", "x/y/c/d/e"], PutFolder.List(folder, "x/y").Select(file => file.Name.Value));
    }

    [Fact]
    public void Links_AreNotFollowed()
    {
        Write("a", "d/b");
        File.CreateSymbolicLink(Path.Combine(folder, "to-file"), Path.Combine(folder, "a"));
        Directory.CreateSymbolicLink(Path.Combine(folder, "round"), folder);
        Assert.Equal(["n/a", "n/d/b"], PutFolder.List(folder, "n").Select(file => file.Name.Value));
    }

    [Fact]
    public void Folder_WithoutFiles_IsRefused()
    {
        Directory.CreateDirectory(Path.Combine(folder, "empty"));
        Assert.Equal("not-found", Assert.Throws<CommandRefusal>(() => PutFolder.List(folder, "n")).Code);
    }

    void Write(params string[] paths)
    {
        foreach (var path in paths)
        {
            var file = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, path);
        }
    }
}
