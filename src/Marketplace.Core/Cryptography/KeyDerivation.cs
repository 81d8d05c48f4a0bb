using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Marketplace.Core.Cryptography;

/// <summary>
/// Every other key, from the vault key: HKDF-SHA256 with a label for each purpose, so that no key tells anything about another.
/// </summary>
/// <remarks>RFC 5869. The vault key is uniformly random, so the extract step is left out, as section 3.3 allows.</remarks>
public static class KeyDerivation
{
    /// <summary>Bytes of the vault key and of every key but the data key's candidate.</summary>
    public const int KeySize = 32;

    /// <summary>Opens the content keys that manifests carry. 32 bytes.</summary>
    public static byte[] ContentWrapKey(ReadOnlySpan<byte> vaultKey) => Derive(vaultKey, "content-wrap"u8, []);

    /// <summary>Root of all masks. 32 bytes.</summary>
    public static byte[] MaskRoot(ReadOnlySpan<byte> vaultKey) => Derive(vaultKey, "mask-root"u8, []);

    /// <summary>Encrypts the catalog's copy in the network and the records that point to it. 32 bytes.</summary>
    public static byte[] CatalogKey(ReadOnlySpan<byte> vaultKey) => Derive(vaultKey, "catalog"u8, []);

    /// <summary>The mask key of one object version: whoever gets it can repair that version without being able to read it.</summary>
    /// <param name="maskRoot">From <see cref="MaskRoot"/>.</param>
    /// <param name="objectId">The object's 16 random bytes.</param>
    /// <param name="version">The version's number.</param>
    public static byte[] MaskKey(ReadOnlySpan<byte> maskRoot, ReadOnlySpan<byte> objectId, ulong version)
    {
        Span<byte> context = stackalloc byte[objectId.Length + sizeof(ulong)];
        objectId.CopyTo(context);
        BinaryPrimitives.WriteUInt64BigEndian(context[objectId.Length..], version);
        return Derive(maskRoot, "mask"u8, context);
    }

    /// <summary>A candidate for the data key, a secp256k1 secret.</summary>
    /// <param name="vaultKey">32 bytes.</param>
    /// <param name="index">Which data key: 0, or higher after a replacement.</param>
    /// <param name="attempt">0, and one more each time that the candidate was no secret of the curve (once in 2^128).</param>
    public static byte[] DataKeyCandidate(ReadOnlySpan<byte> vaultKey, uint index, uint attempt)
    {
        Span<byte> context = stackalloc byte[2 * sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(context, index);
        BinaryPrimitives.WriteUInt32BigEndian(context[sizeof(uint)..], attempt);
        return Derive(vaultKey, "data-key"u8, context);
    }

    static byte[] Derive(ReadOnlySpan<byte> key, ReadOnlySpan<byte> purpose, ReadOnlySpan<byte> context)
    {
        if (key.Length != KeySize)
            throw new ArgumentException($"The key has {KeySize} bytes, not {key.Length}.", nameof(key));
        var prefix = "storage-marketplace/"u8;
        var info = new byte[prefix.Length + purpose.Length + 1 + context.Length];
        prefix.CopyTo(info);
        purpose.CopyTo(info.AsSpan(prefix.Length));
        info[prefix.Length + purpose.Length] = (byte)'/';
        context.CopyTo(info.AsSpan(prefix.Length + purpose.Length + 1));
        var derived = new byte[KeySize];
        HKDF.Expand(HashAlgorithmName.SHA256, key, derived, info);
        return derived;
    }
}
