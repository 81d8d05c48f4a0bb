using Marketplace.Client.Catalog;

namespace Marketplace.Web.Files;

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
}
