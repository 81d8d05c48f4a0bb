using System.Globalization;

namespace Marketplace.Web.Formatting;

/// <summary>A whole number as somebody types it: what is none, or is beyond the bounds, stays as it was typed, and is never taken for another.</summary>
/// <param name="Text">As it was typed.</param>
/// <param name="Least">The least that makes sense.</param>
/// <param name="Most">The most; <see cref="ulong.MaxValue"/> for any.</param>
public sealed record NumberInput(string? Text, ulong Least, ulong Most = ulong.MaxValue)
{
    /// <summary>One that nobody has typed yet.</summary>
    public static NumberInput Of(ulong value, ulong least, ulong most = ulong.MaxValue) => new(value.ToString(CultureInfo.InvariantCulture), least, most);

    /// <summary>The number; null for what is none.</summary>
    public ulong? Value =>
        ulong.TryParse(Text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= Least && value <= Most ? value : null;

    /// <summary>What is wrong with it, for people; null where nothing is.</summary>
    public string? Trouble => Value is not null ? null
        : Most == ulong.MaxValue ? $"A whole number, at least {Figures.Whole(Least)}." : $"A whole number, {Figures.Whole(Least)} to {Figures.Whole(Most)}.";
}
