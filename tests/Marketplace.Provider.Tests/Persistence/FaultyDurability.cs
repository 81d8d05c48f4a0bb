using Marketplace.Provider.Persistence;
using Microsoft.Win32.SafeHandles;

namespace Marketplace.Provider.Tests.Persistence;

/// <summary>A disk that fails on command.</summary>
internal sealed class FaultyDurability(IDurability inner) : IDurability
{
    /// <summary>Whether fsync of a file fails with EIO.</summary>
    public bool FailSync { get; set; }

    /// <summary>Whether there is no block left.</summary>
    public bool Full { get; set; }

    /// <summary>Whether the file system cannot punch holes.</summary>
    public bool NoHoles { get; set; }

    /// <summary>Fsyncs of files so far.</summary>
    public int Syncs { get; private set; }

    public List<long> Holes { get; } = [];

    /// <summary>Hears which ranges are to be read from the disk next.</summary>
    public Action<long>? Dropped { get; set; }

    /// <summary>Is called before and after everything that changes what is on the disk.</summary>
    public Action<string>? Step { get; set; }

    public void SyncFile(SafeFileHandle file)
    {
        Syncs++;
        if (FailSync)
            throw new DurabilityException("fsync", 5);
        Step?.Invoke("sync");
        inner.SyncFile(file);
        Step?.Invoke("sync");
    }

    public void SyncDirectory(string path)
    {
        Step?.Invoke("sync directory");
        inner.SyncDirectory(path);
        Step?.Invoke("sync directory");
    }

    public bool TryAllocate(SafeFileHandle file, long offset, long length) => !Full && inner.TryAllocate(file, offset, length);

    public bool TryPunchHole(SafeFileHandle file, long offset, long length)
    {
        Holes.Add(length);
        Step?.Invoke("punch");
        var punched = !NoHoles && inner.TryPunchHole(file, offset, length);
        Step?.Invoke("punch");
        return punched;
    }

    public void DropCached(SafeFileHandle file, long offset, long length)
    {
        Dropped?.Invoke(offset);
        inner.DropCached(file, offset, length);
    }

    public long AvailableBytes(string path) => inner.AvailableBytes(path);
}
