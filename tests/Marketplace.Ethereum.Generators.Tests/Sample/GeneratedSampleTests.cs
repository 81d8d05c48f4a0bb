using System.Numerics;
using System.Text.Json;
using Marketplace.Ethereum.Abi;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Generators.Tests.Contracts;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;
using Contract = Marketplace.Ethereum.Generators.Tests.Contracts.Sample;

namespace Marketplace.Ethereum.Generators.Tests.Sample;

/// <summary>What the generator made of Sample.sol, against ethers' encodings of the same values.</summary>
public sealed class GeneratedSampleTests
{
    static readonly JsonElement Vectors = ReadVectors();
    static readonly Address Who = Address.Parse("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");

    static readonly Outer Nested = new(
        new Point(-5, Int128.MinValue),
        [new Inner(new TicketId(7), "seven", [new byte[] { 1 }, Bytes.Empty]), new Inner(new TicketId(8), "", [])],
        [[1, 2], [3, 4]],
        Mood.Cross, Who, new Outer2(new byte[] { 0xde, 0xad, 0xbe, 0xef }, 99));

    [Fact]
    public void Encode_OfACallWithNestedStructs_IsEthers()
    {
        var call = new Contract.PutCall(Nested, [[new Inner(new TicketId(1), "a", [new byte[] { 0xff }])], []]);
        Assert.Equal(Vector("put"), call.Encode());
        Assert.Equal(Vector("put"), Contract.PutCall.Decode(Vector("put")).Encode());
        Assert.IsNotType<IContractQuery<NoResult>>(call, exactMatch: false);
    }

    [Fact]
    public void Encode_OfAnOverload_IsEthers()
    {
        var call = new Contract.FindUint64Uint256Array3Call(new Slot(5), [1, 2, 3]);
        Assert.Equal(Vector("findBySlot"), call.Encode());
        Assert.IsType<IContractQuery<Contract.FindUint64Uint256Array3Result>>(call, exactMatch: false);
        Assert.Equal("find()", ((IContractCall)new Contract.FindCall()).FunctionSignature);
    }

    [Fact]
    public void DecodeResult_OfSeveralValues_GivesThemByName()
    {
        var result = new Contract.FindUint64Uint256Array3Call(default, [0, 0, 0]).DecodeResult(Vector("findBySlotResult"));
        Assert.Equal(new Contract.FindUint64Uint256Array3Result(new TicketId(9), true, "nine"), result);
    }

    [Fact]
    public void DecodeResult_OfAStruct_GivesItBack()
    {
        var outer = new Contract.FindUint256Call(new TicketId(7)).DecodeResult(Vector("findResult"));
        Assert.Equal(Nested.Origin, outer.Origin);
        Assert.Equal(Nested.Last, outer.Last);
        Assert.Equal("seven", outer.Inners[0].Text);
        Assert.Equal(Mood.Cross, outer.Mood);
    }

    [Fact]
    public void DecodeResult_OfAValueTooLargeForTheCSharpType_IsRefused() => Assert.Throws<AbiDecodingException>(
        () => new Contract.FindUint64Uint256Array3Call(default, [0, 0, 0]).DecodeResult(Vector("findHugeTicketResult")));

    [Fact]
    public void Encode_OfNumbersAtTheirLimits_IsEthers()
    {
        var call = new Contract.BigNumbersCall(
            byte.MaxValue, ushort.MaxValue, (1 << 24) - 1, (1UL << 40) - 1, (UInt128.One << 72) - 1, (BigInteger.One << 136) - 1, sbyte.MinValue, -(1 << 23),
            long.MinValue, -(Int128.One << 71), -(BigInteger.One << 135));
        Assert.Equal(Vector("bigNumbers"), call.Encode());
        Assert.Equal(call, Contract.BigNumbersCall.Decode(Vector("bigNumbers")));
    }

    [Fact]
    public void Encode_OfANumberTooWideForSolidity_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(
        () => new Contract.BigNumbersCall(0, 0, 1 << 24, 0, 0, 0, 0, 0, 0, 0, 0).Encode());

