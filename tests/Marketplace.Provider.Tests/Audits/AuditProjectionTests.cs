using System.Buffers.Binary;
using Marketplace.Chain.Following;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;
using Marketplace.Provider.Audits;
using Microsoft.Data.Sqlite;

namespace Marketplace.Provider.Tests.Audits;

/// <summary>Blocks with audits come and go, as reorganisations would have them; what is known afterwards is what the remaining blocks say.</summary>
public sealed class AuditProjectionTests : IDisposable
{
    static readonly Address Us = new(Enumerable.Repeat((byte)1, 20).ToArray());
    static readonly Address Others = new(Enumerable.Repeat((byte)2, 20).ToArray());

    readonly string connectionString = $"Data Source=audits-{Guid.NewGuid():N};Mode=Memory;Cache=Shared";
    readonly SqliteConnection keeper;
    readonly AuditProjection projection;

    public AuditProjectionTests()
    {
        keeper = Open();
        projection = new AuditProjection(Us, Open);
        Run(projection.Create);
    }

    public void Dispose() => keeper.Dispose();

    /// <param name="seed">Of the walk.</param>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Blocks_AppliedAndReverted_LeaveWhatTheRemainingOnesSay(int seed)
    {
        var random = new Random(seed);
        var chain = new List<(FollowedBlock Block, List<Change> Changes)>();
        for (var step = 0; step < 60; step++)
        {
            if (chain.Count > 0 && random.Next(3) == 0)
            {
                Run(transaction => projection.Revert(transaction, chain[^1].Block));
                chain.RemoveAt(chain.Count - 1);
            }
            else
            {
                var changes = RandomChanges(random, [.. chain.SelectMany(made => made.Changes)]);
                var block = new FollowedBlock(PositionOf((ulong)chain.Count + 1), [.. changes.Select(change => change.Log)]);
                Run(transaction => projection.Apply(transaction, block));
                chain.Add((block, changes));
            }
            Check(chain);
        }
        Assert.Contains(chain, made => made.Changes.Any(change => change.Ends));
    }

    void Check(List<(FollowedBlock Block, List<Change> Changes)> chain)
    {
        var all = chain.SelectMany(made => made.Changes.Select(change => (made.Block.Position.Number, Change: change))).ToList();
        var ours = all.Where(change => !change.Change.Ends && change.Change.Provider == Us).ToList();
        var ends = all.Where(change => change.Change.Ends).ToDictionary(change => change.Change.Audit, change => change.Number);
        var open = ours.Where(change => !ends.ContainsKey(change.Change.Audit)).ToList();

        var listed = projection.ListOpen();

        Assert.Equal(open.OrderBy(change => change.Change.Deadline).ThenBy(change => change.Change.Audit).Select(change => new AuditId(change.Change.Audit)), listed.Select(audit => audit.Id));
        Assert.All(listed, audit => Assert.Equal(open.Single(change => change.Change.Audit == (ulong)audit.Id.Value).Change.Leaf, audit.Leaf));
        foreach (var above in (ulong[])[0, 3, 10])
        {
            var audited = ours.Where(change => !ends.TryGetValue(change.Change.Audit, out var end) || end > above)
                .Select(change => new AgreementId(change.Change.Agreement)).ToHashSet();
            Assert.Equal(audited.OrderBy(id => id.Value), projection.ListAudited(above).OrderBy(id => id.Value));
        }
    }

    /// <summary>What one log says. After a reorganisation a number can be another audit's.</summary>
    sealed record Change(bool Ends, ulong Audit, ulong Agreement, Address Provider, ulong Leaf, ulong Deadline, LogEntry Log);

    static List<Change> RandomChanges(Random random, IReadOnlyList<Change> before)
    {
        var next = (ulong)before.Count(change => !change.Ends) + 1;
        List<Change> changes = [];
        for (var i = random.Next(3); i > 0; i--)
            changes.Add(Demand(next++, (ulong)random.Next(1, 5), random.Next(4) == 0 ? Others : Us, (ulong)random.Next(99), (ulong)random.Next(1_000, 2_000)));
        foreach (var open in before.Concat(changes).Where(change => !change.Ends).ToList())
        {
            var isOver = before.Any(change => change.Ends && change.Audit == open.Audit);
            if (!isOver && random.Next(3) == 0)
                changes.Add(End(open, random.Next(3)));
        }
        return changes;
    }

    static Change Demand(ulong audit, ulong agreement, Address provider, ulong leaf, ulong deadline) => new(
        false, audit, agreement, provider, leaf, deadline,
        Log(
            "AuditDemanded(uint256,uint256,address,address,(uint64,bytes32,uint64),uint64,uint64,uint256,uint256)",
            [Word(audit), Word(agreement), [.. new byte[12], .. provider.ToArray()]],
            [Word(0), Word(7), Word(8), Word(100), Word(leaf), Word(deadline), Word(5), Word(6)]));

    static Change End(Change open, int way) => open with
    {
        Ends = true,
        Log = way switch
        {
            0 => Log("AuditAnswered(uint256,uint256)", [Word(open.Audit), Word(open.Agreement)], []),
            1 => Log("AuditSuperseded(uint256,uint256,(uint64,bytes32,uint64))", [Word(open.Audit), Word(open.Agreement)], [Word(8), Word(9), Word(10)]),
            _ => Log("AuditFailed(uint256,uint256,uint256,uint256)", [Word(open.Audit), Word(open.Agreement)], [Word(1), Word(2)]),
        },
    };

    static LogEntry Log(string signature, byte[][] topics, byte[][] data) => new(
        Us, [Keccak256.Hash(signature), .. topics.Select(topic => new Hash256(topic))], data.SelectMany(word => word).ToArray(), 1, Hash256.Zero, Hash256.Zero, 0, 0);

    static byte[] Word(ulong value)
    {
        var word = new byte[32];
        BinaryPrimitives.WriteUInt64BigEndian(word.AsSpan(24), value);
        return word;
    }

    static ChainPosition PositionOf(ulong number) => new(number, Hash256.Zero, DateTimeOffset.FromUnixTimeSeconds((long)number * 10));

    void Run(Action<SqliteTransaction> change)
    {
        using var transaction = keeper.BeginTransaction();
        change(transaction);
        transaction.Commit();
    }

    SqliteConnection Open()
    {
        var connection = new SqliteConnection(connectionString);
        connection.Open();
        return connection;
    }
}
