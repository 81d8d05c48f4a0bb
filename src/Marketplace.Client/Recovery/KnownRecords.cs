using System.Globalization;
using System.Security.Cryptography;
using Marketplace.Client.Catalog;

namespace Marketplace.Client.Recovery;

/// <summary>
/// Which catalog records this catalog knows: those up to the last one that it took in, and what it wrote itself since. A record that it does not know,
/// whatever its number, was written by another machine, whose changes must not be passed over in silence.
/// </summary>
static class KnownRecords
{
    const string SequenceProperty = "record-sequence", SettledProperty = "record-settled", OwnProperty = "record-own", PassedProperty = "record-passed-over";

    /// <summary>Own records that are remembered; what is up to the number of one that is forgotten counts as known.</summary>
    const int MostOwn = 500;

    /// <summary>Records that were passed over knowingly and are remembered.</summary>
    const int MostPassed = 16;

    const int TokenLength = 16;

    /// <summary>The highest number that was ever written or taken in; 0 before the first.</summary>
    public static ulong Newest(CatalogTransaction read) => Number(read, SequenceProperty) ?? 0;

    /// <summary>Whether a record is of this catalog, or was taken into account.</summary>
    public static bool Contain(CatalogTransaction read, ulong sequence, byte[] manifest) =>
        sequence <= (Number(read, SettledProperty) ?? Newest(read)) || Own(read).Contains($"{sequence.ToString(CultureInfo.InvariantCulture)}:{TokenOf(manifest)}");

    /// <summary>Notes a record that is going to be written.</summary>
    /// <returns>Its number.</returns>
    public static ulong Begin(CatalogTransaction change, byte[] manifest)
    {
        // What is there of an earlier version of this program is its own.
        if (Number(change, SettledProperty) is null)
            Settle(change, Newest(change));
        var next = Newest(change) + 1;
        Set(change, SequenceProperty, next);
        var own = Own(change).Append($"{next.ToString(CultureInfo.InvariantCulture)}:{TokenOf(manifest)}").ToList();
        if (own.Count > MostOwn)
        {
            Set(change, SettledProperty, ulong.Parse(own[0].Split(':')[0], CultureInfo.InvariantCulture));
            own.RemoveAt(0);
        }
        change.SetProperty(OwnProperty, string.Join(' ', own));
        return next;
    }

    /// <summary>Records whose catalogs could not be read, or not whole, when their user went on without them. Each recovery tries again.</summary>
    public static IReadOnlyList<(ulong Sequence, byte[] Manifest)> ListPassedOver(CatalogTransaction read) =>
        [.. (read.GetProperty(PassedProperty) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(row => row.Split(':'))
            .Select(row => (ulong.Parse(row[0], CultureInfo.InvariantCulture), Convert.FromBase64String(row[1])))];

    /// <summary>Notes which records were passed over, in the place of those that were noted before.</summary>
    public static void NotePassedOver(CatalogTransaction change, IEnumerable<(ulong Sequence, byte[] Manifest)> records) =>
        change.SetProperty(PassedProperty, string.Join(' ', records.OrderByDescending(record => record.Sequence).Take(MostPassed)
            .Select(record => $"{record.Sequence.ToString(CultureInfo.InvariantCulture)}:{Convert.ToBase64String(record.Manifest)}")));

    /// <summary>All up to a number were taken in, or passed over.</summary>
    public static void Settle(CatalogTransaction change, ulong sequence)
    {
        Set(change, SequenceProperty, Math.Max(Newest(change), sequence));
        Set(change, SettledProperty, Math.Max(Number(change, SettledProperty) ?? 0, sequence));
        change.SetProperty(OwnProperty, "");
    }

    static string[] Own(CatalogTransaction read) => (read.GetProperty(OwnProperty) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);

    static string TokenOf(byte[] manifest) => Convert.ToHexString(SHA256.HashData(manifest))[..TokenLength];

    static ulong? Number(CatalogTransaction read, string property) =>
        read.GetProperty(property) is { } text ? ulong.Parse(text, CultureInfo.InvariantCulture) : null;

    static void Set(CatalogTransaction change, string property, ulong number) => change.SetProperty(property, number.ToString(CultureInfo.InvariantCulture));
}
