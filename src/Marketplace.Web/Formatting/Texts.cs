using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Web.Formatting;

/// <summary>Texts of strangers, made fit to be shown.</summary>
public static partial class Texts
{
    /// <summary>An address by its ends, which is how people know it: 0x1a2b…9f3c. The whole one belongs into a title beside it.</summary>
    public static string Short(Address address)
    {
        var text = address.ToString();
        return text[..6] + "…" + text[^4..];
    }

    /// <summary>A sentence in which accounts are said by their ends; what only looks like one stays as it is.</summary>
    public static string ShortenAccounts(string text) =>
        Account().Replace(text, static found => Address.TryParse(found.Value, null, out var account) ? Short(account) : found.Value);

    /// <summary>
    /// A name that somebody else chose: on one line, bounded, and without characters that turn or hide the text around it. One that nobody can see is said to be
    /// blank; one that is too long lacks its middle, since files are told apart by their ends, too.
    /// </summary>
    public static string Name(string? text, int longest = 64)
    {
        // Of what is far too long no more is looked at than can be shown.
        var line = text?.Length > 8 * longest ? $"{Line(text[..(4 * longest)], int.MaxValue)}…{Line(text[^(4 * longest)..], int.MaxValue)}" : Line(text, int.MaxValue);
        if (line.Length == 0)
            return text is { Length: > 0 } ? "(blank)" : line;
        if (line.Length <= longest)
            return line;
        var end = longest / 4;
        return $"{line.AsSpan(0, CutAt(line, longest - end, isEnd: false))}…{line.AsSpan(CutAt(line, line.Length - end, isEnd: true))}";
    }

    /// <summary>A sentence that somebody else wrote: as <see cref="Name"/> shows one, but what is too long lacks its end.</summary>
    public static string Sentence(string? text, int longest) => Line(text, longest);

    /// <summary>Lines that somebody else wrote: bounded, at most one empty line between two, and each as <see cref="Name"/> shows it.</summary>
    public static string Lines(string? text, int longest)
    {
        var shown = new StringBuilder();
        foreach (var line in (text ?? "").ReplaceLineEndings("\n").Split('\n').Select(line => Line(line, longest)))
        {
            if (shown.Length + line.Length > longest)
                return shown.Append(line.AsSpan(0, Math.Max(0, longest - shown.Length))).Append('…').ToString();
            if (line.Length > 0 || !shown.ToString().EndsWith("\n\n", StringComparison.Ordinal))
                shown.Append(line).Append('\n');
        }
        return shown.ToString().Trim();
    }

    [GeneratedRegex("\\b0x[0-9a-fA-F]{40}\\b")]
    private static partial Regex Account();

    /// <summary>The place next to the one that is wanted, on its outer side, where what people see as one character is not cut apart; unless that is very long.</summary>
    static int CutAt(string line, int wanted, bool isEnd)
    {
        const int most = 32;
        var starts = StringInfo.ParseCombiningCharacters(line);
        var at = Array.BinarySearch(starts, wanted);
        var next = at >= 0 ? wanted : isEnd ? (~at < starts.Length ? starts[~at] : line.Length) : starts[~at - 1];
        return Math.Abs(next - wanted) <= most ? next : char.IsLowSurrogate(line[wanted]) ? wanted - 1 : wanted;
    }

    static string Line(string? text, int longest)
    {
        var shown = new StringBuilder();
        foreach (var rune in (text ?? "").EnumerateRunes())
        {
            if (shown.Length >= longest)
                return shown.Append('…').ToString();
            var harmless = Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
            shown.Append(harmless ? rune.ToString() : "\uFFFD");
        }
        return shown.ToString().Trim();
    }
}
