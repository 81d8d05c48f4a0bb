using System.Collections.Frozen;

namespace Marketplace.Core.Cryptography;

/// <summary>BIP-39's English list: bits as words, eleven to a word, the highest first.</summary>
static class WordList
{
    const int BitsPerWord = 11;

    static readonly string[] List = LoadList();

    static readonly FrozenDictionary<string, int> Numbers =
        List.Select((word, number) => (word, number)).ToFrozenDictionary(entry => entry.word, entry => entry.number, StringComparer.Ordinal);

    /// <summary>The first bits of a span as words.</summary>
    public static string[] Write(ReadOnlySpan<byte> bits, int count)
    {
        var words = new string[count];
        for (var i = 0; i < count; i++)
        {
            var number = 0;
            for (var bit = i * BitsPerWord; bit < (i + 1) * BitsPerWord; bit++)
                number = number << 1 | (bits[bit / 8] >> (7 - bit % 8) & 1);
            words[i] = List[number];
        }
        return words;
    }

    /// <summary>The words of a text, whatever white space is between them.</summary>
    public static string[] Separate(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>
    /// Reads words, in any case, into zeroed bits. The index of the first word that is not in the list, or null if all are.
    /// </summary>
    public static int? Read(ReadOnlySpan<string> words, Span<byte> bits)
    {
        for (var i = 0; i < words.Length; i++)
        {
            if (!Numbers.TryGetValue(words[i].ToLowerInvariant(), out var number))
                return i;
            for (var j = 0; j < BitsPerWord; j++)
            {
                var bit = i * BitsPerWord + j;
                if ((number >> (BitsPerWord - 1 - j) & 1) == 1)
                    bits[bit / 8] |= (byte)(1 << (7 - bit % 8));
            }
        }
        return null;
    }

    /// <summary>Words of the list that look like one that is not in it: at most three, perhaps none.</summary>
    /// <remarks>In the list the first four letters tell all words apart; the rest is guessed by the number of changed letters.</remarks>
    public static IReadOnlyList<string> SuggestionsFor(string given)
    {
        var word = given.ToLowerInvariant();
        var start = word[..Math.Min(4, word.Length)];
        return
        [
            .. List.Select(known => (known, distance: known.StartsWith(start, StringComparison.Ordinal) ? 0 : Distance(known, word)))
                .Where(entry => entry.distance <= 2).OrderBy(entry => entry.distance).Take(3).Select(entry => entry.known),
        ];
    }

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
        using var stream = typeof(WordList).Assembly.GetManifestResourceStream("bip39-english.txt")
            ?? throw new InvalidOperationException("The word list is missing from the program.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
