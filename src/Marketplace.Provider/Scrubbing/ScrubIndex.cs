using Dapper;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Provider.Fragments;
using Microsoft.Data.Sqlite;

namespace Marketplace.Provider.Scrubbing;

/// <summary>How far a round is: everything up to a place is done. Places of later writes lie behind it and are still met.</summary>
/// <param name="Began">When the round began, in milliseconds of Unix time; 0 if there was none.</param>
/// <param name="Volume">The last fragment's volume.</param>
/// <param name="Offset">Its offset; -1 before the first.</param>
/// <param name="IsDone">Whether nothing is left of the round.</param>
internal sealed record ScrubPosition(long Began, long Volume, long Offset, bool IsDone)
{
    public static ScrubPosition StartAt(long began) => new(began, 0, -1, false);
}

/// <summary>A fragment that is to be read, with its agreement's number on chain.</summary>
internal sealed record ScrubbedFragment(FragmentRow Row, AgreementId Agreement)
{
    public Hash256 Root => new(Row.Root);
}

/// <summary>The scrub's statements. Callers hold a snapshot or the writer's scope.</summary>
internal static class ScrubIndex
{
    public static ScrubPosition Position(SqliteConnection connection)
    {
        var (began, volume, offset, done) = connection.QuerySingle<(long, long, long, long)>("SELECT began, volume, offset, done FROM scrub");
        return new ScrubPosition(began, volume, offset, done != 0);
    }

    public static void Save(SqliteConnection connection, ScrubPosition position) => connection.Execute(
        "UPDATE scrub SET began = @Began, volume = @Volume, offset = @Offset, done = @IsDone", position);

    /// <summary>The next fragments in the order of the disk. What is known to be rotten is left out: the declarations look at that.</summary>
    public static IReadOnlyList<ScrubbedFragment> Next(SqliteConnection connection, ScrubPosition after, int count) =>
    [
        .. connection.Query<Row>(
            """
            SELECT f.id, f.agreement, f.root, f.volume, f.offset, f.length, f.refs, a.agreement AS name
            FROM fragments f JOIN agreements a ON a.key = f.agreement
            WHERE (f.volume, f.offset) > (@Volume, @Offset) AND NOT EXISTS (SELECT 1 FROM rotten t WHERE t.fragment = f.id)
            ORDER BY f.volume, f.offset LIMIT @count
            """,
            new { after.Volume, after.Offset, count })
            .Select(row => new ScrubbedFragment(row.Fragment, FragmentIndex.FromBlob(row.Name))),
    ];

    sealed record Row(long Id, long Agreement, byte[] Root, long Volume, long Offset, long Length, long Refs, byte[] Name)
    {
        public FragmentRow Fragment => new(Id, Agreement, Root, Volume, Offset, Length, Refs);
    }
}
