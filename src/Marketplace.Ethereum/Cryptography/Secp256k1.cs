using Marketplace.Ethereum.Primitives;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC;
using Org.BouncyCastle.Math.EC.Multiplier;
using Org.BouncyCastle.Security;

namespace Marketplace.Ethereum.Cryptography;

/// <summary>
/// ECDSA over secp256k1 (SEC 2) with public-key recovery (SEC 1, 4.1.6) and RFC 6979's deterministic nonces over HMAC-SHA-256.
/// </summary>
/// <remarks>
/// The curve arithmetic is BouncyCastle's, whose big integers are neither constant-time nor erasable: scalar inversion is blinded here, and
/// keys that sign for strangers on demand belong behind a hardware signer.
/// </remarks>
internal static class Secp256k1
{
    /// <summary>The length of an uncompressed public key without its prefix byte.</summary>
    internal const int PublicKeySize = 64;

    static readonly Org.BouncyCastle.Asn1.X9.X9ECParameters Curve = CustomNamedCurves.GetByName("secp256k1");
    static readonly BigInteger Order = Curve.N;
    static readonly BigInteger HalfOrder = Order.ShiftRight(1);
    static readonly FixedPointCombMultiplier Multiplier = new();
    static readonly SecureRandom Random = new();

    /// <summary>Whether the 32 bytes are a scalar in [1, order).</summary>
    internal static bool IsPrivateKey(ReadOnlySpan<byte> bytes) => IsScalar(new BigInteger(1, bytes.ToArray()));

    /// <summary>Whether r and s are in range, s in the lower half (EIP-2) and the parity 0 or 1.</summary>
    internal static bool IsCanonical(Signature signature)
    {
        var s = Number(signature.S);
        return signature.YParity <= 1 && IsScalar(Number(signature.R)) && s.SignValue > 0 && s.CompareTo(HalfOrder) <= 0;
    }

    internal static byte[] PublicKey(ReadOnlySpan<byte> privateKey)
    {
        var copy = privateKey.ToArray();
        try
        {
            return Coordinates(Multiplier.Multiply(Curve.G, new BigInteger(1, copy)));
        }
        finally
        {
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(copy);
        }
    }

    internal static Address AddressOf(ReadOnlySpan<byte> publicKey)
    {
        Span<byte> hash = stackalloc byte[Hash256.Size];
        Keccak256.Hash(publicKey).CopyTo(hash);
        return new Address(hash[(Hash256.Size - Address.Size)..]);
    }

    internal static Signature Sign(ReadOnlySpan<byte> privateKey, Hash256 digest)
    {
        var copy = privateKey.ToArray();
        try
        {
            return Sign(new BigInteger(1, copy), digest);
        }
        finally
        {
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(copy);
        }
    }

    static Signature Sign(BigInteger key, Hash256 digest)
    {
        var message = digest.ToArray();
        var e = new BigInteger(1, message);
        var nonces = new HMacDsaKCalculator(new Sha256Digest());
        nonces.Init(Order, key, message);
        while (true)
        {
            var k = nonces.NextK();
            var point = Multiplier.Multiply(Curve.G, k).Normalize();
            var r = point.AffineXCoord.ToBigInteger();
            // x at or above the order would need recovery ids 2 and 3, which Ethereum does not know; its chance is 2^-128.
            if (!IsScalar(r))
                continue;
            var blind = NonZeroScalar();
            var inverse = k.Multiply(blind).Mod(Order).ModInverse(Order);
            var s = blind.Multiply(e).Add(blind.Multiply(r).Mod(Order).Multiply(key)).Mod(Order).Multiply(inverse).Mod(Order);
            if (s.SignValue == 0)
                continue;
            var odd = point.AffineYCoord.TestBitZero();
            if (s.CompareTo(HalfOrder) > 0)
                (s, odd) = (Order.Subtract(s), !odd);
            return new Signature(Word(r), Word(s), odd ? (byte)1 : (byte)0);
        }
    }

    internal static bool TryRecover(Hash256 digest, Signature signature, out Address signer)
    {
        signer = default;
        if (!TryRecoverPublicKey(digest, signature, out var publicKey))
            return false;
        signer = AddressOf(publicKey);
        return true;
    }

    internal static bool TryRecoverPublicKey(Hash256 digest, Signature signature, out byte[] publicKey)
    {
        publicKey = [];
        if (!IsCanonical(signature) || Decompress(signature) is not { } point)
            return false;
        var inverse = Number(signature.R).ModInverse(Order);
        var u1 = Order.Subtract(Number(digest).Mod(Order)).Multiply(inverse).Mod(Order);
        var u2 = Number(signature.S).Multiply(inverse).Mod(Order);
        var key = ECAlgorithms.SumOfTwoMultiplies(Curve.G, u1, point, u2);
        if (key.IsInfinity)
            return false;
        publicKey = Coordinates(key);
        return true;
    }

    static ECPoint? Decompress(Signature signature)
    {
        var encoded = new byte[1 + Hash256.Size];
        encoded[0] = (byte)(2 + signature.YParity);
        signature.R.CopyTo(encoded.AsSpan(1));
        try
        {
            return Curve.Curve.DecodePoint(encoded);
        }
        catch (ArgumentException)
        {
            // About half of all numbers are the x of no point.
            return null;
        }
    }

    static byte[] Coordinates(ECPoint point) => point.Normalize().GetEncoded(compressed: false)[1..];

    static bool IsScalar(BigInteger value) => value.SignValue > 0 && value.CompareTo(Order) < 0;

    static BigInteger Number(Hash256 word) => new(1, word.ToArray());

    static Hash256 Word(BigInteger value)
    {
        var bytes = value.ToByteArrayUnsigned();
        Span<byte> word = stackalloc byte[Hash256.Size];
        word.Clear();
        bytes.CopyTo(word[(Hash256.Size - bytes.Length)..]);
        return new Hash256(word);
    }

    static BigInteger NonZeroScalar()
    {
        while (true)
        {
            var value = new BigInteger(256, Random);
            if (IsScalar(value))
                return value;
        }
    }
}
