using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Protocol.Signatures;

/// <summary>
/// What a consumer owes for reading from one agreement, since its opening; the data key signs it. The highest replaces all others, so a lost
/// or repeated one does no harm. The contract pays at most what was deposited for reading.
/// </summary>
/// <param name="Agreement">The agreement.</param>
/// <param name="Amount">Owed in all.</param>
public readonly record struct EgressVoucher(AgreementId Agreement, TokenAmount Amount)
{
    static readonly Hash256 Type = Keccak256.Hash("EgressVoucher(uint256 agreementId,uint256 amount)");

    /// <summary>The EIP-712 digest that the data key signs.</summary>
    public Hash256 Digest(MarketDomain domain)
    {
        var hash = new StructHash(stackalloc byte[3 * Hash256.Size], Type);
        hash.Add(Agreement);
        hash.Add(Amount);
        return domain.VoucherDigest(hash.Hash());
    }

    /// <summary>Signs with the data key.</summary>
    public Signature Sign(MarketDomain domain, PrivateKey dataKey) => dataKey.Sign(Digest(domain));

    /// <summary>Whether <paramref name="dataKey"/> signed this.</summary>
    public bool IsSignedBy(MarketDomain domain, Address dataKey, Signature signature) => signature.IsBy(dataKey, Digest(domain));
}
