using System.Buffers.Binary;
using System.Security.Cryptography;
using Marketplace.Core.Cryptography.Keystreams;

namespace Marketplace.Core.Cryptography;

/// <summary>
/// The keystream over one fragment: AES-256 in counter mode. Two fragments of a segment share no bytes and cannot be computed from each
/// other without the mask key, so that a provider under several names must really store each one. It hides and authenticates nothing: the
/// content is encrypted before and the tree authenticates after. Making one takes as long as masking 15 KiB: keep it for all parts of a
/// fragment. Not safe for concurrent use.
/// </summary>
public sealed class FragmentMask : IDisposable
{
    /// <summary>Bytes of a mask key.</summary>
    public const int KeySize = 32;

    readonly CounterKeystream keystream;

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
        keystream = CounterKeystream.Create(key);
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>Masks bytes in place, or takes the mask off again.</summary>
    /// <param name="bytes">Any length.</param>
    /// <param name="offset">Where they start in the fragment; not negative.</param>
    public void Apply(Span<byte> bytes, long offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, long.MaxValue - bytes.Length);
        keystream.Apply(bytes, offset);
    }

    /// <summary>Erases the key.</summary>
    public void Dispose() => keystream.Dispose();
}
