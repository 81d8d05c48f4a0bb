using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Marketplace.Ethereum.Cryptography;

namespace Marketplace.Ethereum.Accounts;

/// <summary>What came of opening a keystore.</summary>
public abstract record KeystoreOpening
{
    KeystoreOpening()
    {
    }

    /// <summary>The key, which now belongs to the caller.</summary>
    public sealed record Opened(PrivateKey Key) : KeystoreOpening;

    /// <summary>
    /// The file is well formed, but the passphrase is not the one it was written with (or its contents were altered; the two look the
    /// same).
    /// </summary>
    public sealed record WrongPassphrase : KeystoreOpening;

    /// <summary>Not a keystore of version 3, or one whose parameters would exhaust this machine.</summary>
    /// <param name="Reason">What is wrong with it.</param>
    public sealed record Malformed(string Reason) : KeystoreOpening;
}

/// <summary>
/// Keys under a passphrase, in the format of other Ethereum software (Web3 Secret Storage, version 3): scrypt or PBKDF2, AES-128-CTR,
/// Keccak-256 as MAC.
/// </summary>
public static class Keystore
{
    const int MaxFileBytes = 64 << 10;
    const int IvBytes = 16;
    const int SaltBytes = 32;

    /// <summary>Encrypts a key with scrypt under a fresh salt.</summary>
    /// <param name="key">Stays the caller's.</param>
    /// <param name="passphrase">Used as its UTF-8 bytes.</param>
    /// <param name="cost">The work for each guess.</param>
    /// <returns>The file's contents, JSON in UTF-8.</returns>
    public static byte[] Encrypt(PrivateKey key, ReadOnlySpan<char> passphrase, ScryptCost cost)
    {
        var derivation = new ScryptDerivation(cost, RandomNumberGenerator.GetBytes(SaltBytes), KeystoreDocument.MinDerivedBytes);
        var iv = RandomNumberGenerator.GetBytes(IvBytes);
        var derived = Derive(derivation, passphrase);
        var cipher = new byte[PrivateKey.Size];
        try
        {
            key.Export(cipher);
            ApplyCtr(derived.AsSpan(0, IvBytes), iv, cipher);
            return KeystoreDocument.Write(new KeystoreDocument(derivation, iv, cipher, MacOf(derived, cipher)), key.Address);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
        }
    }

    /// <summary>Opens a keystore. Memory and time are bounded whatever the file says: at most 512 MiB, and about a minute.</summary>
    public static KeystoreOpening Decrypt(ReadOnlySpan<byte> json, ReadOnlySpan<char> passphrase)
    {
        if (json.Length > MaxFileBytes)
            return new KeystoreOpening.Malformed($"A keystore is at most {MaxFileBytes} bytes long.");
        KeystoreDocument document;
        try
        {
            document = KeystoreDocument.Read(json);
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException)
        {
            return new KeystoreOpening.Malformed(e is FormatException ? e.Message : "It is not the JSON of a keystore.");
        }
        return Open(document, passphrase);
    }

    /// <summary>Writes a keystore so that after a crash the old or the new one is there, readable by its owner only (mode 0600).</summary>
    /// <exception cref="IOException">It is not known to be on the disk.</exception>
    public static void Save(string path, PrivateKey key, ReadOnlySpan<char> passphrase, ScryptCost cost) =>
        DurableWrite.Replace(path, Encrypt(key, passphrase, cost));

    /// <summary>Opens a keystore file.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static KeystoreOpening Load(string path, ReadOnlySpan<char> passphrase)
    {
        using var file = File.OpenRead(path);
        var buffer = new byte[MaxFileBytes + 1];
        var read = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        return Decrypt(buffer.AsSpan(0, read), passphrase);
    }

    static KeystoreOpening Open(KeystoreDocument document, ReadOnlySpan<char> passphrase)
    {
        var derived = Derive(document.Derivation, passphrase);
        var secret = document.CipherText.ToArray();
        try
        {
            if (!CryptographicOperations.FixedTimeEquals(MacOf(derived, document.CipherText), document.Mac))
                return new KeystoreOpening.WrongPassphrase();
            ApplyCtr(derived.AsSpan(0, IvBytes), document.Iv, secret);
            return new KeystoreOpening.Opened(new PrivateKey(secret));
        }
        catch (ArgumentException)
        {
            return new KeystoreOpening.Malformed("What it holds is not a private key.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    static byte[] Derive(KeyDerivation derivation, ReadOnlySpan<char> passphrase)
    {
        var secret = new byte[Encoding.UTF8.GetByteCount(passphrase)];
        try
        {
            Encoding.UTF8.GetBytes(passphrase, secret);
            return derivation.Derive(secret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>Keccak-256 of the second half of the derived key and the ciphertext.</summary>
    static byte[] MacOf(ReadOnlySpan<byte> derived, ReadOnlySpan<byte> cipher)
    {
        Span<byte> input = stackalloc byte[IvBytes + PrivateKey.Size];
        derived.Slice(IvBytes, IvBytes).CopyTo(input);
        cipher.CopyTo(input[IvBytes..]);
        try
        {
            return Keccak256.Hash(input).ToArray();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(input);
        }
    }

    /// <summary>AES-128 in counter mode, in place; the platform offers only the block cipher.</summary>
    static void ApplyCtr(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, Span<byte> data)
    {
        using var aes = Aes.Create();
        aes.SetKey(key);
        Span<byte> counter = stackalloc byte[IvBytes];
        Span<byte> stream = stackalloc byte[IvBytes];
        iv.CopyTo(counter);
        for (var offset = 0; offset < data.Length; offset += IvBytes)
        {
            aes.EncryptEcb(counter, stream, PaddingMode.None);
            for (var i = 0; i < IvBytes && offset + i < data.Length; i++)
                data[offset + i] ^= stream[i];
            for (var i = IvBytes - 1; i >= 0 && ++counter[i] == 0; i--)
            {
            }
        }
        CryptographicOperations.ZeroMemory(stream);
    }
}
