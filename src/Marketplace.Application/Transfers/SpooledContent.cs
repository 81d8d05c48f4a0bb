using Marketplace.Client.Uploads;
using Microsoft.Win32.SafeHandles;

namespace Marketplace.Application.Transfers;

/// <summary>
/// Content that a browser handed over, in a file without a name: a crash leaves nothing of it behind. While it is paused, nobody gets to read it, which
/// holds up whatever is made of it.
/// </summary>
sealed class SpooledContent : IUploadSource
{
    readonly SafeFileHandle file;
    readonly Lock gate = new();
    TaskCompletionSource? paused;

    SpooledContent(SafeFileHandle file, long length) => (this.file, Length) = (file, length);

    public long Length { get; }

    /// <exception cref="IOException">The disk is full.</exception>
    public static SpooledContent Create(string folder, long length)
    {
        var path = Path.Combine(folder, Guid.NewGuid().ToString("N") + ".part");
        using (new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
        }
        try
        {
            return new SpooledContent(File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous), length);
        }
        finally
        {
            File.Delete(path);
        }
    }

    public ValueTask WriteAsync(long position, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        RandomAccess.WriteAsync(file, bytes, position, cancellationToken);

    public async ValueTask<int> ReadAsync(long position, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        await WhenGoingAsync().WaitAsync(cancellationToken);
        var done = 0;
        while (done < buffer.Length && await RandomAccess.ReadAsync(file, buffer[done..], position + done, cancellationToken) is > 0 and var read)
            done += read;
        return done;
    }

    public string? FindChange() => null;

    public void Pause()
    {
        lock (gate)
            paused ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public void Resume()
    {
        lock (gate)
        {
            paused?.TrySetResult();
            paused = null;
        }
    }

    public void Dispose() => file.Dispose();

    Task WhenGoingAsync()
    {
        lock (gate)
            return paused?.Task ?? Task.CompletedTask;
    }
}
