using System.Buffers.Binary;
using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Marketplace.Core.Cryptography.Keystreams;
using Marketplace.Core.Tests.Primitives;

namespace Marketplace.Core.Tests.Cryptography;

/// <summary>Every way to make the keystream against its definition: counters written out, and encrypted.</summary>
public sealed class CounterKeystreamTests
{
    /// <summary>Where byte 10 of the counter changes, with which the last byte would meet in the second round.</summary>
    const long BytesOfOneTable = 1L << 44;

    const string AesNi = "AES-NI", Platform = "platform";

    public static TheoryData<string> Ways => AesNiKeystream.IsSupported ? [AesNi, Platform] : [Platform];

    static CounterKeystream Create(string way, byte[] key) => way == AesNi ? new AesNiKeystream(key) : new PlatformKeystream(key);

    static byte[] Key(ulong seed) => new SplitMix(seed).Bytes(32);

    static byte[] Plain(int length) => new SplitMix((ulong)length).Bytes(length);

    static byte[] Expected(byte[] key, int length, long offset)
    {
        var skip = (int)(offset % 16);
        var counters = new byte[(skip + length + 15) / 16 * 16];
        for (var at = 0; at < counters.Length; at += 16)
            BinaryPrimitives.WriteInt64BigEndian(counters.AsSpan(at + 8), (offset + at) / 16);
        using var aes = Aes.Create();
        aes.SetKey(key);
        var keystream = aes.EncryptEcb(counters, PaddingMode.None);
        var bytes = Plain(length);
        for (var i = 0; i < length; i++)
            bytes[i] ^= keystream[skip + i];
        return bytes;
    }

    static byte[] Actual(CounterKeystream keystream, int length, long offset)
    {
        var bytes = Plain(length);
        keystream.Apply(bytes, offset);
        return bytes;
    }

    static void Check(byte[] key, CounterKeystream keystream, int length, long offset) =>
        Assert.True(Expected(key, length, offset).AsSpan().SequenceEqual(Actual(keystream, length, offset)), $"{length} bytes at {offset}");

    [Fact]
    public void Fastest_IsWhatTheProcessorHas()
    {
        using var fastest = CounterKeystream.Create(Key(0));
        Assert.Equal(AesNiKeystream.IsSupported ? typeof(AesNiKeystream) : typeof(PlatformKeystream), fastest.GetType());
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void EveryLengthAndOffset_EqualTheDefinition(string way)
    {
        using var fresh = Create(way, Key(1));
        using var used = Create(way, Key(1));
        used.Apply(new byte[1 << 16], 0);
        for (var length = 0; length <= 300; length++)
        {
            for (var offset = 0; offset < 33; offset++)
            {
                Check(Key(1), fresh, length, offset);
                Check(Key(1), used, length, offset + 4096 - 150);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void RunsOverPages_InAnyOrder_EqualTheDefinition(string way)
    {
        var length = Gen.OneOf(Gen.Choose(0, 500), Gen.Choose(4000, 4200), Gen.Choose(0, 40_000));
        var offset = Gen.OneOf(
            Gen.Choose(0, 100_000).Select(small => (long)small),
            Gen.Choose(0, int.MaxValue).Select(large => large * 997L),
            Gen.Choose(-30_000, 30_000).Select(near => BytesOfOneTable + near),
            Gen.Choose(-20_000, 20_000).Select(near => 3 * BytesOfOneTable + near));
        Prop.ForAll(
            length.SelectMany(bytes => offset.Select(at => (bytes, at))).NonEmptyListOf().ToArbitrary(),
            ArbMap.Default.ArbFor<ulong>(),
            (runs, seed) =>
            {
                using var keystream = Create(way, Key(seed));
                return runs.All(run => Expected(Key(seed), run.bytes, run.at).AsSpan().SequenceEqual(Actual(keystream, run.bytes, run.at)));
            }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Runs_AcrossTheChangeOfByteTen_EqualTheDefinition(string way)
    {
        using var keystream = Create(way, Key(3));
        for (var before = 0; before < 20_000; before += 997)
            Check(Key(3), keystream, 20_000, BytesOfOneTable - before);
        Check(Key(3), keystream, 10_000, 0);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Runs_InUnalignedMemory_EqualTheDefinition(string way)
    {
        using var keystream = Create(way, Key(4));
        for (var start = 0; start < 64; start++)
        {
            var memory = new byte[start + 9000];
            Plain(9000).CopyTo(memory, start);
            keystream.Apply(memory.AsSpan(start), 5);
            Assert.True(memory.AsSpan(start).SequenceEqual(Expected(Key(4), 9000, 5)));
            Assert.All(memory[..start], untouched => Assert.Equal(0, untouched));
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Keystream_OfAnotherKey_IsAnother(string way)
    {
        using var one = Create(way, Key(5));
        using var other = Create(way, Key(6));
        Assert.NotEqual(Actual(one, 64, 0), Actual(other, 64, 0));
        Assert.Throws<ArgumentException>(() => Create(way, new byte[16]));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void SteadyState_AllocatesNothing(string way)
    {
        using var keystream = Create(way, Key(7));
        var bytes = new byte[20_000];
        Assert.Equal(0, Allocation.OfSteadyState(() =>
        {
            for (var i = 0; i < 10; i++)
                keystream.Apply(bytes, i * 1000);
        }));
    }
}
