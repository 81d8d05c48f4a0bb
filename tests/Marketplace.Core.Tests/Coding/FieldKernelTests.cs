using Marketplace.Core.Coding;
using Marketplace.Core.Coding.Kernels;
using Marketplace.Core.Tests.Primitives;

namespace Marketplace.Core.Tests.Coding;

/// <summary>Every instruction set of this processor against the definition.</summary>
public sealed class FieldKernelTests
{
    public static TheoryData<string> Kernels => [.. FieldKernel.Supported.Select(kernel => kernel.Name)];

    static FieldKernel Kernel(string name) => FieldKernel.Supported.Single(kernel => kernel.Name == name);

    /// <summary>The sum of products, by multiplication that knows nothing of tables.</summary>
    static byte Expected(byte[] rows, int inputs, int output, NativeRuns sources, int at)
    {
        byte sum = 0;
        for (var i = 0; i < inputs; i++)
            sum ^= GaloisField256.Multiply(rows[output * inputs + i], sources[i][at]);
        return sum;
    }

    static unsafe void Check(FieldKernel kernel, int inputs, int outputs, int length, int offset, int stride = 1, bool haveSameAlignment = false)
    {
        var random = new SplitMix((ulong)(inputs * 1_000_003 + outputs * 10_007 + length * 31 + offset));
        var rows = random.Bytes(inputs * outputs);
        using var sources = new NativeRuns(inputs, length, offset, haveSameAlignment);
        using var destinations = new NativeRuns(outputs, length, offset, haveSameAlignment);
        for (var i = 0; i < inputs; i++)
            random.Bytes(length).CopyTo(sources[i]);

        var transform = kernel.Create(rows, inputs, outputs);
        if (haveSameAlignment && transform is VectorTransform vectors)
            Assert.Equal(offset % 64 == 0, vectors.WritesPastCaches(destinations.Starts, (nuint)length));
        transform.Apply(sources.Starts, destinations.Starts, (nuint)length);

        for (var output = 0; output < outputs; output++)
        {
            var where = $"output {output} of {inputs}x{outputs}, {length} bytes at offset {offset}";
            Assert.True(destinations.IsIntactAround(output), $"{kernel.Name} wrote beside {where}.");
            for (var at = 0; at < length; at += at < length - 300 ? stride : 1)
            {
                if (Expected(rows, inputs, output, sources, at) != destinations[output][at])
                    Assert.Fail($"{kernel.Name}: byte {at} of {where} is wrong.");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void EveryLength_EqualsTheTruth(string name)
    {
        for (var length = 0; length <= 420; length++)
        {
            Check(Kernel(name), 5, 3, length, offset: 0);
            Check(Kernel(name), 4, 8, length, offset: 1);
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void EveryOffset_EqualsTheTruth(string name)
    {
        for (var offset = 0; offset < 64; offset++)
        {
            Check(Kernel(name), 6, 4, 200, offset);
            Check(Kernel(name), 7, 11, 1111, offset, stride: 7);
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void EveryShape_EqualsTheTruth(string name)
    {
        for (var inputs = 1; inputs <= 13; inputs++)
        {
            for (var outputs = 0; outputs <= 23; outputs++)
                Check(Kernel(name), inputs, outputs, 128 + 13 * inputs + outputs, offset: 0, stride: 3);
        }
        Check(Kernel(name), 128, 128, 300, offset: 3, stride: 50);
        Check(Kernel(name), 1, 255, 300, offset: 3, stride: 50);
        Check(Kernel(name), 255, 1, 300, offset: 3, stride: 50);
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void SeveralColumns_EqualTheTruth(string name)
    {
        foreach (var length in new[] { 8191, 8192, 8193, 8192 + 127, 2 * 8192 + 1, 3 * 8192 })
        {
            Check(Kernel(name), 3, 12, length, offset: 0, stride: 61);
            Check(Kernel(name), 6, 4, length, offset: 0, stride: 61);
        }
    }

    /// <summary>More than the caches hold, where groups are smaller.</summary>
    [Fact]
    public void RunsFromMemory_EqualTheTruth()
    {
        const int Inputs = 11, Outputs = 13, Length = (48 << 20) / (Inputs + Outputs) + 77;
        Assert.NotEqual(TraversalPlan.For(Inputs, Outputs, 1000, 10).Groups, TraversalPlan.For(Inputs, Outputs, Length, 10).Groups);
        Check(FieldKernel.Best, Inputs, Outputs, Length, offset: 0, stride: 1009);
    }

    /// <summary>More than the caches hold: written past them where every output begins with a line of theirs.</summary>
    [Fact]
    public void AlignedRunsFromMemory_EqualTheTruth()
    {
        foreach (var kernel in FieldKernel.Supported.Where(kernel => kernel != FieldKernel.Scalar))
        foreach (var (inputs, outputs, offset) in new[] { (6, 4, 0), (6, 4, 1), (4, 4, 0), (1, 1, 0), (3, 2, 64), (4, 8, 0), (10, 20, 0) })
        {
            var length = (33 << 20) / (inputs + outputs) / 128 * 128;
            Assert.True(TraversalPlan.IsFromMemory(inputs, outputs, (nuint)length));
            foreach (var more in new[] { 0, 1, 127 })
                Check(kernel, inputs, outputs, length + more, offset, stride: 10_007, haveSameAlignment: true);
        }
    }

    [Fact]
    public void Groups_HoldEveryOutputOnce_AndNoneIsTooLarge()
    {
        foreach (var length in new nuint[] { 1024, 1 << 30 })
        {
            for (var outputs = 0; outputs <= 255; outputs++)
            {
                for (var most = 1; most <= 10; most++)
                {
                    var plan = TraversalPlan.For(20, outputs, length, most);
                    var groups = Enumerable.Range(0, plan.Groups).Select(plan.GroupAt).ToList();
                    Assert.Equal(Enumerable.Range(0, outputs), groups.SelectMany(group => Enumerable.Range(group.First, group.Count)));
                    Assert.All(groups, group => Assert.InRange(group.Count, 1, most));
                }
            }
        }
    }

    [Fact]
    public void BestKernel_IsTheFirst_AndTheTruthIsAmongThem()
    {
        Assert.Same(FieldKernel.Supported[0], FieldKernel.Best);
        Assert.Contains(FieldKernel.Scalar, FieldKernel.Supported);
        Assert.All(FieldKernel.Supported, kernel => Assert.True(kernel.IsSupported));
    }
}
