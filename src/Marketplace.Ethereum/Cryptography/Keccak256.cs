using Marketplace.Ethereum.Primitives;
using Org.BouncyCastle.Crypto.Digests;

namespace Marketplace.Ethereum.Cryptography;

/// <summary>Keccak-256 as Ethereum uses it (the submission to NIST, not the later SHA3-256).</summary>
public static class Keccak256
{
    /// <summary>The digest of <paramref name="data"/>.</summary>
    public static Hash256 Hash(ReadOnlySpan<byte> data)
    {
        var digest = new KeccakDigest(256);
        var input = data.ToArray();
        digest.BlockUpdate(input, 0, input.Length);
        var output = new byte[Hash256.Size];
        digest.DoFinal(output, 0);
        return new Hash256(output);
    }

    /// <summary>The digest of the UTF-8 bytes of <paramref name="text"/>.</summary>
    public static Hash256 Hash(string text) => Hash(System.Text.Encoding.UTF8.GetBytes(text));
}
