using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Marketplace.Provider.Persistence;

/// <summary>Linux's own calls, because the framework's flush swallows a failed fsync and cannot sync a directory.</summary>
internal sealed partial class PosixDurability : IDurability
{
    const int Interrupted = 4;
    const int FileTooLarge = 27;
    const int NoSpace = 28;
    const int NoSystemCall = 38;
    const int NotSupported = 95;
    const int QuotaExceeded = 122;
    const int OpenDirectory = 0x10000;
    const int OpenCloseOnExec = 0x80000;
    const int KeepSizeAndPunchHole = 0x1 | 0x2;

    /// <inheritdoc/>
    public void SyncFile(SafeFileHandle file)
    {
        // Not repeated on EINTR: the kernel may already have dropped the dirty pages whose failure it would report.
        if (FSync(file) != 0)
            throw new DurabilityException("fsync", Marshal.GetLastPInvokeError());
    }

    /// <inheritdoc/>
    public void SyncDirectory(string path)
    {
        var descriptor = Open(path, OpenDirectory | OpenCloseOnExec);
        if (descriptor < 0)
            throw new DurabilityException("open", Marshal.GetLastPInvokeError());
        using var directory = new SafeFileHandle(descriptor, ownsHandle: true);
        if (FSync(directory) != 0)
            throw new DurabilityException("fsync of a directory", Marshal.GetLastPInvokeError());
    }

    /// <inheritdoc/>
    public bool TryAllocate(SafeFileHandle file, long offset, long length)
    {
        int error;
        do
            error = PosixFallocate(file, offset, length);
        while (error == Interrupted);
        return error switch
        {
            0 => true,
            NoSpace or QuotaExceeded or FileTooLarge => false,
            _ => throw new DurabilityException("posix_fallocate", error),
        };
    }

    /// <inheritdoc/>
    public bool TryPunchHole(SafeFileHandle file, long offset, long length)
    {
        while (Fallocate(file, KeepSizeAndPunchHole, offset, length) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error is NotSupported or NoSystemCall)
                return false;
            if (error != Interrupted)
                throw new DurabilityException("fallocate", error);
        }
        return true;
    }

    /// <inheritdoc/>
    public void DropCached(SafeFileHandle file, long offset, long length)
    {
        const int dontNeed = 4;
        _ = PosixFadvise(file, offset, length, dontNeed);
    }

    /// <inheritdoc/>
    public long AvailableBytes(string path) => new DriveInfo(path).AvailableFreeSpace;

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "posix_fallocate")]
    private static partial int PosixFallocate(SafeFileHandle file, long offset, long length);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int PosixFadvise(SafeFileHandle file, long offset, long length, int advice);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    private static partial int Fallocate(SafeFileHandle file, int mode, long offset, long length);
}
