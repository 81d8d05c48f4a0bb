using Microsoft.Win32.SafeHandles;

namespace Marketplace.Provider.Fragments;

/// <summary>
/// An append-only file that records are being written to. All members but the handle are guarded by its <see cref="VolumeSet"/>.
/// </summary>
internal sealed class Volume(long id, SafeFileHandle handle, long head, long allocated)
{
    public long Id { get; } = id;

    public SafeFileHandle Handle { get; } = handle;

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
}
