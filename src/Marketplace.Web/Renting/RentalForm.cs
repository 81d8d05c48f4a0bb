using System.Globalization;
using Marketplace.Client.Renting;
using Marketplace.Client.Selection;
using Marketplace.Core.Coding;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Web.Formatting;

namespace Marketplace.Web.Renting;

/// <summary>What is to be rented, as the page's address says it.</summary>
/// <param name="Space">GiB of files; 1 to <see cref="MostSpace"/>.</param>
/// <param name="Length">How long, in <paramref name="Unit"/>s; 1 to <see cref="MostLength"/>.</param>
/// <param name="Unit">hour, day or month.</param>
/// <param name="Coding">A coding's name; null for the strongest that the market can hold.</param>
/// <param name="Replaces">What of the coding's providers is rented in the place of others; null where all are rented anew.</param>
public sealed record RentalForm(ulong Space, ulong Length, string Unit, string? Coding, Replacement? Replaces = null)
{
    /// <summary>GiB.</summary>
    public const ulong MostSpace = 1 << 20;

    /// <summary>Of any unit.</summary>
    public const ulong MostLength = 1_000;

    /// <summary>Units of length; a month has 30 days.</summary>
    public static IReadOnlyList<(string Name, TimeSpan Length)> Units { get; } =
        [("hour", TimeSpan.FromHours(1)), ("day", TimeSpan.FromDays(1)), ("month", TimeSpan.FromDays(30))];

    /// <summary>From an address; what makes no sense there becomes what is usual.</summary>
    public static RentalForm Of(string? space, string? length, string? unit, string? coding, string? replace = null, string? except = null)
    {
        var known = coding is not null && CodingScheme.Find(coding) is not null ? coding : null;
        return new(
            Parse(space, MostSpace) ?? 10, Parse(length, MostLength) ?? 1, Units.Any(name => name.Name == unit) ? unit! : "month", known,
            known is null ? null : Replacement.Of(replace, except));
    }

    /// <summary>Whole GiB that are rented where so many bytes of room are missing, and where the wizard begins with them.</summary>
    public static (ulong Space, string Link) For(long missing)
    {
        var space = Math.Clamp(((ulong)Math.Max(0, missing) + (1 << 30) - 1) >> 30, 1, MostSpace);
        return (space, string.Create(CultureInfo.InvariantCulture, $"/rent?gib={space}"));
    }

    /// <summary>What is wrong with a size as it was typed; null where nothing is, or nothing was typed.</summary>
    public static string? TroubleWithSpace(string? text) => text is null || Parse(text, MostSpace) is not null
        ? null : $"Say how much: a whole number of GiB, from 1 to {Figures.Whole(MostSpace)}.";

    /// <summary>What is wrong with a length as it was typed; null where nothing is, or nothing was typed.</summary>
    public static string? TroubleWithLength(string? text) => text is null || Parse(text, MostLength) is not null
        ? null : $"Say how long: a whole number, from 1 to {Figures.Whole(MostLength)}.";

    /// <summary>How long.</summary>
    public TimeSpan Time => Units.Single(unit => unit.Name == Unit).Length * Length;

    /// <summary>For people: 3 months.</summary>
    public string TimeText => TextOf(Length, Unit);

    /// <inheritdoc cref="TimeText"/>
    public static string TextOf(ulong length, string unit) => length == 1 ? $"1 {unit}" : $"{length} {unit}s";

    /// <summary>Whole epochs that take at least that long.</summary>
    public ulong TermIn(TimeSpan epoch) => (ulong)Math.Ceiling(Time / epoch);

    /// <summary>What would do, best first.</summary>
    /// <param name="epoch">An epoch's length.</param>
    /// <param name="consumer">Whose wallet rents, for offers that are open to it alone.</param>
    public IReadOnlyList<Need> NeedsIn(TimeSpan epoch, Address? consumer)
    {
        var codings = Coding is { } name ? [CodingScheme.Find(name)!] : CodingScheme.All.Where(scheme => scheme != CodingScheme.Devices);
        // One's own devices stand in one house, and nobody's nines depend on them.
        return [.. codings.Select(coding => new Need(
            Replaces?.Count ?? coding.TotalFragments, SpaceAtEach(coding), TermIn(epoch), HighestPrice: null,
            coding == CodingScheme.Devices ? DiversityRule.OwnersOnly : DiversityRule.Standard, consumer) { Except = Replaces?.Excepted ?? [] })];
    }

    /// <summary>How files are spread that lie with so many new providers, and those that stay.</summary>
    public CodingScheme CodingFor(RentalQuote quote) => Coding is { } name ? CodingScheme.Find(name)! : CodingScheme.All.Single(coding => coding.TotalFragments == quote.Need.Providers);

    /// <summary>Whole GiB at each provider that hold all of the files.</summary>
    public GiB SpaceAtEach(CodingScheme coding) => new((Space + (ulong)coding.DataFragments - 1) / (ulong)coding.DataFragments);

    /// <summary>What fits into it for the same price; null where that is no more than was asked for.</summary>
    public GiB? RoomFor(CodingScheme coding) =>
        new GiB(SpaceAtEach(coding).Value * (ulong)coding.DataFragments) is var room && room.Value > Space ? room : null;

    static ulong? Parse(string? text, ulong most) => new NumberInput(text, 1, most).Value;
}
