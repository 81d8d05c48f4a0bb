using System.Globalization;
using Marketplace.Cli.Terminal;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Cli.Commands;

/// <summary>Numbers, addresses and shares as people write them. Every text that is none is refused with <c>option-invalid</c>.</summary>
internal static class TextArguments
{
    const int BpsPerPercent = 100, MaxPercent = 100;

    public static AgreementId ParseAgreement(string text) => new(ParseNumber(text, "agreement"));

    public static ListingId ParseListing(string text) => new(ParseNumber(text, "listing"));

    public static AuditId ParseAudit(string text) => new(ParseNumber(text, "audit"));

    /// <summary>An account; with letters of both cases its checksum has to be right.</summary>
    public static Address ParseAddress(string text) =>
        Address.TryParse(text, CultureInfo.InvariantCulture, out var address) && address != Address.Zero
            ? address
            : throw Invalid($"'{Printable.Escape(text, 60)}' is no address: 0x and 40 hex digits, copied whole.");

    /// <summary>More than nothing.</summary>
    public static TokenAmount ParsePositive(string text) =>
        TokenText.Parse(text) is var amount && amount > TokenAmount.Zero ? amount : throw new CommandRefusal("amount-invalid", "The amount has to be more than 0.");

    /// <summary>Hundredths of a percent, of a percentage with at most two decimals from 0 to 100.</summary>
    public static ushort ParsePercent(string text)
    {
        const NumberStyles plain = NumberStyles.AllowDecimalPoint;
        var number = text.EndsWith('%') ? text[..^1] : text;
        if (!decimal.TryParse(number, plain, CultureInfo.InvariantCulture, out var percent) || percent > MaxPercent || decimal.Round(percent, 2) != percent)
            throw Invalid($"'{Printable.Escape(text, 40)}' is no percentage from 0 to 100 with at most two decimals.");
        return (ushort)(percent * BpsPerPercent);
    }

    /// <summary>Hundredths of a percent for people: <c>12.5 %</c>.</summary>
    public static string Percent(ushort bps) => string.Create(CultureInfo.InvariantCulture, $"{(decimal)bps / BpsPerPercent:0.##} %");

    static UInt128 ParseNumber(string text, string what) =>
        UInt128.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw Invalid($"'{Printable.Escape(text, 40)}' is no {what}'s number.");

    static CommandRefusal Invalid(string message) => new("option-invalid", message);
}
