using Marketplace.Core.Primitives;
using Marketplace.Web.Formatting;

namespace Marketplace.Web.Provide;

/// <summary>How much a new offer is proposed to be of.</summary>
/// <param name="Space">At least 1 GiB.</param>
/// <param name="Reason">What the provider could keep, in a sentence.</param>
public sealed record OfferProposal(GiB Space, string Reason)
{
    /// <summary>Where nothing bounds it.</summary>
    const ulong Guess = 100;

    /// <summary>All that its stake still covers and its node, as far as is known, still has room for, beside what is rented out and on offer.</summary>
    public static OfferProposal Of(ProviderStanding standing)
    {
        var stake = Beyond(standing.Listed, standing.Room?.Value);
        var disk = Beyond(standing.Listed, standing.FreeForOffers >> 30);
        var space = stake is null && disk is null ? Guess : Math.Max(1, Math.Min(stake ?? ulong.MaxValue, disk ?? ulong.MaxValue));
        return new OfferProposal(new GiB(space), $"Beyond what is rented out and on offer, {StakeWords(stake)}, and {DiskWords(disk)}.");
    }

    static ulong? Beyond(GiB listed, ulong? space) => space - Math.Min(space ?? 0, listed.Value);

    static string StakeWords(ulong? space) => space switch
    {
        null => "space needs no stake",
        0 => "your stake covers nothing",
        { } some => $"your stake covers {Figures.Space(new GiB(some))}",
    };

    static string DiskWords(ulong? space) => space switch
    {
        null => "it is not known what your node has free",
        0 => "your node has no room",
        { } some => $"your node has room for {Figures.Space(new GiB(some))}",
    };
}
