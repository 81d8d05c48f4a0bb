using System.Globalization;
using System.Text;
using Marketplace.Cli.Terminal;

namespace Marketplace.Cli.Commands;

/// <summary>
/// Decides whether an object's name may name a file in the current folder. Names come from anywhere (a shared vault, a restored catalog), so that only
/// what is plain and harmless on every file system passes; for all others the user has to name the file.
/// </summary>
internal static class OutputName
{
    const int MaxBytes = 255;

    /// <summary>The last part of the name if it is a plain file name, else null.</summary>
    public static string? From(string name)
    {
        var last = name[(name.LastIndexOf('/') + 1)..];
        return IsPlain(last) ? last : null;
    }

    /// <summary>
    /// Letters, digits and ordinary punctuation only; it neither begins with a dot (hidden files) or a hyphen (options) nor begins or ends with a
    /// space, nor ends with a dot.
    /// </summary>
    static bool IsPlain(string part) =>
        part.Length > 0 && Encoding.UTF8.GetByteCount(part) <= MaxBytes
        && part[0] is not ('.' or '-' or ' ' or '~') && part[^1] is not ('.' or ' ')
        && part.EnumerateRunes().All(IsHarmless);

    static bool IsHarmless(Rune rune) =>
        rune != Rune.ReplacementChar && Printable.Shows(rune) && rune.Value is not ('/' or '\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|')
        && (rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not UnicodeCategory.SpaceSeparator);
}
