using Marketplace.Chain.Following;
using Marketplace.Ethereum.Transactions;
using Microsoft.Data.Sqlite;

namespace Marketplace.Chain.Tests.Following;

/// <summary>Lists all logs in order and keeps a sum that only fits if every log was applied once more than it was reverted.</summary>
sealed class JournalProjection(int version = 1) : IProjection
{
    /// <summary>Thrown from the next <see cref="Apply"/>: a process that ends in the middle of a transaction.</summary>
    public bool FailsOnce { get; set; }

    public string Name => "journal";

    public int Version => version;

    public void Create(SqliteTransaction transaction) => transaction.Execute(
        "CREATE TABLE IF NOT EXISTS journal (place INTEGER PRIMARY KEY, topic TEXT); CREATE TABLE IF NOT EXISTS total (value INTEGER); "
        + "INSERT INTO total SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM total)");

    public void Apply(SqliteTransaction transaction, FollowedBlock block)
    {
        foreach (var log in block.Logs)
        {
            transaction.Execute("INSERT INTO journal (topic) VALUES ($0)", log.Topics[0].ToString());
            transaction.Execute("UPDATE total SET value = value + $0", Weight(log));
        }
        if (FailsOnce)
        {
            FailsOnce = false;
            throw new InvalidOperationException("Injected.");
        }
    }

    public void Revert(SqliteTransaction transaction, FollowedBlock block)
    {
        foreach (var log in block.Logs.Reverse())
        {
            var undone = transaction.Execute("DELETE FROM journal WHERE place = (SELECT max(place) FROM journal) AND topic = $0",
                log.Topics[0].ToString());
            if (undone != 1)
                throw new InvalidOperationException("Reverted something else than was applied last.");
            transaction.Execute("UPDATE total SET value = value - $0", Weight(log));
        }
    }

    public void Reset(SqliteTransaction transaction) => transaction.Execute("DELETE FROM journal; UPDATE total SET value = 0");

    public static (string[] Topics, long Total) Read(SqliteConnection connection) =>
        ([.. connection.Query("SELECT topic FROM journal ORDER BY place", row => row.GetString(0))],
            connection.Query("SELECT value FROM total", row => row.GetInt64(0)).Single());

    public static (string[] Topics, long Total) Fold(FakeChain chain, ulong from) => Fold([.. chain.CanonicalLogs(from)]);

    public static (string[] Topics, long Total) Fold(IReadOnlyList<LogEntry> logs) =>
        ([.. logs.Select(log => log.Topics[0].ToString())], logs.Sum(Weight));

    static long Weight(LogEntry log) =>
        log.Data.Length >= sizeof(long) ? BitConverter.ToInt64(log.Data.Span[^sizeof(long)..]) : log.Data.Length;
}
