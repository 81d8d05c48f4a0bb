namespace Marketplace.Web.Formatting;

/// <summary>Tables for other programs (RFC 4180). Whatever strangers wrote, no cell is a formula.</summary>
public static class CsvText
{
    /// <summary>At the beginning of a file: spreadsheets take it for UTF-8 then.</summary>
    public const string Mark = "\uFEFF";

    /// <summary>One line, with its end.</summary>
    public static string Row(params IEnumerable<string> cells) => string.Join(',', cells.Select(Cell)) + "\r\n";

    /// <summary>Spaces that only keep numbers together are ordinary ones here: what is said can be searched for.</summary>
    static string Cell(string text)
    {
        var plain = text.Replace('\u00A0', ' ').Replace('\u202F', ' ');
        // Spreadsheets compute what begins so, or show it as text where an apostrophe stands before it.
        var isFormula = plain.TrimStart() is ['=' or '+' or '-' or '@', ..] || plain is ['\t' or '\r' or '\n', ..];
        var shown = isFormula ? "'" + plain : plain;
        return shown.AsSpan().ContainsAny(",\"\r\n") ? $"\"{shown.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : shown;
    }
}
