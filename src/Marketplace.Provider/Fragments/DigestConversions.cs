using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Provider.Fragments;

/// <summary>The sum trees speak of digests, the chain and the messages of 32-byte hashes.</summary>
internal static class DigestConversions
{
    public static Digest ToDigest(this Hash256 hash)
    {
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        hash.CopyTo(bytes);
        return new Digest(bytes);
    }

    public static Hash256 ToHash256(this Digest digest)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        digest.CopyTo(bytes);
        return new Hash256(bytes);
    }
}
