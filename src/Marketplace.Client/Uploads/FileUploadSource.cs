using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Marketplace.Client.Uploads;

/// <summary>A file; whether it changed or vanished is told from its length and time of change, on the open file and at its path.</summary>
public sealed partial class FileUploadSource : IUploadSource
{
    readonly string path;
    readonly SafeFileHandle handle;
    readonly DateTime changed;

    FileUploadSource(string path, SafeFileHandle handle)
    {
        (this.path, this.handle) = (path, handle);
        Length = RandomAccess.GetLength(handle);
        changed = File.GetLastWriteTimeUtc(handle);
    }

    /// <inheritdoc/>
    public long Length { get; }

    /// <summary>Opens a file for reading; others may go on writing to it, which is found out at the end.</summary>
    /// <exception cref="IOException">There is no such file, or it cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It is a directory, or not for this user.</exception>
    /// <exception cref="NotSupportedException">It is a pipe or a terminal, which can be read only once.</exception>
    public static FileUploadSource Open(string path)
    {
        var handle = OpenWithoutWaiting(path);
        try
        {
            return new FileUploadSource(path, handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <remarks>Done by the caller's thread: what is read ahead comes from memory, and waking another thread would cost more.</remarks>
    public ValueTask<int> ReadAsync(long position, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var done = 0;
        while (done < buffer.Length)
        {
            var read = RandomAccess.Read(handle, buffer.Span[done..], position + done);
            if (read == 0)
                break;
            done += read;
        }
        return new(done);
    }

    /// <inheritdoc/>
    public void ReadAhead(long position, long length)
    {
        const int willNeed = 3;
        // Only advice: where the system does not take it, reading is slower and nothing else.
        if (OperatingSystem.IsLinux())
            _ = Advise((int)handle.DangerousGetHandle(), position, length, willNeed);
    }

    /// <inheritdoc/>
    public string? FindChange()
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            return $"{path} vanished while it was read.";
        if (RandomAccess.Read(handle, new byte[1], Length) > 0)
            return $"{path} is longer than its length says: it has changed, or is made up by the system as it is read.";
        var same = RandomAccess.GetLength(handle) == Length && File.GetLastWriteTimeUtc(handle) == changed
            && file.Length == Length && file.LastWriteTimeUtc == changed;
        return same ? null : $"{path} changed while it was read.";
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    /// <summary>The framework's way waits for somebody to write where the path is a named pipe, and cannot be cancelled.</summary>
    static SafeFileHandle OpenWithoutWaiting(string path)
    {
        const int readOnly = 0;
        var nonBlocking = OperatingSystem.IsMacOS() ? 0x4 : 0x800;
        var closeOnExec = OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;
        if (!OperatingSystem.IsWindows() && !Directory.Exists(path) && !path.Contains('\0', StringComparison.Ordinal)
            && OpenDescriptor(path, readOnly | nonBlocking | closeOnExec) is >= 0 and var descriptor)
            return new SafeFileHandle(descriptor, ownsHandle: true);
        return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int OpenDescriptor(string path, int flags);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(int descriptor, long offset, long length, int advice);
}
