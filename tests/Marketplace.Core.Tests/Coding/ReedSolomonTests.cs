using FsCheck;
using FsCheck.Fluent;
using Marketplace.Core.Coding;

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
    }

    [Fact]
    public void VectorisedProducts_EqualTheScalarTruth() => Prop.ForAll(
        Gen.Choose(0, 255).SelectMany(coefficient => Gen.Choose(0, 200).SelectMany(length => Gen.Choose(0, 40).Select(offset => (coefficient, length, offset)))).ToArbitrary(),
        run =>
        {
            var random = new System.Random(run.coefficient * 1000 + run.length);
            var source = new byte[run.offset + run.length];
            var expected = new byte[run.offset + run.length];
            random.NextBytes(source);
            random.NextBytes(expected);
            var actual = expected.ToArray();
            FieldVectors.MultiplyAddScalar((byte)run.coefficient, source.AsSpan(run.offset), expected.AsSpan(run.offset));
            FieldVectors.MultiplyAdd((byte)run.coefficient, source.AsSpan(run.offset), actual.AsSpan(run.offset));
            return expected.AsSpan().SequenceEqual(actual);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(11, null)]
    [InlineData(12, "small")]
    [InlineData(19, "small")]
    [InlineData(20, "lean")]
    [InlineData(30, "standard")]
    public void StrongestCoding_IsWhatTheProvidersCanHold(int providers, string? expected) =>
        Assert.Equal(expected, CodingScheme.StrongestFor(providers)?.Name);
}
