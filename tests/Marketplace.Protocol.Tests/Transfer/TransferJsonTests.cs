using System.Text;
using System.Text.Json.Serialization.Metadata;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Transfer;

namespace Marketplace.Protocol.Tests.Transfer;

public sealed class TransferJsonTests
{
    static readonly Signature Signature = new PrivateKey(Enumerable.Repeat((byte)0x33, 32).ToArray()).Sign(Hash256.Zero);
    static readonly Hash256 Root = Hash256.Parse("0x" + new string('a', 64));

    static T Again<T>(T message, JsonTypeInfo<T> type) where T : class
    {
        Assert.True(TransferJson.TryRead(TransferJson.Write(message, type), type, out var read));
        return read;
    }

    static bool Reads<T>(string json, JsonTypeInfo<T> type) where T : class =>
        TransferJson.TryRead(Encoding.UTF8.GetBytes(json), type, out _);

    [Fact]
    public void RevisionRequest_AsJson_IsAsTheProtocolSays()
    {
        var request = new RevisionRequest(ulong.MaxValue, Root, 5, Signature, [new SlotChange(3, Root), new SlotChange(4, null)]);
        Assert.Equal(
            $$"""{"number":"18446744073709551615","dataRoot":"{{Root}}","weight":"5","signature":"{{Signature}}","changes":[{"slot":3,"root":"{{Root}}"},{"slot":4,"root":null}]}""",
            Encoding.UTF8.GetString(TransferJson.Write(request, TransferJson.Default.RevisionRequest)));
        var read = Again(request, TransferJson.Default.RevisionRequest);
        Assert.Equal(request.Changes, read.Changes);
        Assert.Equal(request with { Changes = read.Changes }, read);
    }