    [Fact]
    public void Decode_OfAnEvent_ReadsTopicsAndData()
    {
        Assert.True(EventLog.TryDecode<Contract.NotedEvent>(Log("noted"), out var noted));
        var expected = new Contract.NotedEvent(new TicketId(7), Who, Keccak256.Hash("topic"), new Point(1, 2), new byte[] { 1, 2 });
        Assert.Equal(expected, noted.Event);
        Assert.False(EventLog.TryDecode<Contract.PlainEvent>(Log("noted"), out _));
        Assert.Equal(Mood.Cross, Contract.MovedUint8Event.Decode(Log("movedByMood")).Mood);
    }

    [Fact]
    public void Decode_OfAnEventWithAnotherNumberOfTopics_IsRefused()
    {
        var log = Log("noted");
        Assert.Throws<AbiDecodingException>(() => Contract.NotedEvent.Decode(log with { Topics = [.. log.Topics.Take(3)] }));
        Assert.Throws<AbiDecodingException>(() => Contract.NotedEvent.Decode(log with { Topics = [] }));
        Assert.Throws<AbiDecodingException>(() => Contract.NotedEvent.Decode(log with { Data = log.Data[..^1] }));
    }

    [Fact]
    public void Filter_WithSomeValues_HasTheLogsTopics()
    {
        var log = Log("noted");
        var filter = Contract.NotedEvent.Filter(ticket: new TicketId(7), topicValue: Keccak256.Hash("topic"));
        Assert.Equal([[log.Topics[0]], [log.Topics[1]], null, [log.Topics[3]]], filter);
    }

    [Fact]
    public void TryDecode_OfARevert_GivesTheTypedError()
    {
        Assert.True(ContractErrors.TryDecode(Vector("refused"), out var error));
        Assert.Equal(new RefusedError(new TicketId(7), Mood.Cross, "no"), error);
        Assert.Equal(Vector("refused"), error.Encode());
        Assert.Contains("Why = no", ContractErrors.Decoder.Decode(Vector("refused"))!.Message, StringComparison.Ordinal);
        Assert.True(ContractErrors.TryDecode(new RevertError("plain words").Encode(), out var plain));
        Assert.Equal(new RevertError("plain words"), plain);
    }

    [Fact]
    public void TryDecode_OfUnknownOrBrokenRevertData_IsFalse()
    {
        Assert.False(ContractErrors.TryDecode([], out _));
        Assert.False(ContractErrors.TryDecode([1, 2, 3, 4], out _));
        Assert.False(ContractErrors.TryDecode(Vector("refused").AsSpan(0, 40), out _));
        Assert.False(ContractErrors.TryDecode(Vector("refusedWithUnknownMood"), out _));
        Assert.Null(ContractErrors.Decoder.Decode([1, 2, 3, 4]));
    }

    [Fact]
    public void Deploy_WithArguments_AppendsThemToTheEmbeddedCode()
    {
        var code = ContractBytecode.Load(typeof(GeneratedSampleTests).Assembly, Contract.Name);
        var request = code.Deploy(new Contract.Deployment(Who, [new Point(1, 2), new Point(-1, -2)], "n"));
        Assert.Null(request.To);
        Assert.Equal([0x60, 0x00, .. Vector("deploy")], request.Data.ToArray());
        Assert.Throws<InvalidDataException>(() => ContractBytecode.Load(typeof(GeneratedSampleTests).Assembly, "Nobody"));
    }

    static byte[] Vector(string name) => Convert.FromHexString(Vectors.GetProperty(name).GetString().AsSpan(2));

    static LogEntry Log(string name)
    {
        var log = Vectors.GetProperty(name);
        Hash256[] topics = [.. log.GetProperty("topics").EnumerateArray().Select(topic => Hash256.Parse(topic.GetString()!))];
        return new LogEntry(Who, topics, Convert.FromHexString(log.GetProperty("data").GetString().AsSpan(2)), 1, Hash256.Zero, Hash256.Zero, 0, 0);
    }

    static JsonElement ReadVectors()
    {
        using var stream = typeof(GeneratedSampleTests).Assembly.GetManifestResourceStream("vectors.json")!;
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }
}
