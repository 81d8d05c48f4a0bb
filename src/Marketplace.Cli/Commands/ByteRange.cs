using System.Globalization;

namespace Marketplace.Cli.Commands;

/// <summary>Bytes of an object, as <c>get --range</c> names them: both ends are included, as in HTTP.</summary>
/// <param name="From">The first byte, counted from 0.</param>
/// <param name="To">The last byte; null for the object's.</param>
internal readonly record struct ByteRange(long From, long? To)
{
    /// <summary>Reads <c>FROM-TO</c> or <c>FROM-</c>.</summary>
    public static bool TryParse(string text, out ByteRange range)
    {
        range = default;
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        if (dash < 1 || !TryReadNumber(text[..dash], out var from))
            return false;
        if (dash == text.Length - 1)
        {
            range = new ByteRange(from, null);
            return true;
        }
        if (!TryReadNumber(text[(dash + 1)..], out var to) || to < from)
            return false;
        range = new ByteRange(from, to);
        return true;
    }

    /// <summary>How many bytes of an object of <paramref name="size"/> bytes the range holds; 0 where it lies behind the end.</summary>
    public long CountIn(long size) => From >= size ? 0 : Math.Min(size - 1, To ?? size - 1) - From + 1;

    static bool TryReadNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
