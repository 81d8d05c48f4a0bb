using System.Security.Cryptography;

namespace Marketplace.Core.Cryptography;

/// <summary>How reading recovery words ended.</summary>
public abstract record RecoveryPhraseReading
{
    RecoveryPhraseReading()
    {
    }

    /// <summary>The vault key, 32 bytes; the caller erases it.</summary>
    public sealed record Read(byte[] VaultKey) : RecoveryPhraseReading;

    /// <summary>There are not exactly 24 words.</summary>
    public sealed record WrongCount(int Count) : RecoveryPhraseReading;

    /// <summary>A word is not in the list.</summary>
    /// <param name="Position">From 1.</param>
    /// <param name="Word">As it was given.</param>
    /// <param name="Suggestions">Words of the list that look like it; perhaps none.</param>
    public sealed record UnknownWord(int Position, string Word, IReadOnlyList<string> Suggestions) : RecoveryPhraseReading;

    /// <summary>All words are in the list, but they do not belong together: one is wrong or two are swapped.</summary>
    public sealed record WrongChecksum : RecoveryPhraseReading;
}

/// <summary>The vault key as 24 words that can be written down: BIP-39's English list, 256 bits and a checksum of 8.</summary>
/// <remarks>The words encode the key itself; BIP-39's derivation of a seed from words and a passphrase is not used.</remarks>
public static class RecoveryPhrase
{
    /// <summary>How many words there are.</summary>
    public const int WordCount = 24;

    /// <summary>The words of a vault key.</summary>
    /// <param name="vaultKey">32 bytes.</param>
    public static IReadOnlyList<string> Write(ReadOnlySpan<byte> vaultKey)
    {
        if (vaultKey.Length != KeyDerivation.KeySize)
            throw new ArgumentException($"A vault key has {KeyDerivation.KeySize} bytes, not {vaultKey.Length}.", nameof(vaultKey));
        Span<byte> bits = stackalloc byte[KeyDerivation.KeySize + 1];
        vaultKey.CopyTo(bits);
        bits[^1] = ChecksumOf(vaultKey);
        var words = WordList.Write(bits, WordCount);
        CryptographicOperations.ZeroMemory(bits);
        return words;
    }

    /// <summary>Reads words, in any case and with any white space between them.</summary>
    public static RecoveryPhraseReading Parse(string text)
    {
        var words = WordList.Separate(text);
        if (words.Length != WordCount)
            return new RecoveryPhraseReading.WrongCount(words.Length);
        Span<byte> bits = stackalloc byte[KeyDerivation.KeySize + 1];
        var unknown = WordList.Read(words, bits);
        RecoveryPhraseReading reading = unknown is { } position
            ? new RecoveryPhraseReading.UnknownWord(position + 1, words[position], WordList.SuggestionsFor(words[position]))
            : ChecksumOf(bits[..^1]) != bits[^1] ? new RecoveryPhraseReading.WrongChecksum()
            : new RecoveryPhraseReading.Read(bits[..^1].ToArray());
        CryptographicOperations.ZeroMemory(bits);
        return reading;
    }

    static byte ChecksumOf(ReadOnlySpan<byte> key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(key, hash);
        return hash[0];
    }
}