    [Fact]
    public void Messages_AsJson_AreReadBack()
    {
        var status = new StatusMessage("1.0", 31337, Address.Zero, Address.Zero, Address.Zero, 1UL << 60);
        Assert.Equal(status, Again(status, TransferJson.Default.StatusMessage));
        var withEpoch = status with { CheckpointEpoch = 7 };
        Assert.Equal(withEpoch, Again(withEpoch, TransferJson.Default.StatusMessage));
        var empty = new RevisionMessage(0, Hash256.Zero, 0);
        Assert.Equal(empty, Again(empty, TransferJson.Default.RevisionMessage));
        var refusal = new RefusalMessage("revision-conflict", "Ours is newer.", new RevisionMessage(4, Root, 2, Signature, Signature));
        Assert.Equal(refusal, Again(refusal, TransferJson.Default.RefusalMessage));
        var inclusion = new InclusionMessage(new CheckpointMessage(Root, 9, 1), 3, [1, 2, 255]);
        Assert.Equal([1, 2, 255], Again(inclusion, TransferJson.Default.InclusionMessage).Inclusion);
        Assert.Equal(Signature, Again(new CountersignatureMessage(Signature), TransferJson.Default.CountersignatureMessage).Signature);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"number":"1","dataRoot":"R","weight":"1","signature":"S"}""")]
    [InlineData("""{"number":"1","dataRoot":"R","weight":"1","signature":"S","changes":null}""")]
    [InlineData("""{"number":"1","dataRoot":"R","weight":"1","signature":"S","changes":[null]}""")]
    [InlineData("""{"number":1,"dataRoot":"R","weight":"1","signature":"S","changes":[]}""")]
    [InlineData("""{"number":"01","dataRoot":"R","weight":"1","signature":"S","changes":[]}""")]
    [InlineData("""{"number":"-1","dataRoot":"R","weight":"1","signature":"S","changes":[]}""")]
    [InlineData("""{"number":" 1","dataRoot":"R","weight":"1","signature":"S","changes":[]}""")]
    [InlineData("""{"number":"18446744073709551616","dataRoot":"R","weight":"1","signature":"S","changes":[]}""")]
    [InlineData("""{"number":"1","number":"2","dataRoot":"R","weight":"1","signature":"S","changes":[]}""")]
    [InlineData("""{"number":"1","dataRoot":"0x12","weight":"1","signature":"S","changes":[]}""")]
    [InlineData("""{"number":"1","dataRoot":"R","weight":"1","signature":"0x00","changes":[]}""")]
    [InlineData("""{"number":"1","dataRoot":"R","weight":"1","signature":"S","changes":[{"slot":-1,"root":"R"}]}""")]
    [InlineData("""{"number":"1","dataRoot":"R","weight":"1","signature":"S","changes":[{"slot":4294967296,"root":"R"}]}""")]
    [InlineData("""{"number":"1","dataRoot":"R","weight":"1","signature":"S","changes":[{"slot":1}]}""")]
    [InlineData("""{"number":"1","dataRoot":"R","weight":"1","signature":"S","changes":[]}x""")]
    public void RevisionRequest_Malformed_IsRefused(string json) =>
        Assert.False(
            Reads(json.Replace("\"R\"", $"\"{Root}\"").Replace("\"S\"", $"\"{Signature}\""), TransferJson.Default.RevisionRequest));

    [Fact]
    public void RevisionRequest_WithAMemberOfALaterVersion_IsRead() =>
        Assert.True(Reads(
            $$"""{"number":"1","dataRoot":"{{Root}}","weight":"1","signature":"{{Signature}}","changes":[],"later":{"x":[1]} }""",
            TransferJson.Default.RevisionRequest));

    [Fact]
    public void Lists_LongerThanTheProtocolAllows_AreRefused()
    {
        var changes = Enumerable.Range(0, TransferLimits.MaxChangesPerRevision + 1).Select(i => new SlotChange((uint)i, Root)).ToArray();
        var largest = new RevisionRequest(1, Root, 1, Signature, changes[1..]);
        var bytes = TransferJson.Write(largest, TransferJson.Default.RevisionRequest);
        Assert.True(bytes.Length <= TransferLimits.MaxRevisionBody);
        Assert.True(TransferJson.TryRead(bytes, TransferJson.Default.RevisionRequest, out _));
        var tooLong = TransferJson.Write(largest with { Changes = changes }, TransferJson.Default.RevisionRequest);
        Assert.False(TransferJson.TryRead(tooLong, TransferJson.Default.RevisionRequest, out _));
    }

    [Fact]
    public void RefusalCodes_AsText_AreReadBack()
    {
        foreach (var code in Enum.GetValues<RefusalCode>().Where(code => code != RefusalCode.Unknown))
        {
            Assert.Equal(code, RefusalCodes.Parse(code.ToText()));
            Assert.InRange(code.ToHttpStatus(), 400, 599);
        }
        Assert.Equal(RefusalCode.Unknown, RefusalCodes.Parse("Unauthorized"));
        Assert.Equal(RefusalCode.Unknown, RefusalCodes.Parse(null));
    }

    [Fact]
    public void Routes_ParseOneSpellingOnly()
    {
        Assert.True(TransferRoutes.TryParseAgreement("340282366920938463463374607431768211455", out _));
        foreach (var text in new[] { "", "0", "01", "+1", "-1", " 1", "1 ", "0x1", "340282366920938463463374607431768211456", new string('1', 50) })
            Assert.False(TransferRoutes.TryParseAgreement(text, out _), text);
        Assert.True(TransferRoutes.TryParseRoot(new string('a', 64), out var root));
        Assert.Equal(Root, root);
        foreach (var text in new[] { new string('A', 64), new string('a', 63), "0x" + new string('a', 62), new string('g', 64) })
            Assert.False(TransferRoutes.TryParseRoot(text, out _), text);
        Assert.EndsWith($"/7/fragments/{new string('a', 64)}?first=1&count=2", TransferRoutes.Fragment(new(7), Root, 1, 2));
    }
}
