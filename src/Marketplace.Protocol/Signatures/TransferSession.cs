using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Protocol.Signatures;

/// <summary>The consumer's leave to use one agreement at one provider until a moment; signed by the agreement's data key.</summary>
/// <param name="Agreement">The agreement that may be used.</param>
/// <param name="Provider">The provider's owner address: a token that one provider has seen is worth nothing to another.</param>
/// <param name="Expiry">Seconds since 1970-01-01 UTC; from then on the session is over.</param>
public readonly record struct TransferSession(AgreementId Agreement, Address Provider, ulong Expiry)
{
    /// <summary>The furthest that a session may reach into the future.</summary>
    public static readonly TimeSpan LongestLife = TimeSpan.FromHours(24);

    static readonly Hash256 Type = Keccak256.Hash("TransferSession(uint256 agreementId,address provider,uint64 expiry)");

    /// <summary>The EIP-712 digest that the data key signs.</summary>
    public Hash256 Digest(MarketDomain domain)
    {
        var hash = new StructHash(stackalloc byte[4 * Hash256.Size], Type);
        hash.Add(Agreement);
        hash.Add(Provider);
        hash.Add(Expiry);
        return domain.Digest(hash.Hash());
    }

    /// <summary>Whether the session can be used now: not over, and not from further ahead than <see cref="LongestLife"/>.</summary>
    public bool IsCurrent(DateTimeOffset now)
    {
        var seconds = now.ToUnixTimeSeconds();
        return seconds >= 0 && Expiry > (ulong)seconds && Expiry - (ulong)seconds <= (ulong)LongestLife.TotalSeconds;
    }

    /// <summary>Signs with the data key.</summary>
    public Signature Sign(MarketDomain domain, PrivateKey dataKey) => dataKey.Sign(Digest(domain));

    /// <summary>Whether <paramref name="dataKey"/> signed this.</summary>
    public bool IsSignedBy(MarketDomain domain, Address dataKey, Signature signature) => signature.IsBy(dataKey, Digest(domain));
}
