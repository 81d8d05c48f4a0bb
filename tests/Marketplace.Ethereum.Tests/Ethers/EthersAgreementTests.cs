using System.Text.Json.Nodes;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Rlp;
using Marketplace.Ethereum.Tests.Abi;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Ethereum.Tests.Ethers;

/// <summary>The library and ethers understand each other on thousands of random cases, in both directions.</summary>
public sealed class EthersAgreementTests(EthersFixture ethers) : IClassFixture<EthersFixture>
{
    [Fact]
    public void Ethers_OnOurCases_AgreesWithEveryOne()
    {
        var failures = ethers.Answer["failures"]!.AsArray();
        Assert.True(failures.Count == 0, $"{failures.Count} cases failed, first: {failures.FirstOrDefault()}");
        Assert.Equal(ethers.Sent, (int)ethers.Answer["checked"]!);
        Assert.True(ethers.Sent >= 6000);
    }

    [Fact]
    public void Abi_OnEthersCases_EncodesAndDecodesTheSame() => ForEach("abi", one =>
    {
        AbiCase[] types = [.. one["types"]!.AsArray().Select(type => AbiCases.ParseType((string)type!))];
        object[] values = [.. one["values"]!.AsArray().Select((value, i) => AbiCases.Parse(types[i], value!))];
        Same(one, EthersCases.Abi(types, values));
        Same(one["values"]!, AbiCases.Json(AbiCases.Decode(types, EthersCases.Hex(one["data"]))));
    });

    [Fact]
    public void Rlp_OnEthersCases_EncodesAndDecodesTheSame() => ForEach("rlp", one =>
    {
        Same(one, EthersCases.Rlp(one["value"]!.DeepClone()));
        var reader = new RlpReader(EthersCases.Hex(one["data"]));
        Same(one["value"]!, EthersCases.ReadRlp(ref reader));
        reader.ExpectEnd();
    });

    [Fact]
    public void PrivateKey_OnEthersCases_SignsAndRecoversTheSame() => ForEach("signatures", one =>
    {
        Same(one, EthersCases.Signature(EthersCases.Hex(one["key"]), Hash256.Parse((string)one["digest"]!)));
        Assert.True(Signature.TryParse((string)one["signature"]!, out var signature));
        Assert.True(signature.TryRecover(Hash256.Parse((string)one["digest"]!), out var signer));
        Assert.Equal((string)one["address"]!, signer.ToString());
    });

    [Fact]
    public void PersonalMessage_OnEthersCases_HashesTheSame() => ForEach("personal", one => Same(one, EthersCases.Personal((string)one["message"]!)));

    [Fact]
    public void Eip712_OnEthersCases_HashesTheSame() => ForEach("typed", one =>
        Same(one, EthersCases.Typed(one["domain"]!.DeepClone(), one["value"]!.DeepClone(), EthersCases.Hex(one["key"]))));

    [Fact]
    public void Transaction_OnEthersCases_SignsAndDecodesTheSame() => ForEach("transactions", one =>
    {
        var fields = one.DeepClone().AsObject();
        fields.Remove("raw");
        fields.Remove("hash");
        Same(one, EthersCases.Transaction(fields, EthersCases.Hex(one["key"])));
        Assert.True(SignedTransaction.TryDecode(EthersCases.Hex(one["raw"]), out var decoded));
        Assert.Equal((string)one["hash"]!, decoded.Hash.ToString());
    });

    void ForEach(string kind, Action<JsonNode> check)
    {
        var cases = ethers.Answer["cases"]![kind]!.AsArray();
        Assert.True(cases.Count >= 500);
        foreach (var one in cases)
            check(one!);
    }

    static void Same(JsonNode expected, JsonNode actual) =>
        Assert.True(JsonNode.DeepEquals(expected, actual), $"ethers has {expected.ToJsonString()}, the library {actual.ToJsonString()}");
}
