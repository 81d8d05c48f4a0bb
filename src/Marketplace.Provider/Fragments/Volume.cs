using Microsoft.Win32.SafeHandles;

namespace Marketplace.Provider.Fragments;

/// <summary>
/// An append-only file that records are being written to. All members but the handle and the turns are guarded by its <see cref="VolumeSet"/>.
/// </summary>
internal sealed class Volume(long id, SafeFileHandle handle, long head, long allocated) : IDisposable
{
    public long Id { get; } = id;

    public SafeFileHandle Handle { get; } = handle;

    /// <summary>
    /// Taken to write a piece. The system lets one write into a file at a time whatever the place, and others wait for it by going round in
    /// circles; here they leave the processor to somebody else.
    /// </summary>
    public SemaphoreSlim Turns { get; } = new(1);

    /// <summary>Where the next record begins.</summary>
    public long Head { get; set; } = head;

    /// <summary>Up to where disk blocks are reserved.</summary>
    public long Allocated { get; set; } = allocated;

    /// <summary>Records that were begun and are neither indexed nor abandoned.</summary>
    public int Unsettled { get; set; }

    /// <summary>Bytes were written that no fsync covers yet.</summary>
    public bool Dirty { get; set; }

    /// <summary>No record will be begun here any more.</summary>
    public bool Full { get; set; }

    public void Dispose()
    {
        Handle.Dispose();
        Turns.Dispose();
    }
}
