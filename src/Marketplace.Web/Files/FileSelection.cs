using Marketplace.Client.Catalog;

namespace Marketplace.Web.Files;

/// <summary>What is chosen in the file list: files, and folders with all that is in them.</summary>
public sealed class FileSelection() : RowSelection<FileRow>(row => row.Path)
{
    /// <summary>How many files are chosen, with those in folders.</summary>
    public int Files => Rows.Sum(row => row.Count);

    /// <summary>Bytes of all of them.</summary>
    public long Size => Rows.Sum(row => row.Size);

    /// <summary>The row that is chosen, where it is one; else null.</summary>
    public FileRow? Only => Count == 1 ? Rows.Single() : null;

    /// <summary>The files that are chosen.</summary>
    /// <param name="files">All that the vault has.</param>
    /// <param name="folder">The one that is shown, with its slash; empty for the top.</param>
    public ChosenFiles Among(IEnumerable<ObjectSummary> files, string folder) => new([.. Rows], [.. files.Where(IsChosen)], folder);

    bool IsChosen(ObjectSummary file) => ChosenFiles.PrefixesOf(file.Name.Value).Any(path => Find(path) is not null);
}

/// <summary>Files that something is done with together.</summary>
/// <param name="Rows">Files and folders as they were chosen.</param>
/// <param name="Files">All of them, with those in the folders; by name.</param>
/// <param name="Folder">In which they were chosen, with its slash; empty for the top.</param>
public sealed record ChosenFiles(IReadOnlyList<FileRow> Rows, IReadOnlyList<ObjectSummary> Files, string Folder)
{
    /// <summary>Bytes of all of them.</summary>
    public long Size { get; } = Files.Sum(file => file.Size);

    /// <summary>The names of all of them.</summary>
    public IReadOnlyList<ObjectName> Names => [.. Files.Select(file => file.Name)];

    /// <summary>What is chosen where it is one row, without a folder's slash; null where it is several.</summary>
    public string? OnlyPath => Rows.Count == 1 ? Rows[0].Path.TrimEnd('/') : null;

    /// <summary>The names that they get in another folder, each with what is below the folder that it was chosen in.</summary>
    /// <param name="folder">As people type it; empty for the top.</param>
    public IReadOnlyList<(ObjectName From, string To)> MoveTo(string folder)
    {
        var target = FolderOf(folder);
        return Moves(row => target + row.Path[ParentOf(row.Path)..]);
    }

    /// <summary>The names that they get when the one row is called otherwise.</summary>
    /// <param name="path">As people type it, with the folders above it; a folder for a file means that it goes there.</param>
    /// <exception cref="InvalidOperationException">Several rows are chosen.</exception>
    public IReadOnlyList<(ObjectName From, string To)> Rename(string path) => Rows.Single().File is null ? Moves(_ => FolderOf(path))
        : path.EndsWith('/') ? MoveTo(path) : Moves(_ => path.TrimStart('/'));

    List<(ObjectName From, string To)> Moves(Func<FileRow, string> newPath)
    {
        var paths = Rows.ToDictionary(row => row.Path, newPath, StringComparer.Ordinal);
        var moves = new List<(ObjectName From, string To)>(Files.Count);
        foreach (var file in Files)
        {
            var name = file.Name.Value;
            var chosen = PrefixesOf(name).First(paths.ContainsKey);
            moves.Add((file.Name, paths[chosen] + name[chosen.Length..]));
        }
        return moves;
    }

    /// <summary>The folders above a name, the uppermost first, and the name.</summary>
    internal static IEnumerable<string> PrefixesOf(string name)
    {
        for (var slash = name.IndexOf('/'); slash >= 0; slash = name.IndexOf('/', slash + 1))
            yield return name[..(slash + 1)];
        yield return name;
    }

    static string FolderOf(string typed) => typed.Trim().Trim('/') is { Length: > 0 } name ? name + "/" : "";

    static int ParentOf(string path) => path.Length < 2 ? 0 : path.LastIndexOf('/', path.Length - 2) + 1;
}
