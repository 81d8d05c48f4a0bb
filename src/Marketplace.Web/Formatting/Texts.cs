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

    /// <summary>A name that somebody else chose: on one line, bounded, and without characters that turn or hide the text around it. One that nobody can see is said to be blank.</summary>
    public static string Name(string? text, int longest = 64)
    {
        var line = Line(text, longest);
        return line.Length == 0 && text is { Length: > 0 } ? "(blank)" : line;
    }

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
