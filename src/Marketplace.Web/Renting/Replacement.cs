using System.Globalization;
using Marketplace.Application.Objects;
using Marketplace.Client.Catalog;
using Marketplace.Core.Coding;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Web.Formatting;

namespace Marketplace.Web.Renting;

/// <summary>Providers that are rented in the place of some that were lost, beside those that stay.</summary>
/// <param name="Count">So many; positive.</param>
/// <param name="Except">Accounts of those that are rented from already, lost or not, with points between: none of them is chosen again.</param>
public sealed record Replacement(int Count, string Except)
{
    const int MostExcept = 200;

    /// <summary>From an address; null for what makes no sense there.</summary>
    public static Replacement? Of(string? count, string? except) =>
        new NumberInput(count, 1, (ulong)CodingScheme.All.Max(scheme => scheme.TotalFragments)).Value is { } number ? new Replacement((int)number, except ?? "") : null;

    /// <summary>Whom not to rent from.</summary>
    public IReadOnlyList<Address> Excepted => [.. Except.Split('.', StringSplitOptions.RemoveEmptyEntries).Take(MostExcept)
        .Select(text => Address.TryParse(text, null, out var address) ? address : (Address?)null).OfType<Address>()];

    /// <summary>Where the wizard begins so that endangered files can be stored again: with as many as those that are spread the widest lack; null where enough keep what they have and show it.</summary>
    /// <param name="health">Of all files.</param>
    /// <param name="rented">All agreements that are known.</param>
    /// <param name="epoch">Its length.</param>
    public static ReplacementWay? Find(VaultHealth health, IReadOnlyList<RentedAgreement> rented, TimeSpan epoch) =>
        health.Endangered.Select(files => files.Health).MaxBy(worn => worn.Total) is { } widest ? Find(widest.Total, widest.Needed, rented, health.Lost, health.Now, epoch) : null;

    /// <summary>
    /// Where the wizard begins, and how many are missing; null while enough providers are rented that keep what they have and show it, for files of as many fragments.
    /// </summary>
    /// <param name="total">Fragments of the files.</param>
    /// <param name="needed">Of them, so many bring a file back.</param>
    /// <param name="rented">All agreements that are known.</param>
    /// <param name="lost">Providers that are not counted on.</param>
    /// <param name="now">The epoch.</param>
    /// <param name="epoch">Its length.</param>
    public static ReplacementWay? Find(int total, int needed, IReadOnlyList<RentedAgreement> rented, IReadOnlySet<Address> lost, Epoch now, TimeSpan epoch)
    {
        var staying = rented.Where(agreement => now < agreement.End && !lost.Contains(agreement.Provider)).Select(agreement => agreement.Provider).Distinct().Count();
        var coding = CodingScheme.All.FirstOrDefault(scheme => scheme.TotalFragments == total && scheme.DataFragments == needed);
        return lost.Count > 0 && coding is not null && LinkFor(coding, total - staying, rented, lost, now, epoch) is { } link ? new ReplacementWay(link, total - staying) : null;
    }

    /// <summary>Where the wizard begins with all of it: as much space at each, for as long as the others stay; null where none stays whose space and time could be taken.</summary>
    /// <param name="coding">In which the files are spread.</param>
    /// <param name="missing">So many providers.</param>
    /// <param name="rented">All agreements that are known.</param>
    /// <param name="lost">Providers that are not counted on.</param>
    /// <param name="now">The epoch.</param>
    /// <param name="epoch">Its length.</param>
    public static string? LinkFor(CodingScheme coding, int missing, IReadOnlyList<RentedAgreement> rented, IReadOnlySet<Address> lost, Epoch now, TimeSpan epoch)
    {
        var staying = rented.Where(agreement => now < agreement.End && !lost.Contains(agreement.Provider)).ToList();
        if (missing <= 0 || staying.Count == 0)
            return null;
        var space = staying.GroupBy(agreement => agreement.Space).MaxBy(group => group.Count())!.Key;
        var (length, unit) = LengthOf(Math.Min((ulong)(RentalForm.Units[^1].Length * RentalForm.MostLength / epoch), staying.Max(agreement => agreement.End.Value) - now.Value) * epoch);
        var except = string.Join('.', rented.Select(agreement => agreement.Provider).Concat(lost).Distinct().Take(MostExcept));
        return string.Create(
            CultureInfo.InvariantCulture, $"/rent?gib={space.Value * (ulong)coding.DataFragments}&for={length}&unit={unit}&coding={coding.Name}&replace={missing}&except={except}&step=2");
    }

    /// <summary>The smallest unit in which it is no more than a hundred.</summary>
    static (ulong Length, string Unit) LengthOf(TimeSpan time)
    {
        var (name, length) = RentalForm.Units.FirstOrDefault(unit => time <= unit.Length * 100, RentalForm.Units[^1]);
        return (Math.Clamp((ulong)Math.Ceiling(time / length), 1, RentalForm.MostLength), name);
    }
}

/// <summary>The way to providers that take the place of others.</summary>
/// <param name="Link">Where the wizard begins.</param>
/// <param name="Missing">So many are missing.</param>
public sealed record ReplacementWay(string Link, int Missing)
{
    /// <summary>Replace 8 providers</summary>
    public string Words => $"Replace {(Missing == 1 ? "1 provider" : $"{Missing} providers")}";
}
