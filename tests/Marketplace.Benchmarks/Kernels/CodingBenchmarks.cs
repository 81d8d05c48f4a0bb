using BenchmarkDotNet.Attributes;
using Marketplace.Core.Coding;

namespace Marketplace.Benchmarks.Kernels;

/// <summary>Reed-Solomon coding beside ISA-L, and beside copying the data. Ours and ISA-L's work on the same bytes.</summary>
public class CodingBenchmarks
{
    /// <summary>Debian's version, unless another is named.</summary>
    public const string IsaLName = "ISA-L";

    const string CopyName = "memcpy of the data";

    Action ours = null!, isaL = null!, copy = null!;

    /// <summary>One after the other.</summary>
    [ParamsSource(nameof(Works))]
    public CodingWork Work { get; set; } = null!;

    /// <summary>All codings of the product, in the cache and out of it.</summary>
    public static IEnumerable<CodingWork> Works =>
        from threads in new[] { 1, 2 }
        from coding in new (int K, int N)[] { (4, 12), (6, 10), (10, 30), (20, 30) }
        from operation in new[] { CodingOperation.Encode, CodingOperation.Decode }
        from size in new[] { CodingWork.InCache, 16 << 20, 64 << 20 }
        select new CodingWork(coding.K, coding.N, operation, size, threads);

    /// <summary>Memory, matrices and threads.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        var team = CodingTeam.For(Work);
        ours = team.Repeated(place => place.Ours());
        isaL = team.Repeated(place => place.IsaL());
        copy = team.Repeated(place => place.Copy());
    }

    /// <inheritdoc cref="ReedSolomon"/>
    [Benchmark(Baseline = true)]
    public void Ours() => ours();

    /// <summary>ec_encode_data.</summary>
    [Benchmark(Description = IsaLName)]
    public void IsaL() => isaL();

    /// <summary>To memory of its own.</summary>
    [Benchmark(Description = CopyName)]
    public void Copy() => copy();
}

/// <inheritdoc cref="CodingBenchmarks"/>
sealed class CodingSuite : KernelSuite<CodingBenchmarks, CodingWork>
{
    public override string Name => "coding";

    public override string Description => "Reed-Solomon encoding and decoding beside ISA-L and memcpy, in GB/s of data";

    protected override IReadOnlyList<CodingWork> Works { get; } = [.. CodingBenchmarks.Works];

    protected override IReadOnlyDictionary<string, string> MissingPeers { get; } = IsaLibrary.IsAvailable
        ? new Dictionary<string, string>()
        : new() { [CodingBenchmarks.IsaLName] = "libisal2 is not there, and could not be fetched" };
}
