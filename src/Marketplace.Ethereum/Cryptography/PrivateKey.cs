using System.Diagnostics;
using System.Security.Cryptography;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Ethereum.Cryptography;

/// <summary>
/// A secp256k1 signing key. It never shows its bytes except through <see cref="Export"/>; disposing erases them, after which signing
/// throws <see cref="ObjectDisposedException"/>.
/// </summary>
[DebuggerDisplay("{Address}")]
public sealed class PrivateKey : IDisposable
{
    /// <summary>The length in bytes.</summary>
    public const int Size = 32;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    readonly byte[] secret = GC.AllocateArray<byte>(Size, pinned: true);
    readonly byte[] publicKey;
    readonly Lock gate = new();
    bool disposed;

    /// <param name="bytes">A big-endian scalar in [1, order); copied, so that the caller can erase its own.</param>
    /// <exception cref="ArgumentException">Not 32 bytes, or out of range.</exception>
    public PrivateKey(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size || !Secp256k1.IsPrivateKey(bytes))
            throw new ArgumentException($"A private key has {Size} bytes and lies between 1 and the order of secp256k1.", nameof(bytes));
        bytes.CopyTo(secret);
        publicKey = Secp256k1.PublicKey(secret);
        Address = Secp256k1.AddressOf(publicKey);
    }

    /// <summary>The account that this key controls.</summary>
    public Address Address { get; }

    /// <summary>The 64 bytes <c>x || y</c> of the public key.</summary>
    public ReadOnlySpan<byte> PublicKey => publicKey;

    /// <summary>A new key from the system's random source.</summary>
    public static PrivateKey Create()
    {
        Span<byte> bytes = stackalloc byte[Size];
        try
        {
            do
                RandomNumberGenerator.Fill(bytes);
            while (!Secp256k1.IsPrivateKey(bytes));
            return new PrivateKey(bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>
    /// Signs a digest as it is. The nonce is RFC 6979's, so the same digest always gives the same signature, with s in the lower half
    /// (EIP-2).
    /// </summary>
    /// <exception cref="ObjectDisposedException">The key has been erased.</exception>
    public Signature Sign(Hash256 digest)
    {
        // A copy, so that several threads can sign at a time: manifests by the thousand are.
        Span<byte> copy = stackalloc byte[Size];
        try
        {
            Export(copy);
            return Secp256k1.Sign(copy, digest);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(copy);
        }
    }

    /// <summary>Copies the secret for storage under encryption; the caller erases the destination.</summary>
    /// <param name="destination">At least 32 bytes.</param>
    /// <exception cref="ObjectDisposedException">The key has been erased.</exception>
    public void Export(Span<byte> destination)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            secret.CopyTo(destination);
        }
    }

    /// <summary>The address of the key, never the key.</summary>
    public override string ToString() => $"key of {Address}";

    /// <summary>Erases the secret.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            CryptographicOperations.ZeroMemory(secret);
        }
    }
}
