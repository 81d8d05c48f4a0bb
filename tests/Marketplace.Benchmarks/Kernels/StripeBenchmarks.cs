using BenchmarkDotNet.Attributes;

namespace Marketplace.Benchmarks.Kernels;

/// <summary>
/// All kernels one after the other, and each of them alone: against a part, the ratio of the whole is the part's share of the time.
/// </summary>
public class StripeBenchmarks
{
    StripePlace[] places = [];
    Team team = null!;
    Action<int> whole = null!, cipher = null!, code = null!, mask = null!, hash = null!;

    /// <summary>One after the other.</summary>
    [ParamsSource(nameof(Works))]
    public StripeWork Work { get; set; } = null!;

    /// <summary>As much of each fragment as leaves room for all of them in a megabyte of cache.</summary>
    public static IEnumerable<StripeWork> Works =>
        from threads in new[] { 1, 2 }
        from coding in new (int K, int N, int Length)[] { (6, 10, 32 << 10), (10, 30, 16 << 10), (20, 30, 12 << 10) }
        from isUpload in new[] { true, false }
        select new StripeWork(coding.K, coding.N, coding.Length, isUpload, threads);

    /// <summary>Memory, keys and threads.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        team = new Team(Work.Threads);
        places = [.. Enumerable.Range(0, Work.Threads).Select(_ => new StripePlace(Work))];
        whole = Repeated(Work.IsUpload ? place => place.Upload() : place => place.Download());
        cipher = Repeated(place => place.Cipher());
        code = Repeated(place => place.Code());
        mask = Repeated(place => place.Mask());
        hash = Repeated(place => place.Hash());
    }

    /// <summary>Frees them.</summary>
    [GlobalCleanup]
    public void CleanUp()
    {
        team.Dispose();
        foreach (var place in places)
            place.Dispose();
    }

    /// <summary>What a core can compute for content at best.</summary>
    [Benchmark(Baseline = true)]
    public void Whole() => team.Run(whole);

    /// <summary>AES-256-GCM.</summary>
    [Benchmark(Description = "cipher alone")]
    public void Cipher() => team.Run(cipher);

    /// <summary>Reed-Solomon.</summary>
    [Benchmark(Description = "coding alone")]
    public void Code() => team.Run(code);

    /// <summary>The keystreams.</summary>
    [Benchmark(Description = "masks alone")]
    public void Mask() => team.Run(mask);

    /// <summary>The trees.</summary>
    [Benchmark(Description = "hashing alone")]
    public void Hash() => team.Run(hash);

    Action<int> Repeated(Action<StripePlace> once) => member =>
    {
        for (var i = 0; i < Work.Repeats; i++)
            once(places[member]);
    };
}

/// <inheritdoc cref="StripeBenchmarks"/>
sealed class StripeSuite : KernelSuite<StripeBenchmarks, StripeWork>
{
    public override string Name => "stripes";

    public override string Description => "All kernels over a stripe in the cache, in GB/s of content; beside a part: its share";

    protected override IReadOnlyList<StripeWork> Works { get; } = [.. StripeBenchmarks.Works];
}
