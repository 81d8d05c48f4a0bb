using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Marketplace.Core.SumTree;
using Marketplace.Core.SumTree.Hashing;

namespace Marketplace.Benchmarks.Kernels;

/// <summary>The roots of whole fragments.</summary>
/// <param name="FragmentLength">Bytes of each.</param>
/// <param name="Threads">Each with a fragment of its own.</param>
public sealed record TreeWork(int FragmentLength, int Threads) : IWork
{
    const int EnoughBytes = 4 << 20;

    /// <inheritdoc/>
    public string Name => $"{FragmentLength >> 10} KiB {Threads}t";

    /// <summary>How often one invocation does it.</summary>
    public int Repeats => Math.Max(1, EnoughBytes / FragmentLength);

    /// <inheritdoc/>
    public long Bytes => (long)FragmentLength * Repeats * Threads;

    /// <inheritdoc/>
    public double? BarAgainst(string peer) => peer == TreeBenchmarks.TreeName ? 4.5 : 1.8;

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>Trees with all their nodes beside the same by the platform's hash, and beside that over the bytes alone.</summary>
public class TreeBenchmarks
{
    /// <summary>Leaves and nodes one after the other.</summary>
    public const string TreeName = "SHA256.HashData tree";

    /// <summary>The whole fragment as one message.</summary>
    public const string FlatName = "SHA256.HashData flat";

    readonly List<AlignedMemory> fragments = [];
    Team team = null!;
    Action<int> ours = null!, tree = null!, flat = null!;

    /// <summary>One after the other.</summary>
    [ParamsSource(nameof(Works))]
    public TreeWork Work { get; set; } = null!;

    /// <summary>A small one, one of 6-of-10's from a segment of 16 MiB, and one that no cache holds.</summary>
    public static IEnumerable<TreeWork> Works =>
        from threads in new[] { 1, 2 }
        from length in new[] { 64 << 10, 2731 << 10, 32 << 20 }
        select new TreeWork(length, threads);

    /// <summary>Also shows that both trees have the same root.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        team = new Team(Work.Threads);
        for (var member = 0; member < Work.Threads; member++)
            fragments.Add(new AlignedMemory(Work.FragmentLength, seed: member));
        ours = Repeated(fragment => FragmentTree.ComputeRoot(fragment));
        tree = Repeated(fragment => PlatformRoot(fragment));
        flat = Repeated(fragment =>
        {
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(fragment, hash);
        });
        if (PlatformRoot(fragments[0].Span) != FragmentTree.ComputeRoot(fragments[0].Span))
            throw new InvalidOperationException("The roots differ.");
    }

    /// <summary>Frees memory and threads.</summary>
    [GlobalCleanup]
    public void CleanUp()
    {
        team.Dispose();
        foreach (var fragment in fragments)
            fragment.Dispose();
        fragments.Clear();
    }

    /// <inheritdoc cref="FragmentTree.ComputeRoot"/>
    [Benchmark(Baseline = true)]
    public void Ours() => team.Run(ours);

    /// <inheritdoc cref="TreeName"/>
    [Benchmark(Description = TreeName)]
    public void Tree() => team.Run(tree);

    /// <inheritdoc cref="FlatName"/>
    [Benchmark(Description = FlatName)]
    public void Flat() => team.Run(flat);

    [ThreadStatic]
    static FragmentHasher? platformHasher;

    static SumNode PlatformRoot(ReadOnlySpan<byte> fragment)
    {
        platformHasher ??= new FragmentHasher(TreeHashing.Supported[^1]);
        platformHasher.Append(fragment);
        return platformHasher.Finish();
    }

    delegate void Hashing(ReadOnlySpan<byte> fragment);

    Action<int> Repeated(Hashing once) => member =>
    {
        for (var i = 0; i < Work.Repeats; i++)
            once(fragments[member].Span);
    };
}

/// <inheritdoc cref="TreeBenchmarks"/>
sealed class TreeSuite : KernelSuite<TreeBenchmarks, TreeWork>
{
    public override string Name => "trees";

    public override string Description => "Whole fragment trees beside the platform's SHA-256, as a tree and flat, in GB/s of the fragment";

    protected override IReadOnlyList<TreeWork> Works { get; } = [.. TreeBenchmarks.Works];
}
