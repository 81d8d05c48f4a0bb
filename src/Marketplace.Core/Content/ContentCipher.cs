using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Marketplace.Core.Content;

/// <summary>
/// Encrypts content in blocks that stand alone: AES-256-GCM, with the block's number and whether it is the last in the nonce, so that
/// blocks cannot be reordered, dropped or appended, and any run of them can be read alone. The key is used for one object version only.
/// </summary>
/// <remarks>
/// GCM does not bind a ciphertext to one key. The <see cref="Commitment"/>, kept in the signed manifest, does. As C2SP's
/// chunked-encryption. Not safe for concurrent use.
/// </remarks>
public sealed class ContentCipher : IDisposable
{
    /// <summary>Bytes of a content key.</summary>
    public const int KeySize = 32;

    /// <summary>Bytes of a commitment.</summary>
    public const int CommitmentSize = 32;

    const int NonceSize = 12;

    readonly AesGcm aes;
    readonly byte[] commitment;

    /// <param name="contentKey">32 random bytes, new for each object version.</param>
    /// <exception cref="ArgumentException">Another length.</exception>
    public ContentCipher(ReadOnlySpan<byte> contentKey)
    {
        if (contentKey.Length != KeySize)
            throw new ArgumentException($"A content key has {KeySize} bytes, not {contentKey.Length}.", nameof(contentKey));
        Span<byte> key = stackalloc byte[KeySize];
        HKDF.Expand(HashAlgorithmName.SHA256, contentKey, key, "storage-marketplace/content/encryption"u8);
        aes = new AesGcm(key, ContentLayout.TagSize);
        CryptographicOperations.ZeroMemory(key);
        commitment = new byte[CommitmentSize];
        HKDF.Expand(HashAlgorithmName.SHA256, contentKey, commitment, "storage-marketplace/content/commitment"u8);
    }

    /// <summary>32 bytes that no other key has; tells nothing about the key.</summary>
    public ReadOnlySpan<byte> Commitment => commitment;

    /// <summary>Encrypts one block.</summary>
    /// <param name="number">The block's number, from 0.</param>
    /// <param name="isLast">Whether it is the content's last.</param>
    /// <param name="plaintext">1 to 65,536 bytes; fewer than 65,536 only in the last block.</param>
    /// <param name="ciphertext">Exactly 16 bytes more; may be the plaintext's own memory if it starts at the same byte.</param>
    public void EncryptBlock(long number, bool isLast, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext)
    {
        RequireBlock(isLast, plaintext.Length, ciphertext.Length);
        Span<byte> nonce = stackalloc byte[NonceSize];
        WriteNonce(nonce, number, isLast);
        aes.Encrypt(nonce, plaintext, ciphertext[..plaintext.Length], ciphertext[plaintext.Length..]);
    }

    /// <summary>Decrypts one block; false, with the plaintext zeroed, if it is not the one that was encrypted there.</summary>
    /// <param name="number">The block's number, from 0.</param>
    /// <param name="isLast">Whether it is the content's last.</param>
    /// <param name="ciphertext">17 to 65,552 bytes.</param>
    /// <param name="plaintext">Exactly 16 bytes less.</param>
    public bool TryDecryptBlock(long number, bool isLast, ReadOnlySpan<byte> ciphertext, Span<byte> plaintext)
    {
        RequireBlock(isLast, plaintext.Length, ciphertext.Length);
        Span<byte> nonce = stackalloc byte[NonceSize];
        WriteNonce(nonce, number, isLast);
        try
        {
            aes.Decrypt(nonce, ciphertext[..plaintext.Length], ciphertext[plaintext.Length..], plaintext);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            plaintext.Clear();
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => aes.Dispose();

    static void WriteNonce(Span<byte> nonce, long number, bool isLast)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        BinaryPrimitives.WriteInt64BigEndian(nonce, number);
        BinaryPrimitives.WriteInt32BigEndian(nonce[sizeof(long)..], isLast ? 1 : 0);
    }

    static void RequireBlock(bool isLast, int plaintext, int ciphertext)
    {
        if (plaintext is < 1 or > ContentLayout.BlockSize || (!isLast && plaintext != ContentLayout.BlockSize))
            throw new ArgumentException($"A block has {ContentLayout.BlockSize} bytes; only the last may have fewer, and none has none.");
        if (ciphertext != plaintext + ContentLayout.TagSize)
            throw new ArgumentException($"A block of {plaintext} bytes encrypts to {plaintext + ContentLayout.TagSize}, not {ciphertext}.");
    }
}
