using System.Runtime.InteropServices;
using Marketplace.Application.Objects;
using Marketplace.Client.Catalog;

namespace Marketplace.Web.Files;

/// <summary>A line of the file list: a folder, or a file.</summary>
/// <param name="Name">Within its folder; of a folder with its slash.</param>
/// <param name="Path">The whole name; of a folder the prefix of what is in it.</param>
/// <param name="File">Null for a folder.</param>
/// <param name="Count">Files in a folder; 1 for a file.</param>
/// <param name="Size">Bytes of all of them.</param>
public sealed record FileRow(string Name, string Path, ObjectSummary? File, int Count, long Size);

/// <summary>The files of a folder and of those below it.</summary>
/// <param name="files">All.</param>
/// <param name="folder">With its slash; empty for the top.</param>
public sealed class FolderRows(IReadOnlyList<ObjectSummary> files, string folder)
{
    List<FileRow>? all;

    /// <summary>A row for each file, made once: of a hundred thousand that is what takes time, and each key of a search wants them.</summary>
    List<FileRow> All => all ??= [.. Below.Select(RowOf)];

    IEnumerable<ObjectSummary> Below => files.Where(file => file.Name.Value.Length > folder.Length && file.Name.Value.StartsWith(folder, StringComparison.Ordinal));

    /// <summary>What is directly in the folder, folders first, each by name; or those of all files that fit, without folders.</summary>
    /// <param name="search">Only files with this in their name or a tag; null for no search.</param>
    /// <param name="tag">Only files that have this tag; null for all.</param>
    /// <param name="only">Only files that it takes; null for all.</param>
    public IReadOnlyList<FileRow> List(string? search, string? tag = null, Predicate<ObjectSummary>? only = null)
    {
        var wanted = search?.Trim() ?? "";
        return wanted.Length == 0 && tag is not { Length: > 0 } && only is null ? Fold()
            : [.. All.Where(row => Fits(row.File!, wanted) && only?.Invoke(row.File!) != false && (tag is not { Length: > 0 } || row.File!.Tags.Contains(tag)))];
    }

    /// <summary>Of each folder directly in this one with files that lack fragments, by its path: how many lack some, and how the one does that is the nearest to its loss.</summary>
    /// <param name="healthOf">How a file does; null where that is not known.</param>
    public IReadOnlyDictionary<string, EndangeredFiles> FindEndangered(Func<ObjectSummary, FileHealth?> healthOf)
    {
        var found = new Dictionary<string, EndangeredFiles>(StringComparer.Ordinal);
        var byPath = found.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var file in Below)
        {
            if (SlashOf(file) is not (>= 0 and var slash) || healthOf(file) is not { IsEndangered: true } health)
                continue;
            ref var folded = ref CollectionsMarshal.GetValueRefOrAddDefault(byPath, file.Name.Value.AsSpan(0, slash + 1), out _);
            folded = new EndangeredFiles((folded?.Count ?? 0) + 1, folded is { Health: var worst } && worst.Margin <= health.Margin ? worst : health);
        }
        return found;
    }

    /// <summary>Where the name of the folder ends that is directly in this one and has the file; negative where the file is directly in this one.</summary>
    int SlashOf(ObjectSummary file) => file.Name.Value.IndexOf('/', folder.Length);

    List<FileRow> Fold()
    {
        var folders = new SortedDictionary<string, (int Count, long Size)>(StringComparer.Ordinal);
        var rows = new List<FileRow>();
        foreach (var file in Below)
        {
            var slash = SlashOf(file);
            if (slash < 0)
            {
                rows.Add(RowOf(file));
                continue;
            }
            var name = file.Name.Value[folder.Length..(slash + 1)];
            var (count, size) = folders.GetValueOrDefault(name);
            folders[name] = (count + 1, size + file.Size);
        }
        return [.. folders.Select(pair => new FileRow(pair.Key, folder + pair.Key, null, pair.Value.Count, pair.Value.Size)), .. rows];
    }

    FileRow RowOf(ObjectSummary file) => new(file.Name.Value[folder.Length..], file.Name.Value, file, 1, file.Size);

    static bool Fits(ObjectSummary file, string wanted) =>
        wanted.Length == 0 || file.Name.Value.Contains(wanted, StringComparison.OrdinalIgnoreCase)
        || file.Tags.All.Length > 0 && file.Tags.All.Any(tag => tag.Contains(wanted, StringComparison.OrdinalIgnoreCase));
}
