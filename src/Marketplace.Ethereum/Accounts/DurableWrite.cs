using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Marketplace.Ethereum.Accounts;

/// <summary>
/// Replaces small files so that after a crash either the old or the new contents are there, readable by their owner only. The framework
/// cannot sync a
/// directory and does not report a failed sync, so libc is asked.
/// </summary>
public static partial class DurableWrite
{
    const int ReadOnlyDirectory = 0x10000;

    /// <summary>Returns when the new contents are on the disk.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="contents">All of it.</param>
    /// <exception cref="IOException">
    /// The bytes are not known to be on the disk. The old contents, if any, are still there or already replaced.
    /// </exception>
    public static void Replace(string path, ReadOnlySpan<byte> contents)
    {
        var full = Path.GetFullPath(path);
        var directory = Path.GetDirectoryName(full)!;
        var temporary = Path.Combine(directory, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}");
        try
        {
            Write(temporary, contents);
            File.Move(temporary, full, overwrite: true);
            SyncDirectory(directory);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    static void Write(string path, ReadOnlySpan<byte> contents)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(path, options);
        file.Write(contents);
        if (OperatingSystem.IsWindows())
            file.Flush();
        else if (Sync(file.SafeFileHandle) != 0)
            throw Failure("sync", path);
    }

    static void SyncDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = Open(directory, ReadOnlyDirectory);
        if (descriptor < 0)
            throw Failure("open", directory);
        try
        {
            if (Sync(descriptor) != 0)
                throw Failure("sync", directory);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    static IOException Failure(string verb, string path)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"Could not {verb} {path}: {new Win32Exception(error).Message}");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(SafeHandle descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
