using Marketplace.Client.Uploads;
using Microsoft.Win32.SafeHandles;

namespace Marketplace.Application.Transfers;

/// <summary>
/// Content that a browser hands over, in a file without a name: a crash leaves nothing of it behind. The file is there, and a handle of this process is
/// open, from the first byte until it is disposed.
/// </summary>
/// <param name="folder">Where the file is.</param>
/// <param name="length">Of the whole content, in bytes.</param>
sealed class SpooledContent(string folder, long length) : IUploadSource
{
    readonly Lock gate = new();
    SafeFileHandle? file;
    bool isDisposed;

    public long Length => length;

    /// <exception cref="IOException">The disk is full, or this process has no more handles.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is not this user's.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed meanwhile.</exception>
    public ValueTask WriteAsync(long position, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        RandomAccess.WriteAsync(Take(), bytes, position, cancellationToken);

    public async ValueTask<int> ReadAsync(long position, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (length == 0)
            return 0;
        var (opened, done) = (Take(), 0);
        while (done < buffer.Length && await RandomAccess.ReadAsync(opened, buffer[done..], position + done, cancellationToken) is > 0 and var read)
            done += read;
        return done;
    }

    public string? FindChange() => null;

    public void Dispose()
    {
        lock (gate)
        {
            isDisposed = true;
            file?.Dispose();
        }
    }

    SafeFileHandle Take()
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(isDisposed, this);
            return file ??= Create(Path.Combine(folder, Guid.NewGuid().ToString("N") + ".part"));
        }
    }

    static SafeFileHandle Create(string path)
    {
        using (new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
        }
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
