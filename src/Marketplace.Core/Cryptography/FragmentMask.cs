using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Marketplace.Core.Cryptography;

/// <summary>
/// The keystream over one fragment: AES-256 in counter mode. Two fragments of a segment share no bytes and cannot be computed from each
/// other without the mask key, so that a provider under several names must really store each one. It hides and authenticates nothing: the
/// content is encrypted before and the tree authenticates after. Not safe for concurrent use.
/// </summary>
public sealed class FragmentMask : IDisposable
{
    /// <summary>Bytes of a mask key.</summary>
    public const int KeySize = 32;

    const int CipherBlock = 16, Batch = 4096;

    readonly Aes aes = Aes.Create();
    readonly byte[] counters = new byte[Batch];
    readonly byte[] keystream = new byte[Batch];

    /// <param name="maskKey">The object version's mask key: 32 bytes.</param>
    /// <param name="segment">The segment's number.</param>
    /// <param name="fragment">The fragment's number, 0 to n-1.</param>
    /// <exception cref="ArgumentException">The key has another length.</exception>
    public FragmentMask(ReadOnlySpan<byte> maskKey, long segment, int fragment)
    {
        if (maskKey.Length != KeySize)
            throw new ArgumentException($"A mask key has {KeySize} bytes, not {maskKey.Length}.", nameof(maskKey));
        var label = "storage-marketplace/fragment-mask/"u8;
        Span<byte> info = stackalloc byte[label.Length + sizeof(long) + sizeof(int)];
        label.CopyTo(info);
        BinaryPrimitives.WriteInt64BigEndian(info[label.Length..], segment);
        BinaryPrimitives.WriteInt32BigEndian(info[(label.Length + sizeof(long))..], fragment);
        Span<byte> key = stackalloc byte[KeySize];
        HKDF.Expand(HashAlgorithmName.SHA256, maskKey, key, info);
        aes.SetKey(key);
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>Masks bytes in place, or takes the mask off again.</summary>
    /// <param name="bytes">Any length.</param>
    /// <param name="offset">Where they start in the fragment; not negative.</param>
    public void Apply(Span<byte> bytes, long offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        while (!bytes.IsEmpty)
        {
            var skip = (int)(offset % CipherBlock);
            var length = Math.Min(Batch - skip, bytes.Length);
            var blocks = (skip + length + CipherBlock - 1) / CipherBlock;
            WriteCounters(offset / CipherBlock, blocks);
            aes.EncryptEcb(counters.AsSpan(0, blocks * CipherBlock), keystream, PaddingMode.None);
            Xor(bytes[..length], keystream.AsSpan(skip, length));
            bytes = bytes[length..];
            offset += length;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(keystream);
        aes.Dispose();
    }

    void WriteCounters(long first, int count)
    {
        for (var i = 0; i < count; i++)
            BinaryPrimitives.WriteInt64BigEndian(counters.AsSpan(i * CipherBlock + sizeof(long)), first + i);
    }

    static void Xor(Span<byte> bytes, ReadOnlySpan<byte> mask)
    {
        var vectors = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ulong>(bytes);
        var masks = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ulong>(mask);
        for (var i = 0; i < vectors.Length; i++)
            vectors[i] ^= masks[i];
        for (var i = vectors.Length * sizeof(ulong); i < bytes.Length; i++)
            bytes[i] ^= mask[i];
    }
}
