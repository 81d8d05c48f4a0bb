using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Marketplace.Ethereum.Rlp;

namespace Marketplace.Ethereum.Tests.Rlp;

public sealed class RlpTests
{
    const string Lorem = "Lorem ipsum dolor sit amet, consectetur adipisicing elit";

    // The examples of ethereum.org's page on RLP, which are also ethereum/tests' first.
    [Fact]
    public void Write_OfTheSpecificationsExamples_GivesTheirBytes()
    {
        Assert.Equal("83646f67", Hex(new RlpWriter().Write("dog")));
        Assert.Equal("c88363617483646f67", Hex(new RlpWriter().BeginList().Write("cat").Write("dog").EndList()));
        Assert.Equal("80", Hex(new RlpWriter().Write("")));
        Assert.Equal("c0", Hex(new RlpWriter().BeginList().EndList()));
        Assert.Equal("80", Hex(new RlpWriter().Write(0UL)));
        Assert.Equal("00", Hex(new RlpWriter().Write(new byte[] { 0 })));
        Assert.Equal("0f", Hex(new RlpWriter().Write(15UL)));
        Assert.Equal("820400", Hex(new RlpWriter().Write(1024UL)));
        Assert.Equal("c7c0c1c0c3c0c1c0", Hex(new RlpWriter().BeginList().BeginList().EndList().BeginList().BeginList().EndList().EndList()
            .BeginList().BeginList().EndList().BeginList().BeginList().EndList().EndList().EndList().EndList()));
        Assert.Equal("b838" + Convert.ToHexStringLower(System.Text.Encoding.ASCII.GetBytes(Lorem)), Hex(new RlpWriter().Write(Lorem)));
        Assert.Equal("8f102030405060708090a0b0c0d0e0f2",
            Hex(new RlpWriter().Write(BigInteger.Parse("102030405060708090a0b0c0d0e0f2", System.Globalization.NumberStyles.HexNumber))));
    }

    [Fact]
    public void Read_OfAnythingWritten_GivesItBack() =>
        Prop.ForAll(Nodes(4).ToArbitrary(), node =>
        {
            var writer = new RlpWriter();
            Write(writer, node);
            var bytes = writer.ToArray();
            var reader = new RlpReader(bytes);
            var again = new RlpWriter();
            Copy(ref reader, again);
            return again.ToArray().AsSpan().SequenceEqual(bytes);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void ReadUInt64_OfAnythingWritten_GivesItBack() =>
        Prop.ForAll<ulong>(value =>
        {
            var bytes = new RlpWriter().Write(value).ToArray();
            return new RlpReader(bytes).ReadUInt64() == value && new RlpReader(bytes).ReadUInt256() == value;
        }).QuickCheckThrowOnFailure();

    // ethereum/tests, RLPTests/invalidRLPTest.json and its kin.
    [Theory]
    [InlineData("")]
    [InlineData("8100")]
    [InlineData("8101")]
    [InlineData("817f")]
    [InlineData("83646f")]
    [InlineData("b800")]
    [InlineData("b837" + "00")]
    [InlineData("b90038")]
    [InlineData("bf0f000000000000021111")]
    [InlineData("bfffffffffffffffff")]
    [InlineData("c180c0")]
    [InlineData("c283")]
    [InlineData("f80180")]
    [InlineData("ffffffffffffffffff")]
    [InlineData("f90000")]
    [InlineData("c3c2c180c0")]
    public void Read_OfANonCanonicalEncoding_IsRefused(string hex) =>
        Assert.Throws<MalformedRlpException>(() =>
        {
            var reader = new RlpReader(Convert.FromHexString(hex));
            Copy(ref reader, new RlpWriter());
            reader.ExpectEnd();
        });

    [Theory]
    [InlineData("820001")]
    [InlineData("00")]
    [InlineData("89ffffffffffffffffff")]
    public void ReadUInt64_OfAPaddedOrWideNumber_IsRefused(string hex) =>
        Assert.Throws<MalformedRlpException>(() => new RlpReader(Convert.FromHexString(hex)).ReadUInt64());

    [Fact]
    public void Read_OfHostileBytes_ThrowsNothingButTheDeclaredException() =>
        Prop.ForAll<byte[]>(bytes =>
        {
            try
            {
                var reader = new RlpReader(bytes);
                var again = new RlpWriter();
                while (!reader.IsAtEnd)
                    Copy(ref reader, again);
                return again.ToArray().AsSpan().SequenceEqual(bytes);
            }
            catch (MalformedRlpException)
            {
                return true;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    sealed record Node(byte[] Content, Node[]? Children);

    static Gen<Node> Nodes(int depth)
    {
        var strings = ArbMap.Default.GeneratorFor<byte[]>().Select(content => new Node(content, null));
        return depth == 0 ? strings : Gen.OneOf(strings, Nodes(depth - 1).ListOf().Resize(8).Select(children => new Node([], [.. children])));
    }

    static string Hex(RlpWriter writer) => Convert.ToHexStringLower(writer.ToArray());

    static void Write(RlpWriter writer, Node node)
    {
        if (node.Children is null)
        {
            writer.Write(node.Content);
            return;
        }
        writer.BeginList();
        foreach (var child in node.Children)
            Write(writer, child);
        writer.EndList();
    }

    static void Copy(ref RlpReader reader, RlpWriter writer)
    {
        if (!reader.IsList)
        {
            writer.Write(reader.ReadBytes());
            return;
        }
        var list = reader.ReadList();
        writer.BeginList();
        while (!list.IsAtEnd)
            Copy(ref list, writer);
        writer.EndList();
    }
}
