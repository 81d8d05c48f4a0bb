using System.Security.Cryptography;

namespace Marketplace.Core.Cryptography;

/// <summary>
/// A key under another key, bound to what it is for: AES-256-GCM with a random nonce, <c>nonce[12] || ciphertext || tag[16]</c>.
/// </summary>
public static class KeyWrap
{
    const int NonceSize = 12, TagSize = 16;

    /// <summary>Bytes that wrapping adds.</summary>
    public const int Overhead = NonceSize + TagSize;

    /// <summary>Encrypts.</summary>
    /// <param name="wrappingKey">32 bytes.</param>
    /// <param name="secret">Any length.</param>
    /// <param name="binding">What the secret is for; unwrapping needs the same.</param>
    /// <param name="nonce">12 random bytes, never used before under this key.</param>
    public static byte[] Wrap(
        ReadOnlySpan<byte> wrappingKey, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> binding, ReadOnlySpan<byte> nonce)
    {
        if (nonce.Length != NonceSize)
            throw new ArgumentException($"A nonce has {NonceSize} bytes.", nameof(nonce));
        var wrapped = new byte[secret.Length + Overhead];
        nonce.CopyTo(wrapped);
        using var aes = new AesGcm(wrappingKey, TagSize);
        aes.Encrypt(nonce, secret, wrapped.AsSpan(NonceSize, secret.Length), wrapped.AsSpan(NonceSize + secret.Length), binding);
        return wrapped;
    }

    /// <summary>Decrypts; null if the key or the binding is another, or the bytes were altered. The caller erases the result.</summary>
    public static byte[]? TryUnwrap(ReadOnlySpan<byte> wrappingKey, ReadOnlySpan<byte> wrapped, ReadOnlySpan<byte> binding)
    {
        if (wrapped.Length < Overhead)
            return null;
        var secret = new byte[wrapped.Length - Overhead];
        using var aes = new AesGcm(wrappingKey, TagSize);
        try
        {
            aes.Decrypt(wrapped[..NonceSize], wrapped[NonceSize..^TagSize], wrapped[^TagSize..], secret, binding);
            return secret;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }
}
