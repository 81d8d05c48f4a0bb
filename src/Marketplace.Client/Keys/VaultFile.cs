using System.Security.Cryptography;
using System.Text;
using Marketplace.Core.Cryptography;
using Marketplace.Ethereum.Accounts;

namespace Marketplace.Client.Keys;

/// <summary>How opening a vault file ended.</summary>
public abstract record VaultOpening
{
    VaultOpening()
    {
    }

    /// <summary>The vault key, 32 bytes; the caller erases it.</summary>
    public sealed record Opened(byte[] VaultKey) : VaultOpening;

    /// <summary>Another passphrase than the one it was written with, or the file was altered: the two look the same.</summary>
    public sealed record WrongPassphrase : VaultOpening;

    /// <summary>Not a vault file, or one whose parameters would exhaust this machine.</summary>
    public sealed record Malformed(string Reason) : VaultOpening;
}

/// <summary>
/// The vault key under a passphrase, as bytes: <c>magic[8] || u8 logN || u8 r || u8 p || salt[32] || nonce[12] || ciphertext[32] ||
/// tag[16]</c>. scrypt derives the key, AES-256-GCM encrypts, and everything before the nonce is authenticated with it. A new passphrase
/// rewrites the file; it does not help against a vault key that was copied.
/// </summary>
/// <remarks>RFC 7914.</remarks>
public static class VaultFile
{
    /// <summary>scrypt's N as a power of two: 2^17 is 128 MiB and a quarter of a second.</summary>
    public const int DefaultLogN = 17;

    const int MinLogN = 10, MaxLogN = 19, R = 8, P = 1, MaxR = 8;
    const int SaltSize = 32, HeaderSize = 8 + 3 + SaltSize;
    const int Size = HeaderSize + KeyDerivation.KeySize + KeyWrap.Overhead;

    static ReadOnlySpan<byte> Magic => "SMVAULT1"u8;

    /// <summary>Writes a vault file.</summary>
    /// <param name="vaultKey">32 bytes.</param>
    /// <param name="passphrase">Not empty.</param>
    /// <param name="salt">32 random bytes.</param>
    /// <param name="nonce">12 random bytes.</param>
    /// <param name="logN">scrypt's cost, 10 to 19.</param>
    public static byte[] Write(
        ReadOnlySpan<byte> vaultKey, ReadOnlySpan<char> passphrase, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> nonce, int logN = DefaultLogN)
    {
        if (vaultKey.Length != KeyDerivation.KeySize || salt.Length != SaltSize)
            throw new ArgumentException("A vault key and a salt have 32 bytes each.");
        if (passphrase.IsEmpty)
            throw new ArgumentException("A vault needs a passphrase.", nameof(passphrase));
        ArgumentOutOfRangeException.ThrowIfLessThan(logN, MinLogN);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(logN, MaxLogN);
        var file = new byte[Size];
        Magic.CopyTo(file);
        file[8] = (byte)logN;
        file[9] = R;
        file[10] = P;
        salt.CopyTo(file.AsSpan(11));
        var key = Stretch(passphrase, file);
        KeyWrap.Wrap(key, vaultKey, file.AsSpan(0, HeaderSize), nonce).CopyTo(file, HeaderSize);
        CryptographicOperations.ZeroMemory(key);
        return file;
    }

    /// <summary>Opens a vault file. Its parameters are checked before any work is done.</summary>
    public static VaultOpening Open(ReadOnlySpan<byte> file, ReadOnlySpan<char> passphrase)
    {
        if (file.Length != Size || !file.StartsWith(Magic))
            return new VaultOpening.Malformed("It is not a vault file of this version.");
        if (file[8] is < MinLogN or > MaxLogN || file[9] is < 1 or > MaxR || !CostOf(file).IsAcceptable)
            return new VaultOpening.Malformed("Its scrypt parameters are outside the bounds.");
        var key = Stretch(passphrase, file);
        var vaultKey = KeyWrap.TryUnwrap(key, file[HeaderSize..], file[..HeaderSize]);
        CryptographicOperations.ZeroMemory(key);
        return vaultKey is null ? new VaultOpening.WrongPassphrase() : new VaultOpening.Opened(vaultKey);
    }

    static ScryptCost CostOf(ReadOnlySpan<byte> file) => new(1 << file[8], file[9], file[10]);

    static byte[] Stretch(ReadOnlySpan<char> passphrase, ReadOnlySpan<byte> file)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(passphrase)];
        Encoding.UTF8.GetBytes(passphrase, bytes);
        try
        {
            return Scrypt.Derive(bytes, file.Slice(11, SaltSize), CostOf(file), KeyDerivation.KeySize);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}
