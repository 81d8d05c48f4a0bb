using System.Numerics;

namespace Marketplace.Client.Selection;

/// <summary>The providers chosen, or exactly what is missing.</summary>
public abstract record SelectionResult
{
    SelectionResult()
    {
    }

    /// <summary>As many offers as were asked for, best first, and the next best that fit beside them.</summary>
    /// <param name="Offers">One for each provider.</param>
    public sealed record Chosen(IReadOnlyList<ProbedOffer> Offers) : SelectionResult;

    /// <summary>The market cannot give what was asked for. Each provider is counted once, under the first reason that its best offer
    /// meets.</summary>
    public sealed record NotEnough(int Needed, int Found, IReadOnlyList<(Obstacle Reason, int Providers)> Missing) : SelectionResult
    {
        /// <summary>One sentence for people.</summary>
        public string Message =>
            $"{(Needed == 1 ? "1 provider" : $"{Needed} providers")} needed, {Found} found" + (
                Missing.Count == 0 ? " (no other is listed)." : ": " + string.Join(", ", Missing.Select(Phrase)) + ".");

        static string Phrase((Obstacle Reason, int Providers) row) => row.Providers + row.Reason switch
        {
            Obstacle.TooExpensive => " too expensive",
            Obstacle.TooLittleSpace => " with too little space",
            Obstacle.TermNotOffered => " not for this term",
            Obstacle.NotReachable => " not reachable",
            Obstacle.SameSubnet => " in a subnet already chosen",
            Obstacle.SameRegion => " in a region that holds its share",
            _ => " unfit",
        };
    }
}

/// <summary>Why a provider was not chosen.</summary>
public enum Obstacle
{
    /// <summary>Its price is above the highest affordable one.</summary>
    TooExpensive,

    /// <summary>Its listing has less space left.</summary>
    TooLittleSpace,

    /// <summary>The term is shorter or longer than its bounds.</summary>
    TermNotOffered,

    /// <summary>Its node did not answer the probe.</summary>
    NotReachable,

    /// <summary>Another provider of the same /24 or /48 is chosen.</summary>
    SameSubnet,

    /// <summary>Its region holds as many as it may.</summary>
    SameRegion,
}

/// <summary>Which offers meet the need before any provider is asked.</summary>
public static class OfferFilter
{
    /// <summary>No deposit may be larger, so that those of all providers together are an amount of tokens, too.</summary>
    static readonly BigInteger HighestDeposit = (BigInteger)(UInt128.MaxValue >> 8);

    /// <summary>The first thing in the way of an offer; null when there is nothing.</summary>
    public static Obstacle? ObstacleOf(ProviderOffer offer, Need need) =>
        offer.Rentable.Value < need.Space.Value ? Obstacle.TooLittleSpace
        : need.Term < offer.MinTerm || need.Term > offer.MaxTerm ? Obstacle.TermNotOffered
        : need.HighestPrice is { } highest && offer.Price > highest ? Obstacle.TooExpensive
        : (BigInteger)offer.Price.Value * need.Space.Value * need.Term > HighestDeposit ? Obstacle.TooExpensive
        : null;

    /// <summary>For each provider its cheapest fitting offer, or else why the one that came nearest does not fit.</summary>
    public static (List<ProviderOffer> Fitting, List<Obstacle> Obstacles) Split(IEnumerable<ProviderOffer> offers, Need need)
    {
        var fitting = new List<ProviderOffer>();
        var obstacles = new List<Obstacle>();
        foreach (var provider in offers.Where(offer => !need.Except.Contains(offer.Endpoint.Provider)).GroupBy(offer => offer.Endpoint.Provider).OrderBy(group => group.Key))
        {
            var best = provider.Where(
                offer => ObstacleOf(offer, need) is null).OrderBy(offer => offer.Price).ThenBy(offer => offer.Listing).FirstOrDefault();
            if (best is not null)
                fitting.Add(best);
            else
                obstacles.Add(provider.Min(offer => ObstacleOf(offer, need)!.Value));
        }
        return (fitting, obstacles);
    }
}
