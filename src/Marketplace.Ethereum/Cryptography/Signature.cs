using System.Diagnostics.CodeAnalysis;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Ethereum.Cryptography;

/// <summary>
/// A recoverable ECDSA signature over secp256k1. As bytes it is <c>r || s || v</c> with v = 27 or 28, which is what
/// <c>ecrecover</c>, wallets and OpenZeppelin's ECDSA expect.
/// </summary>
/// <param name="R">The x coordinate of the nonce point modulo the order.</param>
/// <param name="S">Canonical only in the lower half of the order (EIP-2).</param>
/// <param name="YParity">0 or 1: whether the nonce point's y is odd; what EIP-1559 transactions carry.</param>
public readonly record struct Signature(Hash256 R, Hash256 S, byte YParity)
{
    /// <summary>The length of <c>r || s || v</c> in bytes.</summary>
    public const int Size = 65;

    const byte LegacyOffset = 27;

    /// <summary>27 or 28.</summary>
    public byte V => (byte)(LegacyOffset + YParity);

    /// <param name="destination">At least 65 bytes; receives <c>r || s || v</c>.</param>
    public void CopyTo(Span<byte> destination)
    {
        R.CopyTo(destination);
        S.CopyTo(destination[Hash256.Size..]);
        destination[2 * Hash256.Size] = V;
    }

    /// <summary>A new array of 65 bytes, <c>r || s || v</c>.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>
    /// Reads <c>r || s || v</c>. Refuses (false) any other length, v other than 27 and 28, and an r or s that is zero, not below the
    /// order, or an s in the upper half: exactly one byte string is accepted for a signature.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out Signature signature)
    {
        signature = default;
        if (bytes.Length != Size || bytes[^1] is not (LegacyOffset or LegacyOffset + 1))
            return false;
        var candidate = new Signature(
            new Hash256(bytes[..Hash256.Size]), new Hash256(bytes[Hash256.Size..(2 * Hash256.Size)]), (byte)(bytes[^1] - LegacyOffset));
        if (!Secp256k1.IsCanonical(candidate))
            return false;
        signature = candidate;
        return true;
    }

    /// <summary>The account whose key signed <paramref name="digest"/>; false when the signature is not canonical or fits no key.</summary>
    public bool TryRecover(Hash256 digest, out Address signer) => Secp256k1.TryRecover(digest, this, out signer);

    /// <summary>Whether the key of <paramref name="signer"/> signed <paramref name="digest"/>.</summary>
    public bool IsBy(Address signer, Hash256 digest) => TryRecover(digest, out var actual) && actual == signer;

    /// <summary><c>0x</c> and 130 hex digits.</summary>
    public override string ToString() => "0x" + Convert.ToHexStringLower(ToArray());

    /// <summary>Reads <c>0x</c> and 130 hex digits with the checks of <see cref="TryRead"/>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Signature signature)
    {
        signature = default;
        Span<byte> bytes = stackalloc byte[Size];
        return text is not null && text.Length == 2 + 2 * Size && text.StartsWith("0x", StringComparison.Ordinal)
            && Convert.FromHexString(text.AsSpan(2), bytes, out _, out _) == System.Buffers.OperationStatus.Done
            && TryRead(bytes, out signature);
    }
}
