using Microsoft.Win32.SafeHandles;

namespace Marketplace.Client.Uploads;

/// <summary>A file; whether it changed or vanished is told from its length and time of change, on the open file and at its path.</summary>
public sealed class FileUploadSource : IUploadSource
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
    public static FileUploadSource Open(string path)
    {
        var handle = File.OpenHandle(
            path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous);
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
    public async ValueTask<int> ReadAsync(long position, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var done = 0;
        while (done < buffer.Length)
        {
            var read = await RandomAccess.ReadAsync(handle, buffer[done..], position + done, cancellationToken);
            if (read == 0)
                break;
            done += read;
        }
        return done;
    }

    /// <inheritdoc/>
    public string? FindChange()
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            return $"{path} vanished while it was read.";
        var same = RandomAccess.GetLength(handle) == Length && File.GetLastWriteTimeUtc(handle) == changed
            && file.Length == Length && file.LastWriteTimeUtc == changed;
        return same ? null : $"{path} changed while it was read.";
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();
}
