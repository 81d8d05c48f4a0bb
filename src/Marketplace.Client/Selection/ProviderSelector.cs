namespace Marketplace.Client.Selection;

/// <summary>Chooses providers; the same inputs always give the same choice.</summary>
public static class ProviderSelector
{
    /// <summary>Chooses among offers that were probed.</summary>
    /// <param name="need">What is asked for.</param>
    /// <param name="offers">Everything listed.</param>
    /// <param name="probes">Those of the fitting offers whose providers answered.</param>
    public static SelectionResult Choose(Need need, IReadOnlyCollection<ProviderOffer> offers, IReadOnlyCollection<ProbedOffer> probes)
    {
        var (fitting, obstacles) = OfferFilter.Split(offers, need);
        var answered = probes.ToDictionary(probe => probe.Offer.Listing);
        var reachable = fitting.Where(offer => answered.ContainsKey(offer.Listing)).Select(offer => answered[offer.Listing]).ToList();
        obstacles.AddRange(Enumerable.Repeat(Obstacle.NotReachable, fitting.Count - reachable.Count));

        var ranked = OfferScore.Rank(reachable, need.Space);
        var limit = need.Diversity.RegionLimit(need.Providers);
        var chosen = DiversityMatching.Choose([.. ranked.Select(offer => PlaceOf(offer, need.Diversity))], need.Providers, limit);
        if (chosen.Count == need.Providers)
            return new SelectionResult.Chosen([.. chosen.Select(index => ranked[index])]);

        var subnets = chosen.Select(index => PlaceOf(ranked[index], need.Diversity).Subnet).ToHashSet();
        obstacles.AddRange(Enumerable.Range(0, ranked.Count).Except(chosen)
            .Select(index => subnets.Contains(PlaceOf(ranked[index], need.Diversity).Subnet) ? Obstacle.SameSubnet : Obstacle.SameRegion));
        return new SelectionResult.NotEnough(
            need.Providers, chosen.Count,
                [.. obstacles.CountBy(obstacle => obstacle).OrderBy(row => row.Key).Select(row => (row.Key, row.Value))]);
    }

    static (string Subnet, string Region) PlaceOf(ProbedOffer offer, DiversityRule rule) =>
        (rule.OnePerSubnet ? DiversityRule.SubnetOf(offer.Address) : offer.Offer.Endpoint.Provider.ToString(), offer.Offer.Region);
}
