using System.Globalization;
using System.Text;

namespace Marketplace.Cli.Terminal;

/// <summary>Text of others (names, messages, regions) made safe for a terminal.</summary>
internal static class Printable
{
    /// <summary>
    /// The text with everything escaped that would not show as itself: control characters, line and paragraph separators, marks that reverse the
    /// direction of writing, and halves of surrogate pairs. <c>\n</c> and <c>\t</c> are written so, others as <c>\u{200e}</c>.
    /// </summary>
    public static string Escape(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Shows(rune))
                result.Append(rune.ToString());
            else
                Append(result, rune.Value);
        }
        return result.ToString();
    }

    /// <summary>Escaped, and cut with an ellipsis where it is longer than that many characters.</summary>
    public static string Escape(string text, int longest)
    {
        var escaped = Escape(text);
        if (escaped.Length <= longest)
            return escaped;
        var end = char.IsHighSurrogate(escaped[longest - 2]) ? longest - 2 : longest - 1;
        return escaped[..end] + "…";
    }

    /// <summary>Whether a character is seen as itself. A half of a pair is enumerated as U+FFFD, which shows.</summary>
    public static bool Shows(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);

    static void Append(StringBuilder result, int value) => _ = value switch
    {
        '\n' => result.Append(@"\n"),
        '\r' => result.Append(@"\r"),
        '\t' => result.Append(@"\t"),
        _ => result.Append(CultureInfo.InvariantCulture, $"\\u{{{value:x4}}}"),
    };
}
