using System.Globalization;
using System.Security.Cryptography;
using Marketplace.Client.Catalog;

namespace Marketplace.Client.Recovery;

/// <summary>
/// Which catalog records this catalog knows: those up to the last one that it took in or that counted, and what it wrote itself since. A record that it
/// does not know, whatever its number, was written by another machine, whose changes must not be passed over.
/// </summary>
static class KnownRecords
{
    const string SequenceProperty = "record-sequence", SettledProperty = "record-settled", OwnProperty = "record-own";

    /// <summary>Attempts that are remembered; of more, the oldest ones' records look like another machine's, which recovering finds out.</summary>
    const int MostOwn = 1000;

    const int TokenLength = 16;

    /// <summary>The highest number that was ever written or taken in; 0 before the first.</summary>
    public static ulong Newest(CatalogTransaction read) => Number(read, SequenceProperty) ?? 0;

    /// <summary>Whether a record is of this catalog, or was taken into account.</summary>
    public static bool Contain(CatalogTransaction read, ulong sequence, byte[] manifest) =>
        sequence <= (Number(read, SettledProperty) ?? Newest(read)) || Own(read).Contains(TokenOf(manifest));

    /// <summary>Notes a record that is going to be written.</summary>
    /// <returns>Its number.</returns>
    public static ulong Begin(CatalogTransaction change, byte[] manifest)
    {
        // What is there of an earlier version of this program is its own.
        if (Number(change, SettledProperty) is null)
            Settle(change, Newest(change));
        var next = Newest(change) + 1;
        Set(change, SequenceProperty, next);
        change.SetProperty(OwnProperty, string.Join(' ', Own(change).Append(TokenOf(manifest)).TakeLast(MostOwn)));
        return next;
    }

    /// <summary>All up to a number are superseded, or were taken in.</summary>
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
