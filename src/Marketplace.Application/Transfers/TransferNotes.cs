using System.Text.Json;
using Marketplace.Client.Catalog;
using Marketplace.Ethereum.Accounts;

namespace Marketplace.Application.Transfers;

/// <summary>A file that is not stored yet.</summary>
/// <param name="Name">The object's name.</param>
/// <param name="Size">Bytes.</param>
readonly record struct TransferNote(string Name, long Size);

/// <summary>
/// What is on its way, by name, on the disk: of what was handed over a crash leaves nothing, and nobody is to take for stored what is not. The file is for its owner only, as
/// the catalog is.
/// </summary>
/// <param name="folder">Where content is spooled.</param>
sealed class TransferNotes(string folder)
{
    /// <summary>What is longer was not written here.</summary>
    const int LongestFile = 64 << 20;

    readonly string path = Path.Combine(folder, "not-stored.json");
    int written;

    /// <summary>Those of the last run; none where there is no file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It is not this user's.</exception>
    /// <exception cref="FormatException">It is nothing that <see cref="Write"/> wrote.</exception>
    public IReadOnlyList<(ObjectName Name, long Size)> Read()
    {
        if (!File.Exists(path))
            return [];
        if (new FileInfo(path).Length > LongestFile)
            throw new FormatException("It is too long.");
        try
        {
            var notes = JsonSerializer.Deserialize<List<TransferNote>>(File.ReadAllBytes(path)) ?? throw new FormatException("It is no list.");
            written = notes.Count;
            return [.. notes.Select(static note => (NameOf(note), note.Size))];
        }
        catch (JsonException fault)
        {
            throw new FormatException("It is no list of files.", fault);
        }
    }

    /// <summary>Durably, instead of those that were written before.</summary>
    /// <exception cref="IOException">The disk is full, or the folder is gone.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is not this user's.</exception>
    public void Write(IReadOnlyList<TransferNote> notes)
    {
        if (notes.Count == 0 && written == 0)
            return;
        DurableWrite.Replace(path, JsonSerializer.SerializeToUtf8Bytes(notes));
        written = notes.Count;
    }

    static ObjectName NameOf(TransferNote note) =>
        note.Size is >= 0 and <= TransferQueue.LargestObject && ObjectName.TryCreate(note.Name, out var name, out _) ? name : throw new FormatException("It names no file.");
}
