using Dapper;
using Marketplace.Provider.Persistence;

namespace Marketplace.Provider.Fragments;

/// <summary>
/// Brings volumes and index together at start. What an earlier run wrote without indexing it was never acknowledged, and its space is given
/// back. Only volumes that were not sealed are looked at, and of them only the index, so that the time does not grow with the data.
/// </summary>
internal static class VolumeRecovery
{
    public static void Recover(StoreDatabase database, VolumeSet volumes)
    {
        var files = volumes.ListFiles().ToHashSet();
        var sealedVolumes = database.Writer.Query<long>("SELECT id FROM sealed_volumes").ToHashSet();
        var unsealed = files.Where(id => !sealedVolumes.Contains(id)).Order().ToList();
        foreach (var volume in unsealed)
        {
            var head = PunchGaps(database, volumes, volume);
            if (volume == unsealed[^1] && volume == files.Max())
            {
                // What an earlier run meant to give back of it is free already, and new fragments may be written there.
                database.Writer.Execute("DELETE FROM reclaimable WHERE volume = @volume", new { volume });
                volumes.Continue(volume, head);
            }
            else
                database.Writer.Execute("INSERT INTO sealed_volumes(id) VALUES (@volume)", new { volume });
        }
    }

    /// <returns>The end of the last indexed record.</returns>
    static long PunchGaps(StoreDatabase database, VolumeSet volumes, long volume)
    {
        var head = 0L;
        foreach (var (offset, length) in database.Writer.Query<(long, long)>(
            "SELECT offset, length FROM fragments WHERE volume = @volume ORDER BY offset", new { volume }))
        {
            volumes.Punch(new VolumeSpace(volume, head, offset - head));
            head = offset + FragmentRecord.SizeOf(length);
        }
        return head;
    }
}
