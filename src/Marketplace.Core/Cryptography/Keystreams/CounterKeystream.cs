namespace Marketplace.Core.Cryptography.Keystreams;

/// <summary>
/// AES-256 in counter mode (NIST SP 800-38A, section 6.5): block number n of the keystream is the encryption of n as 128 bits, big-endian.
/// Not safe for concurrent use; disposing erases the key.
/// </summary>
internal abstract class CounterKeystream : IDisposable
{
    /// <summary>Bytes of a key.</summary>
    public const int KeySize = 32;

    /// <summary>Bytes of a block.</summary>
    public const int BlockSize = 16;

    /// <summary>The fastest that this processor has.</summary>
    /// <param name="key">32 bytes, copied.</param>
    public static CounterKeystream Create(ReadOnlySpan<byte> key) =>
        AesNiKeystream.IsSupported ? new AesNiKeystream(key) : new PlatformKeystream(key);

    /// <summary>Adds (exclusive or) the keystream to bytes.</summary>
    /// <param name="bytes">Any number; changed in place.</param>
    /// <param name="offset">Where they start in the keystream; not negative.</param>
    public abstract void Apply(Span<byte> bytes, long offset);

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <exception cref="ArgumentException">The key has another length.</exception>
    protected static void RequireKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != KeySize)
            throw new ArgumentException($"A key has {KeySize} bytes, not {key.Length}.", nameof(key));
    }
}
