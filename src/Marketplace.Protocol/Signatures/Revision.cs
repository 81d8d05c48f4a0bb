using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Protocol.Signatures;

/// <summary>
/// The whole contents of an agreement at one moment. The consumer's data key signs it, the provider's operator key countersigns it once
/// everything
/// in it is on disk.
/// </summary>
/// <param name="Agreement">The agreement.</param>
/// <param name="Number">Counts up by one with each change; 0 is the empty agreement, which nobody signs.</param>
/// <param name="DataRoot">Root of the agreement's tree of fragments; zero when nothing is stored.</param>
/// <param name="Weight">Leaves of 1,024 bytes under the root.</param>
public readonly record struct Revision(AgreementId Agreement, ulong Number, Hash256 DataRoot, ulong Weight)
{
    static readonly Hash256 Type = Keccak256.Hash("Revision(uint256 agreementId,uint64 number,bytes32 dataRoot,uint64 weight)");

    /// <summary>The agreement before anything was stored in it.</summary>
    public static Revision Empty(AgreementId agreement) => new(agreement, 0, Hash256.Zero, 0);

    /// <summary>The EIP-712 digest that both sides sign.</summary>
    public Hash256 Digest(MarketDomain domain)
    {
        var hash = new StructHash(stackalloc byte[5 * Hash256.Size], Type);
        hash.Add(Agreement);
        hash.Add(Number);
        hash.Add(DataRoot);
        hash.Add(Weight);
        return domain.Digest(hash.Hash());
    }

    /// <summary>Signs with the data key (the consumer) or the operator key (the provider).</summary>
    public Signature Sign(MarketDomain domain, PrivateKey key) => key.Sign(Digest(domain));

    /// <summary>Whether <paramref name="key"/> signed this.</summary>
    public bool IsSignedBy(MarketDomain domain, Address key, Signature signature) => signature.IsBy(key, Digest(domain));
}

/// <summary>A revision with both signatures: what each side keeps, and what an audit is fought with.</summary>
/// <param name="Revision">The contents agreed on; never number 0.</param>
/// <param name="ConsumerSignature">The data key's.</param>
/// <param name="ProviderSignature">The operator key's.</param>
public sealed record CountersignedRevision(Revision Revision, Signature ConsumerSignature, Signature ProviderSignature);
