using FsCheck;
using FsCheck.Fluent;
using Marketplace.Ethereum.Abi;
using Marketplace.Ethereum.Contracts;

namespace Marketplace.Ethereum.Tests.Abi;

public sealed class AbiReaderHostileTests
{
    [Theory]
    [InlineData("2")]
    [InlineData("10000000000000001")]
    public void ReadBoolean_OfAnythingButZeroAndOne_IsRefused(string word) => Refused(word, static (ref AbiReader r) => r.ReadBoolean());

    [Fact]
    public void ReadAddress_WithDirtyUpperBytes_IsRefused() =>
        Refused("1f39fd6e51aad88f6f4ce6ab8827279cfffb92266", static (ref AbiReader r) => r.ReadAddress());

    [Fact]
    public void ReadUInt64_BeyondItsWidth_IsRefused()
    {
        Refused("100", static (ref AbiReader r) => r.ReadUInt64(8));
        Refused("10000000000000000", static (ref AbiReader r) => r.ReadUInt64(256));
        Refused("100000000000000000000000000000000", static (ref AbiReader r) => r.ReadUInt128(256));
        Refused(new string('f', 64), static (ref AbiReader r) => r.ReadUInt256(248));
    }

    [Fact]
    public void ReadInt64_WithoutSignExtension_IsRefused()
    {
        Refused("80", static (ref AbiReader r) => r.ReadInt64(8));
        Refused("ff", static (ref AbiReader r) => r.ReadInt64(8));
        Assert.Equal(-128, Read(new string('f', 62) + "80", static (ref AbiReader r) => r.ReadInt64(8)));
    }

    [Fact]
    public void ReadFixedBytes_WithDirtyPadding_IsRefused() =>
        Refused("61626301" + new string('0', 56), static (ref AbiReader r) => r.ReadFixedBytes(3));

    [Theory]
    [InlineData("offset back into the head", "0,0")]
    [InlineData("offset beyond the data", "ffffffff,0")]
    [InlineData("offset that leaves a gap", "40,0,0")]
    [InlineData("huge offset", "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0,0")]
    [InlineData("missing length", "20")]
    [InlineData("length beyond the data", "20,21,0")]
    [InlineData("huge length", "20,ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff,0")]
    [InlineData("length at an int's end", "20,7fffffff,0")]
    [InlineData("missing padding", "20,1")]
    [InlineData("dirty padding", "20,1,1")]
    [InlineData("something after the end", "20,0,0")]
    public void ReadBytes_OfABrokenEncoding_IsRefused(string what, string words)
    {
        var fault = Assert.Throws<AbiDecodingException>(() => Decode(words, static (ref AbiReader r) => r.ReadBytes()));
        Assert.NotEmpty(what + fault.Message);
    }

    [Theory]
    [InlineData("20,7fffffff")]
    [InlineData("20,ffffffffffffffff")]
    [InlineData("20,2,0")]
    public void ReadArray_ThatClaimsMoreThanThereIs_IsRefusedBeforeAllocating(string words)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<AbiDecodingException>(() => Decode(words, static (ref AbiReader r) => r.ReadArray(32, static (ref AbiReader r) => r.ReadHash())));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }

    // Eleven nested arrays of ten elements that all point to the same tail would be 10^11 values in a few kilobytes.
    [Fact]
    public void ReadArray_WithOverlappingElements_IsRefused() =>
        Assert.Throws<AbiDecodingException>(() => Decode(
            "20,2,40,40,1,7", static (ref AbiReader r) => r.ReadArray(32, static (ref AbiReader r) => r.ReadArray(32, static (ref AbiReader r) => r.ReadUInt64(64)))));

    [Fact]
    public void ReadString_ThatIsNotUtf8_IsRefused() =>
        Assert.Throws<AbiDecodingException>(() => Decode("20,1,ff" + new string('0', 62), static (ref AbiReader r) => r.ReadString()));

    [Fact]
    public void ReadEnum_OfANumberWithoutMember_IsRefused()
    {
        Assert.Equal(DayOfWeek.Saturday, Read("6", static (ref AbiReader r) => r.ReadEnum<DayOfWeek>()));
        Refused("7", static (ref AbiReader r) => r.ReadEnum<DayOfWeek>());
    }

    [Fact]
    public void StandardErrors_OfNonsense_AreUnknown()
    {
        Assert.False(StandardErrors.Decoder.TryDecode([], out _));
        Assert.False(StandardErrors.Decoder.TryDecode([0x08, 0xc3, 0x79, 0xa0, 1], out _));
        Assert.True(StandardErrors.Decoder.TryDecode(new RevertError("no").Encode(), out var error));
        Assert.Equal(new RevertError("no"), error);
        Assert.True(StandardErrors.Decoder.TryDecode(new PanicError(0x11).Encode(), out var panic));
        Assert.Equal("arithmetic overflow or underflow", Assert.IsType<PanicError>(panic).Meaning);
    }

    [Fact]
    public void Read_OfMutatedEncodings_ThrowsNothingButTheDeclaredException()
    {
        var gen = Gen.Choose(0, int.MaxValue).Select(seed => new Random(seed));
        Prop.ForAll(gen.ToArbitrary(), random =>
        {
            var type = AbiCases.RandomType(random, 3);
            var bytes = AbiCases.Encode([type], [AbiCases.RandomValue(random, type)]);
            for (var i = 0; i < 30; i++)
            {
                var mutated = Mutate(bytes, random);
                try
                {
                    // What is accepted must be the one encoding of what was read.
                    if (!AbiCases.Encode([type], AbiCases.Decode([type], mutated)).AsSpan().SequenceEqual(mutated))
                        return false;
                }
                catch (AbiDecodingException)
                {
                }
            }
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(400));
    }

    static byte[] Mutate(byte[] bytes, Random random)
    {
        var mutated = random.Next(4) == 0 ? bytes[..random.Next(bytes.Length + 1)] : [.. bytes];
        if (mutated.Length == 0)
            return mutated;
        var word = random.Next(mutated.Length / 32 + 1) * 32;
        var at = Math.Min(random.Next(2) == 0 ? word + 31 : random.Next(mutated.Length), mutated.Length - 1);
        mutated[at] = random.Next(3) switch { 0 => (byte)(mutated[at] + 32), 1 => (byte)random.Next(256), _ => 0xFF };
        return mutated;
    }

    static void Refused<T>(string word, AbiRead<T> read) => Assert.Throws<AbiDecodingException>(() => Read(word, read));

    static T Read<T>(string word, AbiRead<T> read) => Decode(word, read);

    static T Decode<T>(string words, AbiRead<T> read)
    {
        var data = Convert.FromHexString(string.Concat(words.Split(',').Select(word => word.PadLeft(64, '0'))));
        var reader = new AbiReader(data, 32);
        var value = read(ref reader);
        reader.ExpectEnd();
        return value;
    }
}
