namespace Marketplace.Client.Selection;

/// <summary>
/// Chooses from ranked candidates so that no group of the first kind (subnet) has more than one and none of the second (region) more than
/// its limit.
/// Where choosing greedily would run into a dead end, earlier choices move to another candidate of their subnet (augmenting paths, as in
/// bipartite
/// matching), so that as many are found as there can be; the better subnets are always kept.
/// </summary>
static class DiversityMatching
{
    /// <param name="candidates">Best first: subnet and region of each.</param>
    /// <param name="wanted">How many to choose at most.</param>
    /// <param name="regionLimit">The most for each region.</param>
    /// <returns>Indices of the chosen, rising, at most <paramref name="wanted"/>.</returns>
    public static List<int> Choose(IReadOnlyList<(string Subnet, string Region)> candidates, int wanted, int regionLimit)
    {
        var subnets = candidates.Select((candidate, index) => (candidate.Subnet, index)).GroupBy(row => row.Subnet, row => row.index)
            .Select(group => group.DistinctBy(index => candidates[index].Region).ToArray()).ToArray();
        var regions = new Dictionary<string, List<int>>();
        var chosen = new int?[subnets.Length];
        var found = 0;
        for (var subnet = 0; subnet < subnets.Length && found < wanted; subnet++)
            if (TryPlace(subnet, []))
                found++;
        return [.. chosen.OfType<int>().Order()];

        bool TryPlace(int subnet, HashSet<string> visited)
        {
            foreach (var candidate in subnets[subnet])
            {
                var region = candidates[candidate].Region;
                if (!visited.Add(region))
                    continue;
                var holders = regions.TryGetValue(region, out var list) ? list : regions[region] = [];
                if (holders.Count < regionLimit)
                {
                    holders.Add(subnet);
                    chosen[subnet] = candidate;
                    return true;
                }
                foreach (var holder in holders.ToArray())
                {
                    if (!TryPlace(holder, visited))
                        continue;
                    // The holder sits in another region now and has left this one.
                    holders.Remove(holder);
                    holders.Add(subnet);
                    chosen[subnet] = candidate;
                    return true;
                }
            }
            return false;
        }
    }
}
