using Marketplace.Client.Catalog;
using Marketplace.Client.Content;
using Marketplace.Core.Coding;
using Marketplace.Core.Content;
using Marketplace.Core.Primitives;

namespace Marketplace.Client.Uploads;

/// <summary>
/// What agreements that run can hold, in bytes of content, as uploads count it: an object lies in one agreement with each provider of its coding, and in the
/// strongest coding for which there is room. Where more providers are rented than a coding takes, it is counted as if those with the least room were taken
/// first, so that there may be more than this. Whether providers answer, and are different enough, is known only when something is stored.
/// </summary>
public sealed class RentedRoom
{
    readonly UploadOptions options;
    readonly IReadOnlyList<Part> parts;

    RentedRoom(UploadOptions options, int providers, IReadOnlyList<Part> parts, bool mayBeMore, long whole)
    {
        (this.options, this.parts, Providers, MayBeMore) = (options, parts, providers, mayBeMore);
        Left = BytesOf(parts);
        Whole = Math.Max(whole, Left);
    }

    /// <summary>Different ones that are rented from.</summary>
    public int Providers { get; }

    /// <summary>What could be stored if nothing was.</summary>
    public long Whole { get; }

    /// <summary>What can be stored beside what is.</summary>
    public long Left { get; }

    /// <summary>Whether more could be left: some providers have room to which the others, as it is counted, add none.</summary>
    public bool MayBeMore { get; }

    /// <summary>What cannot be used any more: files, their earlier versions, the catalog's copies, and what is not cleared yet.</summary>
    public long Used => Whole - Left;

    /// <summary>How many providers are too few for any coding; 0 where they are enough.</summary>
    public int MissingProviders => Math.Max(0, options.CodingsFor(Providers).Min(coding => coding.TotalFragments) - Providers);

    /// <summary>Measures the room.</summary>
    /// <param name="agreements">All that are known.</param>
    /// <param name="now">Those that end later, and take more data, are counted.</param>
    /// <param name="options">As uploads are done.</param>
    public static RentedRoom Of(IEnumerable<RentedAgreement> agreements, Epoch now, UploadOptions options)
    {
        var providers = agreements.Where(agreement => agreement.TakesData && agreement.End > now).GroupBy(agreement => agreement.Provider).Select(group => group.ToList()).ToList();
        var codings = options.CodingsFor(providers.Count);
        var (left, isOver) = Fill(codings, providers, agreement => agreement.FreeLeaves);
        return new RentedRoom(options, providers.Count, left, isOver, BytesOf(Fill(codings, providers, agreement => agreement.Capacity).Parts));
    }

    /// <summary>What is missing for content to be stored; null where all of it finds room.</summary>
    /// <param name="sizes">Bytes of each object.</param>
    public RoomLack? FindLack(IReadOnlyCollection<long> sizes)
    {
        if (sizes.Count == 0)
            return null;
        var usable = parts.Where(part => part.Leaves > 0).Select(part => (Part: part, Takes: sizes.Sum(size => LeavesOf(part.Coding, size)))).ToList();
        var coding = usable.Count > 0 ? usable[0].Part.Coding : parts.LastOrDefault()?.Coding ?? CodingScheme.Standard;
        var needed = BytesOf(coding, usable.Count > 0 ? usable[0].Takes : sizes.Sum(size => LeavesOf(coding, size)));
        var largest = sizes.Max();
        // A fragment of each segment lies in one agreement: room in another does not help it.
        var whole = usable.Any(row => LeavesOf(row.Part.Coding, largest) <= (long)row.Part.InOnePiece) ? 0 : BytesOf(coding, LeavesOf(coding, largest));
        var share = usable.Sum(row => (decimal)row.Part.Leaves / row.Takes);
        return share >= 1 && whole == 0 ? null : new RoomLack(needed, Math.Max(whole, (long)Math.Ceiling(decimal.Round(needed * (1 - Math.Min(1, share)), 6))));
    }

    /// <summary>What the codings hold, one after the other, and whether something is over at some providers.</summary>
    static (List<Part> Parts, bool IsOver) Fill(IReadOnlyList<CodingScheme> codings, List<List<RentedAgreement>> providers, Func<RentedAgreement, ulong> roomOf)
    {
        var free = providers.Select(rented => rented.Aggregate(0UL, (sum, agreement) => sum + roomOf(agreement))).Where(leaves => leaves > 0).Order().ToList();
        var largest = providers.Select(rented => rented.Max(roomOf)).OrderDescending().ToList();
        var parts = codings.Where(coding => coding.TotalFragments <= providers.Count)
            .Select(coding => new Part(coding, Take(free, coding.TotalFragments), largest[coding.TotalFragments - 1])).ToList();
        return (parts, parts.Count > 0 && free.Count > 0);
    }

    /// <summary>Takes as much at each of so many as there is, those with the least first.</summary>
    /// <param name="free">Leaves, the least first; what is left of them afterwards.</param>
    /// <param name="providers">At once.</param>
    static ulong Take(List<ulong> free, int providers)
    {
        var taken = 0UL;
        while (free.Count >= providers)
        {
            var least = free[0];
            taken += least;
            for (var i = 0; i < providers; i++)
                free[i] -= least;
            free.RemoveAll(leaves => leaves == 0);
        }
        return taken;
    }

    long LeavesOf(CodingScheme coding, long size) => (long)new ObjectLayout(size, coding, options.SegmentSizeFor(coding, size)).LeavesPerProvider;

    static long BytesOf(IEnumerable<Part> parts) => parts.Sum(part => BytesOf(part.Coding, (long)part.Leaves));

    static long BytesOf(CodingScheme coding, long leaves) => leaves * coding.DataFragments * SegmentLayout.LeafSize;

    /// <summary>What one coding holds.</summary>
    /// <param name="Coding">Which.</param>
    /// <param name="Leaves">At each of its providers.</param>
    /// <param name="InOnePiece">Leaves that one object may take at each of them.</param>
    sealed record Part(CodingScheme Coding, ulong Leaves, ulong InOnePiece);
}

/// <summary>Room that is missing, in bytes of content.</summary>
/// <param name="Needed">What the content takes, with what small objects are filled up with.</param>
/// <param name="Missing">What has to be rented in addition; all that one object takes, where no agreements hold it in one piece.</param>
public sealed record RoomLack(long Needed, long Missing);
