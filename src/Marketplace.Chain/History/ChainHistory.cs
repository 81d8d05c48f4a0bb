using System.Globalization;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Chain.History;

/// <summary>
/// What the chain logged, for all who ask: each list of logs is read once, and then grows. So a new block costs a list one question about the newest blocks,
/// however long its history is and however many look at it.
/// </summary>
/// <param name="client">The chain.</param>
public sealed class ChainHistory(EthereumClient client)
{
    /// <summary>Blocks with so many on top are not replaced any more.</summary>
    public const ulong Depth = 64;

    /// <summary>Logs that are remembered; beyond, the lists that nobody asked for longest are forgotten, and read anew when somebody does.</summary>
    const int MostLogs = 100_000;

    /// <summary>What a list weighs beside its logs.</summary>
    const int ListWeight = 20;

    readonly SettledChain chain = new(client);
    readonly Lock gate = new();
    readonly Dictionary<string, Remembered> lists = new(StringComparer.Ordinal);
    ulong asked;

    /// <summary>A list of one's own, which is remembered as long as whoever asks for it.</summary>
    /// <param name="filter">Which logs; its range counts from its first block on.</param>
    /// <param name="read">What is kept of a log; null for nothing.</param>
    public GrowingLogs<T> Follow<T>(LogFilter filter, Func<LogEntry, T?> read) where T : class => new(client, chain, filter, read);

    /// <summary>The logs of a filter from its first block up to the newest, in the order of the chain.</summary>
    /// <param name="filter">Which; its last block does not count.</param>
    /// <param name="head">The newest block.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<LogEntry>> FindAsync(LogFilter filter, BlockHeader head, CancellationToken cancellationToken)
    {
        var found = await ListOf(filter).ReadAsync(head, cancellationToken);
        Forget();
        return found;
    }

    GrowingLogs<LogEntry> ListOf(LogFilter filter)
    {
        var name = NameOf(filter);
        lock (gate)
        {
            if (!lists.TryGetValue(name, out var list))
                lists.Add(name, list = new Remembered(Follow(filter, log => log)));
            list.Asked = ++asked;
            return list.Logs;
        }
    }

    void Forget()
    {
        lock (gate)
        {
            var weight = lists.Values.Sum(WeightOf);
            while (weight > MostLogs && lists.Count > 1)
            {
                var (name, oldest) = lists.MinBy(list => list.Value.Asked);
                lists.Remove(name);
                weight -= WeightOf(oldest);
            }
        }
    }

    static int WeightOf(Remembered list) => list.Logs.Count + ListWeight;

    static string NameOf(LogFilter filter) => string.Create(
        CultureInfo.InvariantCulture,
        $"{filter.FromBlock}|{string.Join(',', filter.Addresses)}|{string.Join('|', filter.Topics.Select(allowed => allowed is null ? "" : string.Join(',', allowed)))}");

    sealed class Remembered(GrowingLogs<LogEntry> logs)
    {
        public GrowingLogs<LogEntry> Logs { get; } = logs;

        /// <summary>When it was asked for last, among all questions.</summary>
        public ulong Asked { get; set; }
    }
}
