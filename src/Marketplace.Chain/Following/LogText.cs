using System.Text.Json;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Chain.Following;

/// <summary>
/// The logs of one block as text in the follower's own table, so that <see cref="IProjection.Revert"/> gets what <see
/// cref="IProjection.Apply"/> got.
/// </summary>
static class LogText
{
    sealed record Row(string Address, string[] Topics, byte[] Data, string Transaction, ulong TransactionIndex, ulong LogIndex);

    public static string Write(IReadOnlyList<LogEntry> logs) =>
        JsonSerializer.Serialize(logs.Select(log => new Row(
            log.Address.ToString(), [.. log.Topics.Select(topic => topic.ToString())], log.Data.ToArray(),
            log.TransactionHash.ToString(), log.TransactionIndex, log.LogIndex)));

    public static IReadOnlyList<LogEntry> Read(string text, ChainPosition block) =>
        [.. (JsonSerializer.Deserialize<Row[]>(text) ?? []).Select(row => new LogEntry(
            Address.Parse(row.Address), [.. row.Topics.Select(topic => Hash256.Parse(topic))], row.Data,
            block.Number, block.Hash, Hash256.Parse(row.Transaction), row.TransactionIndex, row.LogIndex))];
}
