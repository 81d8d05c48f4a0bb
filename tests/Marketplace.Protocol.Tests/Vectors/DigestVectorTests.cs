using System.Globalization;
using System.Numerics;
using Marketplace.Core.Primitives;
using Marketplace.Core.Tests.Primitives;
using Marketplace.Core.Tests.Vectors;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.TypedData;
using Marketplace.Protocol.Signatures;

namespace Marketplace.Protocol.Tests.Vectors;

/// <summary>Writes tests/vectors/digests.json (see the README there): whatever is signed here and read by a contract.</summary>
public sealed class DigestVectorTests
{
    static readonly UInt128[] Ids = [1, ulong.MaxValue, UInt128.MaxValue];
    static readonly ulong[] Words = [1, 1UL << 32, ulong.MaxValue];

    readonly SplitMix random = new(712);

    [Fact]
    public void Digests_Committed_AreWhatTheCodeProduces() => VectorFile.Check(
        "digests.json",
        new { Markets = new ulong[] { 31337, 1, (1UL << 53) - 1 }.Select(DescribeMarket) });

    object DescribeMarket(ulong chainId)
    {
        var domain = new MarketDomain(chainId, Address(), Address());
        var token = Address();
        return new
        {
            ChainId = chainId.ToString(CultureInfo.InvariantCulture),
            StorageAgreements = domain.StorageAgreements.ToString(),
            EgressVouchers = domain.EgressVouchers.ToString(),
            Token = token.ToString(),
            Revisions = Ids.SelectMany(id => Words.Select(word => Describe(domain, new AgreementId(id), word))).ToArray(),
            Vouchers = Ids.SelectMany(id => Ids.Select(amount => Describe(domain, new AgreementId(id), new TokenAmount(amount)))).ToArray(),
            Permits = Enumerable.Range(0, 6).Select(_ => DescribePermit(chainId, token)).ToArray(),
        };
    }

    object Describe(MarketDomain domain, AgreementId agreement, ulong number)
    {
        var revision = new Revision(agreement, number, new Hash256(random.Bytes(Hash256.Size)), random.Next());
        var key = Key();
        return new
        {
            AgreementId = agreement.ToString(),
            Number = number.ToString(CultureInfo.InvariantCulture),
            DataRoot = revision.DataRoot.ToString(),
            Weight = revision.Weight.ToString(CultureInfo.InvariantCulture),
            Digest = revision.Digest(domain).ToString(),
            Signer = key.Address.ToString(),
            Signature = revision.Sign(domain, key).ToString(),
        };
    }

    object Describe(MarketDomain domain, AgreementId agreement, TokenAmount amount)
    {
        var voucher = new EgressVoucher(agreement, amount);
        var key = Key();
        return new
        {
            AgreementId = agreement.ToString(),
            Amount = amount.ToString(),
            Digest = voucher.Digest(domain).ToString(),
            Signer = key.Address.ToString(),
            Signature = voucher.Sign(domain, key).ToString(),
        };
    }

    /// <summary>The first of its owner, good for ever.</summary>
    object DescribePermit(ulong chainId, Address token)
    {
        var key = Key();
        var value = new BigInteger(random.Bytes(32), isUnsigned: true);
        var permit = new Permit(key.Address, Address(), value, 0, (BigInteger.One << 256) - 1);
        var digest = Eip712.Digest(new Eip712Domain("Space", "1", chainId, token), permit);
        return new
        {
            Owner = permit.Owner.ToString(),
            Spender = permit.Spender.ToString(),
            Value = value.ToString(CultureInfo.InvariantCulture),
            Deadline = permit.Deadline.ToString(CultureInfo.InvariantCulture),
            Digest = digest.ToString(),
            Signature = key.Sign(digest).ToString(),
        };
    }

    Address Address() => new(random.Bytes(Ethereum.Primitives.Address.Size));

    PrivateKey Key() => new(random.Bytes(32));
}
