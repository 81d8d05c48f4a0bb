using Microsoft.Win32.SafeHandles;

namespace Marketplace.Provider.Persistence;

/// <summary>What the store asks of the file system and must know the outcome of. The seam where tests inject failing disks.</summary>
internal interface IDurability
{
    /// <summary>Returns when the file's contents, and the metadata needed to read them back, are on stable storage.</summary>
    /// <exception cref="DurabilityException">The system reported a failure: earlier writes may be lost even if a later call
    /// succeeds.</exception>
    void SyncFile(SafeFileHandle file);

    /// <summary>Returns when creations, renames and removals in the directory are on stable storage.</summary>
    /// <exception cref="DurabilityException">The system reported a failure.</exception>
    void SyncDirectory(string path);

    /// <summary>Reserves disk blocks for a range and extends the file over it.</summary>
    /// <returns>False if the disk, the quota or the file size limit does not allow it; the file may have grown in part.</returns>
    /// <exception cref="DurabilityException">Any other failure.</exception>
    bool TryAllocate(SafeFileHandle file, long offset, long length);

    /// <summary>Gives the blocks of a range back to the file system; the range then reads as zeros.</summary>
    /// <returns>False if the file system cannot do it.</returns>
    /// <exception cref="DurabilityException">Any other failure.</exception>
    bool TryPunchHole(SafeFileHandle file, long offset, long length);

    /// <summary>
    /// Has the system forget its copy in memory of a range's bytes that are on stable storage. Only advice: it may keep them.
    /// </summary>
    void DropCached(SafeFileHandle file, long offset, long length);

    /// <summary>Bytes that an unprivileged user may still allocate on the file system that holds the path.</summary>
    long AvailableBytes(string path);
}
