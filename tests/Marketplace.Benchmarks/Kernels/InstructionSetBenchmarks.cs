using BenchmarkDotNet.Attributes;
using Marketplace.Core.Coding;
using Marketplace.Core.Coding.Kernels;
using Marketplace.Core.SumTree;
using Marketplace.Core.SumTree.Hashing;

namespace Marketplace.Benchmarks.Kernels;

/// <summary>One of the ways that this processor has, forced.</summary>
/// <param name="Kernel">The coding kernel's name; null for hashing.</param>
/// <param name="Hashing">The tree hashing's name; null for coding.</param>
public sealed record InstructionSetWork(string? Kernel, string? Hashing) : IWork
{
    /// <inheritdoc/>
    public string Name => Kernel is null ? $"trees by {Hashing}" : $"6-of-10 encode by {Kernel}";

    /// <inheritdoc/>
    public int Threads => 1;

    /// <inheritdoc/>
    public long Bytes => InstructionSetBenchmarks.SegmentSize;

    /// <inheritdoc/>
    public double? BarAgainst(string peer) => null;

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>The ways for other processors than the best, held against the one that every processor has.</summary>
public class InstructionSetBenchmarks
{
    const int DataFragments = 6, TotalFragments = 10, FragmentLength = 42 << 10;

    /// <summary>In the cache with its parity.</summary>
    public const int SegmentSize = DataFragments * FragmentLength;

    AlignedMemory memory = null!;
    Action<bool> run = null!;

    /// <summary>One after the other.</summary>
    [ParamsSource(nameof(Works))]
    public InstructionSetWork Work { get; set; } = null!;

    /// <summary>All but the truths themselves.</summary>
    public static IEnumerable<InstructionSetWork> Works =>
        FieldKernel.Supported.SkipLast(1).Select(kernel => new InstructionSetWork(kernel.Name, null))
            .Concat(TreeHashing.Supported.SkipLast(1).Select(hashing => new InstructionSetWork(null, hashing.Name)));

    /// <summary>Memory.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        memory = new AlignedMemory(FragmentStripe.SizeFor(TotalFragments, FragmentLength), seed: 1);
        run = Work.Kernel is { } kernel ? Coding(kernel) : Hashing(Work.Hashing!);
    }

    /// <summary>Frees it.</summary>
    [GlobalCleanup]
    public void CleanUp() => memory.Dispose();

    /// <summary>The one that is named.</summary>
    [Benchmark(Baseline = true)]
    public void Ours() => run(true);

    /// <summary>Scalar coding, or the platform's hashing.</summary>
    [Benchmark(Description = "any processor's way")]
    public void Portable() => run(false);

    Action<bool> Coding(string name)
    {
        var named = new ReedSolomon(DataFragments, TotalFragments, FieldKernel.Supported.Single(kernel => kernel.Name == name));
        var scalar = new ReedSolomon(DataFragments, TotalFragments, FieldKernel.Scalar);
        return isNamed => (isNamed ? named : scalar).Encode(
            new FragmentStripe(memory.Span, FragmentStripe.StrideFor(FragmentLength), FragmentLength));
    }

    Action<bool> Hashing(string name)
    {
        var named = new FragmentHasher(TreeHashing.Supported.Single(hashing => hashing.Name == name));
        var platform = new FragmentHasher(TreeHashing.Supported[^1]);
        return isNamed =>
        {
            var hasher = isNamed ? named : platform;
            hasher.Append(memory.Span[..SegmentSize]);
            hasher.Finish();
        };
    }
}

/// <inheritdoc cref="InstructionSetBenchmarks"/>
sealed class InstructionSetSuite : KernelSuite<InstructionSetBenchmarks, InstructionSetWork>
{
    public override string Name => "sets";

    public override string Description => "Every set of instructions of this processor, forced, beside scalar coding and plain hashes";

    protected override IReadOnlyList<InstructionSetWork> Works { get; } = [.. InstructionSetBenchmarks.Works];
}
