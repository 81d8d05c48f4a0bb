using Marketplace.Client.Catalog;

namespace Marketplace.Web.Files;

/// <summary>A line of the file list: a folder, or a file.</summary>
/// <param name="Name">Within its folder; of a folder with its slash.</param>
/// <param name="Path">The whole name; of a folder the prefix of what is in it.</param>
/// <param name="File">Null for a folder.</param>
/// <param name="Count">Files in a folder; 1 for a file.</param>
/// <param name="Size">Bytes of all of them.</param>
public sealed record FileRow(string Name, string Path, ObjectSummary? File, int Count, long Size);

/// <summary>What the file list is ordered by; folders come before files, by name.</summary>
public enum FileOrder
{
    /// <summary>By name.</summary>
    Name,

    /// <summary>The largest first.</summary>
    Size,

    /// <summary>The newest first.</summary>
    Newest,
}

/// <summary>Names with slashes, seen as folders.</summary>
public static class FileTree
{
    /// <summary>What is directly in a folder: folders first, each by name.</summary>
    /// <param name="files">All.</param>
    /// <param name="folder">With its slash; empty for the top.</param>
    /// <param name="search">Only files of this folder and those below with this in their name or a tag, without folders; null for no search.</param>
    /// <param name="tag">Only files of this folder and those below that have this tag, without folders; null for all.</param>
    /// <param name="only">Only files of this folder and those below that it takes, without folders; null for all.</param>
    public static IReadOnlyList<FileRow> List(IEnumerable<ObjectSummary> files, string folder, string? search, string? tag = null, Predicate<ObjectSummary>? only = null)
    {
        var here = files.Where(file => file.Name.Value.StartsWith(folder, StringComparison.Ordinal) && file.Name.Value.Length > folder.Length);
        var wanted = search?.Trim() ?? "";
        if (wanted.Length > 0 || tag is { Length: > 0 } || only is not null)
            return [.. here.Where(file => Fits(file, wanted) && only?.Invoke(file) != false && (tag is not { Length: > 0 } || file.Tags.Contains(tag))).Select(file => RowOf(file, folder.Length))];
        var folders = new SortedDictionary<string, (int Count, long Size)>(StringComparer.Ordinal);
        var rows = new List<FileRow>();
        foreach (var file in here)
        {
            var slash = file.Name.Value.IndexOf('/', folder.Length);
            if (slash < 0)
            {
                rows.Add(RowOf(file, folder.Length));
                continue;
            }
            var name = file.Name.Value[folder.Length..(slash + 1)];
            var (count, size) = folders.GetValueOrDefault(name);
            folders[name] = (count + 1, size + file.Size);
        }
        return [.. folders.Select(pair => new FileRow(pair.Key, folder + pair.Key, null, pair.Value.Count, pair.Value.Size)), .. rows];
    }

    /// <summary>The rows in another order; folders stay before files.</summary>
    public static IReadOnlyList<FileRow> Order(IReadOnlyList<FileRow> rows, FileOrder order) => order switch
    {
        FileOrder.Size => Descending(rows, row => row.Size),
        FileOrder.Newest => Descending(rows, row => row.File?.Created.UtcTicks ?? 0),
        _ => rows,
    };

    /// <summary>Files by a number, the highest first; folders by theirs before them, and what is equal as it was. Numbers alone are sorted, which a hundred thousand files need.</summary>
    static FileRow[] Descending(IReadOnlyList<FileRow> rows, Func<FileRow, long> number)
    {
        var folders = rows.TakeWhile(row => row.File is null).Count();
        var sorted = new FileRow[rows.Count];
        Descend(0, folders);
        Descend(folders, rows.Count);
        return sorted;

        void Descend(int from, int to)
        {
            var keys = new long[to - from];
            var places = new int[to - from];
            for (var i = from; i < to; i++)
                (keys[i - from], places[i - from]) = (-number(rows[i]), i);
            Array.Sort(keys, places);
            for (var start = 0; start < keys.Length;)
            {
                var end = start + 1;
                while (end < keys.Length && keys[end] == keys[start])
                    end++;
                Array.Sort(places, start, end - start);
                start = end;
            }
            for (var i = 0; i < places.Length; i++)
                sorted[from + i] = rows[places[i]];
        }
    }

    /// <summary>All tags of files, with how many files have each; the most used first.</summary>
    public static IReadOnlyList<(string Tag, int Count)> TagsOf(IEnumerable<ObjectSummary> files) =>
        [.. files.SelectMany(file => file.Tags.All).GroupBy(tag => tag, StringComparer.OrdinalIgnoreCase)
            .Select(group => (group.Key, group.Count())).OrderByDescending(row => row.Item2).ThenBy(row => row.Key, StringComparer.OrdinalIgnoreCase)];

    /// <summary>All folders, by name.</summary>
    public static IEnumerable<string> FoldersOf(IEnumerable<ObjectSummary> files) =>
        files.SelectMany(file => PathTo(file.Name.Value)).Select(step => step.Path).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    /// <summary>The folders that lead to one, with what is shown of each.</summary>
    public static IReadOnlyList<(string Name, string Path)> PathTo(string folder)
    {
        var steps = new List<(string, string)>();
        for (var at = 0; folder.IndexOf('/', at) is >= 0 and var slash; at = slash + 1)
            steps.Add((folder[at..slash], folder[..(slash + 1)]));
        return steps;
    }

    static bool Fits(ObjectSummary file, string wanted) =>
        file.Name.Value.Contains(wanted, StringComparison.OrdinalIgnoreCase)
        || file.Tags.All.Length > 0 && file.Tags.All.Any(tag => tag.Contains(wanted, StringComparison.OrdinalIgnoreCase));

    static FileRow RowOf(ObjectSummary file, int skipped) => new(file.Name.Value[skipped..], file.Name.Value, file, 1, file.Size);
}
