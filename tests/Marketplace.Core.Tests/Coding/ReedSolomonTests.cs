using FsCheck;
using FsCheck.Fluent;
using Marketplace.Core.Coding;
using Marketplace.Core.Tests.Primitives;

namespace Marketplace.Core.Tests.Coding;

public sealed class ReedSolomonTests
{
    static byte[][] Encode(ReedSolomon code, byte[][] data)
    {
        var parity = Enumerable.Range(0, code.TotalFragments - code.DataFragments).Select(_ => new byte[data[0].Length]).ToArray();
        code.Encode([.. data.Select(fragment => new ReadOnlyMemory<byte>(fragment))], [.. parity.Select(fragment => new Memory<byte>(fragment))]);
        return [.. data, .. parity];
    }

    static byte[][] Rebuild(ReedSolomon code, byte[][] fragments, int[] present, int[] wanted)
    {
        var outputs = wanted.Select(_ => new byte[fragments[0].Length]).ToArray();
        code.Rebuild(
            present, [.. present.Select(index => new ReadOnlyMemory<byte>(fragments[index]))],
            wanted, [.. outputs.Select(output => new Memory<byte>(output))]);
        return outputs;
    }

    static byte[][] RandomData(int fragments, int length, int seed)
    {
        var random = new System.Random(seed);
        return [.. Enumerable.Range(0, fragments).Select(_ =>
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            return bytes;
        })];
    }

    public static TheoryData<int, int> Codings => new() { { 4, 12 }, { 6, 10 }, { 8, 20 }, { 10, 30 }, { 20, 30 }, { 1, 3 }, { 5, 5 }, { 128, 256 } };

    [Theory]
    [MemberData(nameof(Codings))]
    public void AnyKFragments_GiveAllBack(int k, int n)
    {
        var code = new ReedSolomon(k, n);
        var fragments = Encode(code, RandomData(k, 100, seed: n));
        var random = new System.Random(7);
        for (var round = 0; round < 20; round++)
        {
            var shuffled = Enumerable.Range(0, n).ToArray();
            random.Shuffle(shuffled);
            var rebuilt = Rebuild(code, fragments, shuffled[..k], shuffled[k..]);
            for (var i = 0; i < rebuilt.Length; i++)
                Assert.Equal(fragments[shuffled[k + i]], rebuilt[i]);
        }
    }

    [Fact]
    public void Every4Of12_GiveTheDataBack()
    {
        var code = new ReedSolomon(4, 12);
        var fragments = Encode(code, RandomData(4, 33, seed: 1));
        var sets = 0;
        for (var bits = 0; bits < 1 << 12; bits++)
        {
            if (System.Numerics.BitOperations.PopCount((uint)bits) != 4)
                continue;
            sets++;
            var present = Enumerable.Range(0, 12).Where(index => (bits >> index & 1) == 1).ToArray();
            var rebuilt = Rebuild(code, fragments, present, [0, 1, 2, 3]);
            for (var i = 0; i < 4; i++)
                Assert.Equal(fragments[i], rebuilt[i]);
        }
        Assert.Equal(495, sets);
    }

    /// <summary>The matrix of ISA-L's gf_gen_cauchy1_matrix: the identity above 1 / (row xor column).</summary>
    [Fact]
    public void Parity_IsCauchysMatrixTimesTheData()
    {
        var data = RandomData(4, 1, seed: 3);
        var fragments = Encode(new ReedSolomon(4, 12), data);
        for (var row = 4; row < 12; row++)
        {
            var expected = 0;
            for (var column = 0; column < 4; column++)
                expected ^= GaloisField256.Multiply(GaloisField256.Inverse((byte)(row ^ column)), data[column][0]);
            Assert.Equal(expected, fragments[row][0]);
        }
    }

    [Fact]
    public void Range_IsRebuiltFromTheSameRanges() => Prop.ForAll(
        Gen.Choose(1, 300).SelectMany(length => Gen.Choose(0, length - 1).SelectMany(from => Gen.Choose(1, length - from).Select(count => (length, from, count)))).ToArbitrary(),
        run =>
        {
            var code = new ReedSolomon(6, 10);
            var fragments = Encode(code, RandomData(6, run.length, seed: run.length));
            var parts = fragments.Select(fragment => fragment[run.from..(run.from + run.count)]).ToArray();
            var rebuilt = Rebuild(code, parts, [9, 8, 7, 6, 1, 3], [0, 2, 4, 5]);
            return rebuilt.Zip(new[] { 0, 2, 4, 5 }).All(pair => pair.First.AsSpan().SequenceEqual(parts[pair.Second]));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void OneFragmentTooFew_IsRefused()
    {
        var code = new ReedSolomon(4, 12);
        var fragments = Encode(code, RandomData(4, 10, seed: 5));
        Assert.Throws<ArgumentException>(() => Rebuild(code, fragments, [0, 1, 2], [3]));
        Assert.Throws<ArgumentException>(() => Rebuild(code, fragments, [0, 1, 2, 2], [3]));
        Assert.Throws<ArgumentException>(() => Rebuild(code, fragments, [0, 1, 2, 3], [12]));
        Assert.Throws<ArgumentException>(() => Rebuild(code, fragments, [0, 1, 2, 3], [-1]));
    }

    [Theory]
    [MemberData(nameof(Codings))]
    public void Stripe_GivesWhatListsGive(int k, int n)
    {
        const int Length = 333;
        var code = new ReedSolomon(k, n);
        var expected = Encode(code, RandomData(k, Length, seed: n));
        var stripe = new FragmentStripe(new byte[FragmentStripe.SizeFor(n, Length)], FragmentStripe.StrideFor(Length), Length);
        for (var i = 0; i < k; i++)
            expected[i].CopyTo(stripe[i]);

        code.Encode(stripe);
        for (var i = 0; i < n; i++)
            Assert.True(stripe[i].SequenceEqual(expected[i]));

        var wanted = Enumerable.Range(0, Math.Min(k, n - k)).ToArray();
        foreach (var fragment in wanted)
            stripe[fragment].Clear();
        code.Rebuild(stripe, [.. Enumerable.Range(n - k, k)], wanted);
        foreach (var fragment in wanted)
            Assert.True(stripe[fragment].SequenceEqual(expected[fragment]));
    }

    [Fact]
    public void Stripe_ThatDoesNotFit_IsRefused()
    {
        var code = new ReedSolomon(4, 12);
        Assert.Throws<ArgumentException>(() => code.Encode(new FragmentStripe(new byte[12 * 64 - 1], 64, 64)));
        Assert.Throws<ArgumentException>(() => code.Rebuild(new FragmentStripe(new byte[12 * 64], 64, 64), [0, 1, 2, 3], [5, 3]));
        Assert.Throws<ArgumentException>(() => code.Rebuild(new FragmentStripe(new byte[7 * 64 - 1], 64, 64), [0, 1, 2, 3], [6]));
        Assert.Throws<ArgumentException>(() => code.Rebuild(new FragmentStripe(new byte[7 * 64 - 1], 64, 64), [0, 1, 2, 6], [3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FragmentStripe(new byte[100], 10, 11));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FragmentStripe(new byte[100], 10, -1));
        code.Encode(new FragmentStripe(new byte[12 * 64], 64, 64));
    }

    [Fact]
    public void Stride_IsAnOddNumberOfLines()
    {
        for (var length = 0; length < 10_000; length++)
        {
            var stride = FragmentStripe.StrideFor(length);
            Assert.True(stride >= length && stride % 128 == 64 && stride < length + 128);
        }
    }

    /// <summary>More sets than the cache has places, so that they replace each other, on several threads.</summary>
    [Fact]
    public void Rebuilding_OnManyThreads_KeepsTheSetsApart()
    {
        var code = new ReedSolomon(3, 9);
        var fragments = Encode(code, RandomData(3, 200, seed: 11));
        var sets = Enumerable.Range(0, 1 << 9).Where(bits => System.Numerics.BitOperations.PopCount((uint)bits) == 3)
            .Select(bits => Enumerable.Range(0, 9).Where(index => (bits >> index & 1) == 1).ToArray()).ToArray();
        Parallel.For(0, 2000, new ParallelOptions { MaxDegreeOfParallelism = 4 }, round =>
        {
            var present = sets[round * 7919 % sets.Length];
            var wanted = Enumerable.Range(0, 9).Except(present).ToArray();
            var rebuilt = Rebuild(code, fragments, present, wanted);
            for (var i = 0; i < wanted.Length; i++)
                Assert.Equal(fragments[wanted[i]], rebuilt[i]);
        });
    }

    [Fact]
    public void SteadyState_AllocatesNothing()
    {
        const int Length = 4096;
        var code = new ReedSolomon(4, 12);
        var memory = new byte[FragmentStripe.SizeFor(12, Length)];
        var fragments = Encode(code, RandomData(4, Length, seed: 1));
        ReadOnlyMemory<byte>[] data = [.. fragments.Take(4).Select(fragment => fragment.AsMemory())];
        Memory<byte>[] parity = [.. fragments.Skip(4).Select(fragment => fragment.AsMemory())];
        var rebuilt = parity[..4];
        int[] first = [0, 1, 2, 3], last = [4, 5, 6, 7];
        Assert.Equal(0, Allocation.OfSteadyState(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                var stripe = new FragmentStripe(memory, FragmentStripe.StrideFor(Length), Length);
                code.Encode(stripe);
                code.Rebuild(stripe, last, first);
                code.Encode(data, parity);
                code.Rebuild(first, data, last, rebuilt);
            }
        }));
    }

    [Fact]
    public void Lengths_ThatDiffer_AreRefused()
    {
        var code = new ReedSolomon(2, 3);
        Assert.Throws<ArgumentException>(() => code.Encode([new byte[5], new byte[6]], [new byte[5]]));
        Assert.Throws<ArgumentException>(() => code.Encode([new byte[5], new byte[5]], [new byte[6]]));
        Assert.Throws<ArgumentException>(() => code.Encode([new byte[5], new byte[5]], [new byte[5], new byte[5]]));
    }

    [Theory]
    [InlineData(11, null)]
    [InlineData(12, "small")]
    [InlineData(19, "small")]
    [InlineData(20, "lean")]
    [InlineData(30, "standard")]
    public void StrongestCoding_IsWhatTheProvidersCanHold(int providers, string? expected) =>
        Assert.Equal(expected, CodingScheme.StrongestFor(providers)?.Name);
}
