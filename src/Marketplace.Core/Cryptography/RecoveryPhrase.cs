using System.Collections.Frozen;
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

    const int BitsPerWord = 11;

    static readonly string[] List = LoadList();

    static readonly FrozenDictionary<string, int> Numbers =
        List.Select((word, number) => (word, number)).ToFrozenDictionary(entry => entry.word, entry => entry.number, StringComparer.Ordinal);

    /// <summary>The words of a vault key.</summary>
    /// <param name="vaultKey">32 bytes.</param>
    public static IReadOnlyList<string> Write(ReadOnlySpan<byte> vaultKey)
    {
        if (vaultKey.Length != KeyDerivation.KeySize)
            throw new ArgumentException($"A vault key has {KeyDerivation.KeySize} bytes, not {vaultKey.Length}.", nameof(vaultKey));
        Span<byte> bits = stackalloc byte[KeyDerivation.KeySize + 1];
        vaultKey.CopyTo(bits);
        bits[^1] = ChecksumOf(vaultKey);
        var words = new string[WordCount];
        for (var i = 0; i < WordCount; i++)
            words[i] = List[ReadNumber(bits, i * BitsPerWord)];
        CryptographicOperations.ZeroMemory(bits);
        return words;
    }

    /// <summary>Reads words, in any case and with any white space between them.</summary>
    public static RecoveryPhraseReading Parse(string text)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length != WordCount)
            return new RecoveryPhraseReading.WrongCount(words.Length);
        Span<byte> bits = stackalloc byte[KeyDerivation.KeySize + 1];
        for (var i = 0; i < WordCount; i++)
        {
            if (!Numbers.TryGetValue(words[i].ToLowerInvariant(), out var number))
                return new RecoveryPhraseReading.UnknownWord(i + 1, words[i], SuggestionsFor(words[i].ToLowerInvariant()));
            WriteNumber(bits, i * BitsPerWord, number);
        }
        if (ChecksumOf(bits[..^1]) != bits[^1])
            return new RecoveryPhraseReading.WrongChecksum();
        var key = bits[..^1].ToArray();
        CryptographicOperations.ZeroMemory(bits);
        return new RecoveryPhraseReading.Read(key);
    }

    static byte ChecksumOf(ReadOnlySpan<byte> key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(key, hash);
        return hash[0];
    }

    static int ReadNumber(ReadOnlySpan<byte> bits, int position)
    {
        var number = 0;
        for (var bit = position; bit < position + BitsPerWord; bit++)
            number = number << 1 | (bits[bit / 8] >> (7 - bit % 8) & 1);
        return number;
    }

    static void WriteNumber(Span<byte> bits, int position, int number)
    {
        for (var i = 0; i < BitsPerWord; i++)
        {
            if ((number >> (BitsPerWord - 1 - i) & 1) == 1)
                bits[(position + i) / 8] |= (byte)(1 << (7 - (position + i) % 8));
        }
    }

    /// <remarks>In the list the first four letters tell all words apart; the rest is guessed by the number of changed letters.</remarks>
    static IReadOnlyList<string> SuggestionsFor(string word) =>
        [.. List.Select(known => (known, distance: known.StartsWith(word[..Math.Min(4, word.Length)], StringComparison.Ordinal) ? 0 : Distance(known, word)))
            .Where(entry => entry.distance <= 2).OrderBy(entry => entry.distance).Take(3).Select(entry => entry.known)];

    /// <summary>Levenshtein's distance; words longer than any of the list are far from all.</summary>
    static int Distance(string left, string right)
    {
        if (right.Length > 16)
            return int.MaxValue;
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (left[i - 1] == right[j - 1] ? 0 : 1)));
        }
        return row[^1];
    }

    static string[] LoadList()
    {
        using var stream = typeof(RecoveryPhrase).Assembly.GetManifestResourceStream("bip39-english.txt")
            ?? throw new InvalidOperationException("The word list is missing from the program.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
