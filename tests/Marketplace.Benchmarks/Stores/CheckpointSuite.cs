using System.Diagnostics;
using System.Globalization;
using Marketplace.Benchmarks.Figures;
using Marketplace.Benchmarks.Paths;
using Marketplace.Core.SumTree;
using Marketplace.Provider.Agreements;
using Marketplace.Provider.Fragments;
using Marketplace.Provider.Persistence;

namespace Marketplace.Benchmarks.Stores;

/// <summary>A checkpoint of some changed agreements among many, durable as a provider's node builds it.</summary>
sealed class CheckpointSuite : ISuite
{
    const double Bar = 2;
    const int AtOnce = 256;

    /// <summary>Beyond these it is only told how it grows.</summary>
    const int MostWithBar = 10_000;

    static readonly IReadOnlyList<(int Changed, int Agreements)> Shapes = [(1, 1), (100, 1_000), (1_000, 10_000), (1_000, 1_000_000)];

    /// <inheritdoc/>
    public string Name => "checkpoint";

    /// <inheritdoc/>
    public string Description => "a provider's checkpoint of changed agreements among others, on disk";

    /// <inheritdoc/>
    public IEnumerable<string> Measurements => Shapes.Select(NameOf);

    /// <inheritdoc/>
    public async Task MeasureAsync(SuiteRun run, CancellationToken cancellationToken)
    {
        foreach (var shape in Shapes.Where(shape => run.Wants(NameOf(shape))))
        {
            using var folder = new WorkFolder(onDisk: true);
            await using var store = BigStore.Open(folder.File("store"));
            run.Say($"making {shape.Agreements} agreements");
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
            await Parallel.ForAsync(1, shape.Agreements + 1, parallel, async (number, token) =>
            {
                await store.Agreements.RegisterAsync(BigStore.TermsOf(number), token);
                await ReviseAsync(store, number, 1, token);
            });
            await store.Checkpoints.BuildAsync(cancellationToken);
            var rounds = new List<Round>();
            for (var round = 0; round < run.Rounds; round++)
            {
                var revision = (ulong)round + 2;
                await Parallel.ForAsync(1, shape.Changed + 1, parallel, async (number, token) => await ReviseAsync(store, number, revision, token));
                var began = Stopwatch.GetTimestamp();
                await store.Checkpoints.BuildAsync(cancellationToken);
                rounds.Add(new Round(Stopwatch.GetElapsedTime(began).TotalSeconds, Bar));
            }
            run.Add(Figure.Of(Name, NameOf(shape), "2 s", "s", Better.Lower, rounds, shape.Agreements <= MostWithBar ? 1 : null));
        }
    }

    /// <summary>Revision n holds the fragments 1 to n.</summary>
    static async Task ReviseAsync(ProviderStore store, int agreement, ulong number, CancellationToken cancellationToken)
    {
        var id = BigStore.TermsOf(agreement).Id;
        var leaf = LeafOf(number);
        var root = SumNode.Leaf(leaf);
        var written = await store.Fragments.WriteAsync(id, root.Hash.ToHash256(), leaf.Length, new MemoryStream(leaf), cancellationToken);
        var tree = AgreementTree.Load(Enumerable.Range(0, (int)number).Select(slot => KeyValuePair.Create((uint)slot, SumNode.Leaf(LeafOf((ulong)slot + 1))))).Root;
        var request = new RevisionRequest(
            id, number, tree.Hash.ToHash256(), tree.Weight, [new SlotChange(number - 1, root.Hash.ToHash256())], new byte[65], new byte[65]);
        var result = await store.Agreements.ApplyRevisionAsync(request, cancellationToken);
        if (written != FragmentWriteResult.Stored || result is not RevisionResult.Applied)
            throw new InvalidOperationException($"The store refused: {written}, {result}.");
    }

    static byte[] LeafOf(ulong number)
    {
        var leaf = new byte[FragmentTree.LeafSize];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(leaf, number);
        return leaf;
    }

    static string NameOf((int Changed, int Agreements) shape) =>
        string.Create(CultureInfo.InvariantCulture, $"{shape.Changed} changed agreements among {shape.Agreements}");
}
