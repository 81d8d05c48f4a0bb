using Microsoft.Data.Sqlite;

namespace Marketplace.Provider.Fragments;

/// <summary>
/// Finds an agreement's fragments by their roots. Those of a batch are mostly asked for in the order in which they came, so that the next one is the
/// row behind the last: rows are read ahead as long as they are what is asked for. For as long as the snapshot or the writer's scope.
/// </summary>
internal sealed class FragmentFinder(SqliteConnection connection, long agreement)
{
    const int FirstAhead = 2, MostAhead = 256, Growth = 4;

    readonly Queue<FragmentRow> ahead = [];
    int count = FirstAhead;
    long last = -1;

    /// <summary>Null if the agreement has no such fragment.</summary>
    public FragmentRow? Find(byte[] root)
    {
        if (ahead.Count == 0 && last >= 0)
        {
            FragmentIndex.ReadBehind(connection, last, count, ahead.Enqueue);
            count = Math.Min(count * Growth, MostAhead);
        }
        if (ahead.TryDequeue(out var next) && next.Agreement == agreement && next.Root.AsSpan().SequenceEqual(root))
        {
            last = next.Id;
            return next;
        }
        ahead.Clear();
        count = FirstAhead;
        var found = FragmentIndex.Find(connection, agreement, root);
        last = found?.Id ?? -1;
        return found;
    }
}
