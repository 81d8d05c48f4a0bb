namespace Marketplace.Provider.Persistence;

/// <summary>Small files that are always either the old or the new contents, whatever happens in between.</summary>
public static class DurableFile
{
    /// <summary>
    /// Replaces the file at <paramref name="path"/>, readable and writable by the owner only. Returns when it is durable.
    /// </summary>
    /// <exception cref="DurabilityException">The system reported a failed fsync; the file is the old or the new one.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> contents) => Replace(path, contents, new PosixDurability());

    internal static void Replace(string path, ReadOnlySpan<byte> contents, IDurability durability)
    {
        var full = Path.GetFullPath(path);
        var directory = Path.GetDirectoryName(full) ?? throw new ArgumentException("The path names no file.", nameof(path));
        var temporary = full + ".new";
        File.Delete(temporary);
        using (var file = OwnerOnly(temporary))
        {
            file.Write(contents);
            file.Flush();
            durability.SyncFile(file.SafeFileHandle);
        }
        File.Move(temporary, full, overwrite: true);
        durability.SyncDirectory(directory);
    }

    static FileStream OwnerOnly(string path) => new(path, new FileStreamOptions
    {
        Mode = FileMode.CreateNew,
        Access = FileAccess.Write,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    });
}
