using System.Buffers.Binary;
using Marketplace.Chain.Following;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Chain.Tests.Following;

/// <summary>A chain in memory that can be reorganised, shortened or broken between any two questions.</summary>
sealed class FakeChain : IChainSource
{
    readonly List<(BlockHeader Header, IReadOnlyList<LogEntry> Logs)> blocks = [];
    ulong salt;

    public FakeChain() => Mine(false);

    public ulong ChainId { get; set; } = 7;

    /// <summary>Runs before each question with its number since the last call of <see cref="Interrupt"/>.</summary>
    public Action<int>? BeforeQuestion { get; private set; }

    public int Questions { get; private set; }

    public ulong Height => (ulong)blocks.Count - 1;

    public IEnumerable<LogEntry> CanonicalLogs(ulong from) =>
        blocks.Where(block => block.Header.Number >= from).SelectMany(block => block.Logs);

    public Hash256 HashAt(ulong height) => blocks[(int)height].Header.Hash;

    public void Interrupt(Action<int>? action) => (BeforeQuestion, Questions) = (action, 0);

    public void Mine(bool withLogs, int count = 1)
    {
        for (var i = 0; i < count; i++)
        {
            var number = (ulong)blocks.Count;
            var hash = Hash(++salt);
            var parent = number == 0 ? Hash256.Zero : blocks[^1].Header.Hash;
            var header = new BlockHeader(number, hash, parent, DateTimeOffset.FromUnixTimeSeconds(1_000 + (long)number), Wei.One, 1, 0);
            blocks.Add((header, withLogs ? [Log(number, hash, 0), Log(number, hash, 1)] : []));
        }
    }

    public void Rollback(int depth) =>
        blocks.RemoveRange(Math.Max(1, blocks.Count - depth), blocks.Count - Math.Max(1, blocks.Count - depth));

    public void Reorganise(int depth, int length, bool withLogs)
    {
        Rollback(depth);
        Mine(withLogs, length);
    }

    public Task<ulong> GetChainIdAsync(CancellationToken cancellationToken) => Answer(() => ChainId, cancellationToken);

    public Task<BlockHeader> GetHeadAsync(CancellationToken cancellationToken) => Answer(() => blocks[^1].Header, cancellationToken);

    public Task<IReadOnlyList<BlockHeader?>> GetHeadersAsync(IReadOnlyList<ulong> heights, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<BlockHeader?>>(() => [.. heights.Select(height => height <= Height ? blocks[(int)height].Header : null)],
            cancellationToken);

    public Task<IReadOnlyList<LogEntry>> GetLogsAsync(Hash256 block, CancellationToken cancellationToken) =>
        Answer(() => blocks.Find(known => known.Header.Hash == block).Logs ?? throw new RpcProtocolException("unknown block"),
            cancellationToken);

    public Task<IReadOnlyList<LogEntry>> GetLogsAsync(ulong first, ulong last, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<LogEntry>>(
            () => [.. blocks.Where(block => block.Header.Number >= first && block.Header.Number <= last).SelectMany(block => block.Logs)],
                cancellationToken);

    Task<T> Answer<T>(Func<T> answer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        BeforeQuestion?.Invoke(++Questions);
        return Task.FromResult(answer());
    }

    LogEntry Log(ulong number, Hash256 block, ulong index) =>
        new(Address.Zero, [Hash(++salt)], BitConverter.GetBytes(salt), number, block, Hash(++salt), 0, index);

    static Hash256 Hash(ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return Keccak256.Hash(bytes);
    }
}
