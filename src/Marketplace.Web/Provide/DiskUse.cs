using System.Globalization;

namespace Marketplace.Web.Provide;

/// <summary>What becomes of all that a node's disks can take.</summary>
/// <param name="Stored">In bytes, by the newest checkpoint.</param>
/// <param name="Promised">Rented out and still empty, as far as there is room for it.</param>
/// <param name="Free">Beyond that.</param>
public sealed record DiskUse(ulong Stored, ulong Promised, ulong Free)
{
    /// <summary>In hundredths of the whole: what can be seen of more than nothing.</summary>
    const double Least = 0.75;

    /// <summary>All of it.</summary>
    public ulong Whole => (ulong)UInt128.Min(ulong.MaxValue, (UInt128)Stored + Promised + Free);

    /// <summary>Where what is stored ends in a bar, as a length of SVG.</summary>
    public string StoredEnd => Percent(End(Stored, 0));

    /// <summary>Where what is promised ends in it.</summary>
    public string PromisedEnd => Percent(End(Promised, End(Stored, 0)));

    double End(ulong part, double start) => part == 0 ? start : Math.Min(100, start + Math.Max(Least, 100.0 * part / Whole));

    static string Percent(double value) => value.ToString("0.##", CultureInfo.InvariantCulture) + "%";
}
