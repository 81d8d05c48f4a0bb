using BenchmarkDotNet.Attributes;
using Marketplace.Core.Cryptography;

namespace Marketplace.Benchmarks.Kernels;

/// <summary>The mask over a fragment, as it is put on stripe by stripe.</summary>
public class MaskBenchmarks
{
    readonly List<(AlignedMemory Bytes, AlignedMemory Copy, FragmentMask Mask)> places = [];
    Team team = null!;
    Action<int> ours = null!, copy = null!;

    /// <summary>One after the other.</summary>
    [ParamsSource(nameof(Works))]
    public CipherWork Work { get; set; } = null!;

    /// <summary>The sizes of a stripe.</summary>
    public static IEnumerable<CipherWork> Works =>
        from threads in new[] { 1, 2 }
        from size in new[] { 16 << 10, 64 << 10 }
        select new CipherWork("aes-256-ctr", size, threads, Decrypts: false, Bar: 1);

    /// <summary>Memory, keys and threads.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        team = new Team(Work.Threads);
        for (var member = 0; member < Work.Threads; member++)
            places.Add((new(CipherWork.BufferSize, 1), new(CipherWork.BufferSize, 2), new FragmentMask(new byte[32], 0, member)));
        ours = member =>
        {
            var (bytes, _, mask) = places[member];
            for (var i = 0; i < CipherWork.Repeats; i++)
            {
                for (var at = 0; at < bytes.Length; at += Work.CallSize)
                    mask.Apply(bytes.Span.Slice(at, Work.CallSize), at);
            }
        };
        copy = member =>
        {
            var (bytes, to, _) = places[member];
            for (var i = 0; i < CipherWork.Repeats; i++)
                bytes.Span.CopyTo(to.Span);
        };
    }

    /// <summary>Frees them.</summary>
    [GlobalCleanup]
    public void CleanUp()
    {
        team.Dispose();
        foreach (var (bytes, copied, mask) in places)
        {
            bytes.Dispose();
            copied.Dispose();
            mask.Dispose();
        }
        places.Clear();
    }

    /// <inheritdoc cref="FragmentMask.Apply"/>
    [Benchmark(Baseline = true)]
    public void Ours() => team.Run(ours);

    /// <summary>The same bytes to other ones in the cache.</summary>
    [Benchmark(Description = "memcpy")]
    public void Copy() => team.Run(copy);
}

/// <inheritdoc cref="MaskBenchmarks"/>
sealed class MaskSuite : CipherComparison<MaskBenchmarks>
{
    public override string Name => "mask";

    public override string Description => "The keystream over fragments beside openssl speed and memcpy";

    protected override IReadOnlyList<CipherWork> Works { get; } = [.. MaskBenchmarks.Works];
}
