using System.Globalization;
using Marketplace.Provider.Persistence;
using Microsoft.Win32.SafeHandles;

namespace Marketplace.Provider.Fragments;

/// <summary>
/// The volume files. Space is handed out at the end of the newest one, its disk blocks reserved first, and never handed out twice: what is
/// given back is punched out of the file, and a volume with nothing left in it is removed.
/// </summary>
internal sealed class VolumeSet : IDisposable
{
    const string Extension = ".volume";

    readonly Lock gate = new();
    readonly string directory;
    readonly IDurability durability;
    readonly StoreOptions options;
    readonly Dictionary<long, Volume> open = [];
    Volume? active;
    long newest;

    public VolumeSet(StoreOptions options, IDurability durability)
    {
        this.options = options;
        this.durability = durability;
        directory = Path.Combine(options.DataDirectory, "volumes");
        if (!Directory.Exists(directory))
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            durability.SyncDirectory(options.DataDirectory);
        }
        newest = ListFiles().DefaultIfEmpty(0).Max();
    }

    /// <summary>The numbers of the files that are there.</summary>
    public IEnumerable<long> ListFiles() =>
        from path in Directory.EnumerateFiles(directory, "*" + Extension)
        let name = Path.GetFileNameWithoutExtension(path)
        where long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _)
        select long.Parse(name, CultureInfo.InvariantCulture);

    public string PathOf(long volume) => Path.Combine(directory, volume.ToString("D8", CultureInfo.InvariantCulture) + Extension);

    /// <summary>Goes on writing a volume of an earlier run behind its last indexed record.</summary>
    public void Continue(long volume, long head)
    {
        var handle = OpenFile(volume, FileMode.Open);
        lock (gate)
        {
            // A crash may have left the file longer than the blocks that were reserved for it: those are asked for again.
            active = new Volume(volume, handle, head, head);
            open.Add(volume, active);
        }
    }

    /// <summary>Space for one record, with its disk blocks; null if the disk has none. To be settled by <see cref="Settle"/>.</summary>
    /// <exception cref="DurabilityException">The disk failed.</exception>
    public VolumeSpace? TryReserve(long length)
    {
        lock (gate)
        {
            if (active is { } current && current.Head + length > options.VolumeBytes)
            {
                current.Full = true;
                active = null;
            }
            active ??= Create();
            if (!TryExtend(active, active.Head + length))
                return null;
            var space = new VolumeSpace(active.Id, active.Head, length);
            active.Head += length;
            active.Unsettled++;
            return space;
        }
    }

    /// <summary>The volume that a reserved space is in; valid until the space is settled.</summary>
    public Volume VolumeOf(VolumeSpace space)
    {
        lock (gate)
            return open[space.Volume];
    }

    /// <summary>Bytes were written; the next <see cref="SyncWritten"/> covers them.</summary>
    public void MarkWritten(VolumeSpace space)
    {
        lock (gate)
            open[space.Volume].Dirty = true;
    }

    /// <summary>Makes everything durable that was marked written before the call.</summary>
    public void SyncWritten()
    {
        List<Volume> dirty;
        lock (gate)
        {
            dirty = open.Values.Where(volume => volume.Dirty).ToList();
            dirty.ForEach(volume => volume.Dirty = false);
        }
        dirty.ForEach(volume => durability.SyncFile(volume.Handle));
    }

    /// <summary>The record's fate is in the index, or it was given up.</summary>
    public void Settle(VolumeSpace space)
    {
        lock (gate)
            open[space.Volume].Unsettled--;
    }

    /// <summary>Gives up a reserved space.</summary>
    public void GiveBack(VolumeSpace space)
    {
        Punch(space);
        Settle(space);
    }

    /// <summary>Volumes that nothing will be written to any more. They may be marked sealed in the index, and then closed.</summary>
    public IReadOnlyList<long> Sealable()
    {
        lock (gate)
            return open.Values.Where(IsSealable).Select(volume => volume.Id).ToList();
    }

    /// <summary>Closes a sealable volume's file.</summary>
    public void Close(long volume)
    {
        lock (gate)
        {
            if (open.TryGetValue(volume, out var found) && IsSealable(found) && open.Remove(volume))
                found.Dispose();
        }
    }

    /// <summary>Whether the file system takes the blocks of a range back; true until it was seen not to.</summary>
    public bool GivesHolesBack { get; private set; } = true;

    /// <summary>Bytes that the file system still has for the volumes.</summary>
    public long AvailableBytes() => durability.AvailableBytes(directory);

    /// <summary>Opens a volume for reading; null if it is gone. The caller disposes it.</summary>
    public SafeFileHandle? TryOpenRead(long volume)
    {
        try
        {
            return File.OpenHandle(PathOf(volume), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete,
                FileOptions.RandomAccess);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Gives a range's disk blocks back, where the file system can. A volume that is gone has given back everything.</summary>
    public void Punch(VolumeSpace space)
    {
        if (space.Length <= 0 || !File.Exists(PathOf(space.Volume)))
            return;
        using var handle = OpenFile(space.Volume, FileMode.Open);
        GivesHolesBack = durability.TryPunchHole(handle, space.Offset, space.Length);
    }

    /// <summary>Has the system forget what it keeps of a range, so that it is read from the disk next. Only what is durable goes.</summary>
    public void DropCached(VolumeSpace space)
    {
        using var handle = TryOpenRead(space.Volume);
        if (handle is not null)
            durability.DropCached(handle, space.Offset, space.Length);
    }

    /// <summary>Writes bytes over a part of a record, durably. False if its volume is gone.</summary>
    /// <exception cref="DurabilityException">The disk failed.</exception>
    public bool TryRewrite(long volume, long offset, ReadOnlySpan<byte> bytes)
    {
        try
        {
            using var handle = OpenFile(volume, FileMode.Open);
            RandomAccess.Write(handle, bytes, offset);
            durability.SyncFile(handle);
            return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Removes a volume that holds nothing.</summary>
    public void Delete(long volume)
    {
        File.Delete(PathOf(volume));
        durability.SyncDirectory(directory);
    }

    public void Dispose()
    {
        lock (gate)
        {
            foreach (var volume in open.Values)
                volume.Dispose();
            open.Clear();
            active = null;
        }
    }

    static bool IsSealable(Volume volume) => volume is { Full: true, Unsettled: 0, Dirty: false };

    Volume Create()
    {
        var id = newest + 1;
        var handle = OpenFile(id, FileMode.CreateNew);
        newest = id;
        durability.SyncDirectory(directory);
        var volume = new Volume(id, handle, 0, 0);
        open.Add(id, volume);
        return volume;
    }

    bool TryExtend(Volume volume, long end)
    {
        if (end <= volume.Allocated)
            return true;
        var ahead = Math.Max(end, Math.Min(volume.Allocated + options.PreallocationBytes, options.VolumeBytes));
        return TryAllocate(volume, ahead) || TryAllocate(volume, end);
    }

    bool TryAllocate(Volume volume, long end)
    {
        var length = end - volume.Allocated;
        if (durability.AvailableBytes(directory) - length < options.KeepFreeBytes)
            return false;
        if (!durability.TryAllocate(volume.Handle, volume.Allocated, length))
            return false;
        volume.Allocated = end;
        return true;
    }

    SafeFileHandle OpenFile(long volume, FileMode mode)
    {
        var path = PathOf(volume);
        var handle = File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        if (mode == FileMode.CreateNew)
            File.SetUnixFileMode(handle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return handle;
    }
}
