using System.Numerics;
using Marketplace.Ethereum.Abi;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Ethereum.Tests.Abi;

/// <summary>The examples of docs.soliditylang.org, "Contract ABI Specification".</summary>
public sealed class AbiSpecificationTests
{
    [Fact]
    public void Encode_OfBaz_IsTheSpecifications()
    {
        var writer = new AbiWriter(Selector.Of("baz(uint32,bool)"), 64);
        writer.WriteUInt64(69, 32);
        writer.WriteBoolean(true);
        Assert.Equal(
            "cdcd77c000000000000000000000000000000000000000000000000000000000000000450000000000000000000000000000000000000000000000000000000000000001",
            Hex(writer));
    }

    [Fact]
    public void Encode_OfBar_IsTheSpecifications()
    {
        var writer = new AbiWriter(Selector.Of("bar(bytes3[2])"), 64);
        Bytes[] values = ["abc"u8.ToArray(), "def"u8.ToArray()];
        writer.WriteFixedArray(values, 2, 32, false, static (w, value) => w.WriteFixedBytes(value, 3));
        Assert.Equal(
            "fce353f661626300000000000000000000000000000000000000000000000000000000006465660000000000000000000000000000000000000000000000000000000000",
            Hex(writer));
    }

    [Fact]
    public void Encode_OfSam_IsTheSpecifications()
    {
        var writer = new AbiWriter(Selector.Of("sam(bytes,bool,uint256[])"), 96);
        writer.WriteBytes("dave"u8);
        writer.WriteBoolean(true);
        BigInteger[] values = [1, 2, 3];
        writer.WriteArray(values, 32, static (w, value) => w.WriteUInt256(value, 256));
        Assert.Equal("a5643bf2" + Words("60", "1", "a0", "4") + "6461766500000000000000000000000000000000000000000000000000000000" + Words("3", "1", "2", "3"), Hex(writer));
    }

    [Fact]
    public void Encode_OfF_IsTheSpecifications()
    {
        var writer = new AbiWriter(Selector.Of("f(uint256,uint32[],bytes10,bytes)"), 128);
        writer.WriteUInt64(0x123, 256);
        ulong[] values = [0x456, 0x789];
        writer.WriteArray(values, 32, static (w, value) => w.WriteUInt64(value, 32));
        writer.WriteFixedBytes("1234567890"u8.ToArray(), 10);
        writer.WriteBytes("Hello, world!"u8);
        Assert.Equal(
            "8be65246" + Words("123", "80") + "3132333435363738393000000000000000000000000000000000000000000000" + Words("e0", "2", "456", "789", "d")
            + "48656c6c6f2c20776f726c642100000000000000000000000000000000000000",
            Hex(writer));
    }

    [Fact]
    public void Encode_OfG_IsTheSpecifications()
    {
        var writer = new AbiWriter(Selector.Of("g(uint256[][],string[])"), 64);
        ulong[][] numbers = [[1, 2], [3]];
        writer.WriteArray(numbers, 32, static (w, row) => w.WriteArray(row, 32, static (w, value) => w.WriteUInt64(value, 256)));
        string[] texts = ["one", "two", "three"];
        writer.WriteArray(texts, 32, static (w, value) => w.WriteString(value));
        var expected = "2289b18c" + Words("40", "140", "2", "40", "a0", "2", "1", "2", "1", "3", "3", "60", "a0", "e0")
            + Words("3") + "6f6e650000000000000000000000000000000000000000000000000000000000"
            + Words("3") + "74776f0000000000000000000000000000000000000000000000000000000000"
            + Words("5") + "7468726565000000000000000000000000000000000000000000000000000000";
        Assert.Equal(expected, Hex(writer));
        var reader = new AbiReader(Selector.Of("g(uint256[][],string[])").Strip(Convert.FromHexString(expected)), 64);
        var rows = reader.ReadArray(32, static (ref AbiReader r) => r.ReadArray(32, static (ref AbiReader r) => r.ReadUInt64(256)));
        Assert.Equal(numbers, rows.Select(row => row.ToArray()));
        Assert.Equal(texts, reader.ReadArray(32, static (ref AbiReader r) => r.ReadString()));
        reader.ExpectEnd();
    }

    static string Hex(AbiWriter writer) => Convert.ToHexStringLower(writer.ToArray());

    static string Words(params string[] words) => string.Concat(words.Select(word => word.PadLeft(64, '0')));
}
