using Marketplace.Core.Coding;
using Marketplace.Core.Content;
using Marketplace.Core.Primitives;
using Marketplace.Protocol.Transfer;
using Marketplace.Client.Catalog;
using Marketplace.Client.Renting;
using Marketplace.Client.Selection;
using Marketplace.Client.Transport;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Client.Uploads;

/// <summary>The agreements that will hold an object, those that stand by, and how different they are to be.</summary>
sealed record LanePlan(CodingScheme Coding, DiversityRule Diversity, IReadOnlyList<LaneCandidate> Chosen, IReadOnlyList<LaneCandidate> Spares);

/// <summary>Chooses among the rented agreements those that an object is spread over.</summary>
sealed class LanePlanner(CatalogDatabase catalog, IMarketView market, IProviderTransport transport, UploadOptions options, TimeProvider time)
{
    /// <summary>Providers of a region that may hold the catalog's copy when there are too few for any coding.</summary>
    const int FewerRegionLimit = 2;

    /// <summary>Of providers that cannot be used, as many are told.</summary>
    const int MostReasons = 3;

    static readonly TimeSpan NewAgreementPoll = TimeSpan.FromMilliseconds(500);

    /// <summary>One candidate with what it has free.</summary>
    sealed record Rated(LaneCandidate Candidate, ulong FreeLeaves, TimeSpan Latency);

    /// <summary>A provider that cannot be used now.</summary>
    /// <param name="Provider">Which.</param>
    /// <param name="Problem">Why; null where its agreement takes no more data.</param>
    sealed record Unusable(Address Provider, string? Problem);

    /// <summary>A coding, and how different the providers must be that hold an object in it.</summary>
    sealed record Way(CodingScheme Coding, DiversityRule Rule, int RegionLimit)
    {
        public static Way Of(CodingScheme coding, DiversityRule rule) => new(coding, rule, rule.RegionLimit(coding.TotalFragments));
    }

    /// <summary>Plans for an object; the strongest coding that fits, unless the options name one.</summary>
    /// <param name="leavesPerProvider">What a coding takes at each provider, in leaves.</param>
    /// <param name="orFewer">Whether fewer providers than any coding asks for are better than none: for the catalog's own copy.</param>
    /// <param name="cancellationToken">Ends the probing.</param>
    public async Task<(LanePlan? Plan, UploadRefusal? Refusal)> PlanAsync(
        Func<CodingScheme, ulong> leavesPerProvider, bool orFewer, CancellationToken cancellationToken)
    {
        var (rated, unusable) = await RateAsync(cancellationToken);
        var named = NamedWays(rated.Count + unusable.Count);
        List<Way> ways = orFewer ? [.. named, .. WaysForFewer(rated.Count)] : named;
        LanePlan? PlanIn(Func<Rated, ulong> free) => ways.Select(way => TryFit(way, free).Plan).OfType<LanePlan>().FirstOrDefault();
        (LanePlan? Plan, int Found) TryFit(Way way, Func<Rated, ulong> free) =>
            Fit(way, [.. rated.Where(row => free(row) >= leavesPerProvider(way.Coding))]);

        if (PlanIn(row => row.FreeLeaves) is { } plan)
            return (plan, null);
        var smallest = named[^1].Coding;
        var because = ReasonsOf(unusable);
        if (PlanIn(_ => ulong.MaxValue) is null)
        {
            var usable = ways.Max(way => TryFit(way, _ => ulong.MaxValue).Found);
            var missing = smallest.TotalFragments - usable;
            return (null, UploadRefusal.Of(
                UploadProblem.TooFewProviders,
                $"{smallest.TotalFragments} different providers are needed for {smallest.DataFragments}-of-{smallest.TotalFragments} ({smallest.Name}), {usable} of the rented ones can take data now: {missing} {(missing == 1 ? "is" : "are")} missing{because}.")
                with { Lacking = new ProvidersLacking(smallest, missing, [.. unusable.Select(row => row.Provider)]) });
        }
        var (lack, words) = FindLack(smallest, leavesPerProvider(smallest), rated);
        return (null, UploadRefusal.Of(UploadProblem.NotEnoughSpace, $"{words}{because}.")
            with { Room = lack, InTheWay = FindInTheWay(freed => PlanIn(row => row.FreeLeaves + freed.GetValueOrDefault(row.Candidate.Agreement)) is not null) });
    }

    /// <summary>What is missing for content that takes so many leaves at each provider of a coding, and that in words.</summary>
    static (RoomLack Lack, string Words) FindLack(CodingScheme coding, ulong leaves, List<Rated> rated)
    {
        long BytesOf(ulong each) => (long)each * coding.DataFragments * SegmentLayout.LeafSize;
        var needed = BytesOf(leaves);
        var left = BytesOf(rated.Select(row => row.FreeLeaves).OrderDescending().ElementAtOrDefault(coding.TotalFragments - 1));
        // What is left may be with providers that are too alike.
        var words = left < needed
            ? $"It takes {MarketplaceClient.SizeOf(needed)} of the rented room in one piece: {MarketplaceClient.SizeOf(left)} left, {MarketplaceClient.SizeOf(needed - left)} missing"
            : $"It takes {MarketplaceClient.SizeOf(needed)} of the rented room, and those with as much left are too alike: {coding.TotalFragments} different providers are needed";
        return (new RoomLack(needed, needed), words);
    }

    /// <summary>Why some cannot be used, in brackets; agreements that are over are counted, not listed.</summary>
    static string ReasonsOf(IReadOnlyList<Unusable> unusable)
    {
        var over = unusable.Count(row => row.Problem is null);
        var problems = unusable.Select(row => row.Problem).OfType<string>().ToList();
        List<string> reasons = [.. over == 0 ? [] : (string[])[over == 1 ? "1 agreement takes no more data" : $"{over} agreements take no more data"], .. problems.Take(MostReasons)];
        if (problems.Count > MostReasons)
            reasons.Add($"and {problems.Count - MostReasons} more");
        return reasons.Count == 0 ? "" : $" ({string.Join("; ", reasons)})";
    }

    /// <summary>The strongest first. One's own devices may stand in one place.</summary>
    List<Way> NamedWays(int rented) => [.. options.CodingsFor(rented).Select(coding =>
        Way.Of(coding, options.Coding is null && coding == CodingScheme.Devices ? DiversityRule.OwnersOnly : options.Diversity))];

    /// <summary>A third of the fragments is enough, as with the named codings, for as many providers as there are.</summary>
    IEnumerable<Way> WaysForFewer(int providers)
    {
        for (var n = Math.Min(providers, CodingScheme.Small.TotalFragments - 1); n > 0; n--)
            yield return new Way(new CodingScheme("fewer", Math.Max(1, n / 3), n, n), options.Diversity, FewerRegionLimit);
    }

    static (LanePlan? Plan, int Found) Fit(Way way, List<Rated> fitting)
    {
        List<(string, string)> places = [.. fitting.Select(row => (
            way.Rule.OnePerSubnet ? row.Candidate.Subnet : row.Candidate.Channel.Provider.Provider.ToString(), row.Candidate.Region))];
        var chosen = DiversityMatching.Choose(places, way.Coding.TotalFragments, way.RegionLimit);
        if (chosen.Count < way.Coding.TotalFragments)
            return (null, chosen.Count);
        var spares = Enumerable.Range(0, fitting.Count).Except(chosen).Select(index => fitting[index].Candidate);
        return (new LanePlan(way.Coding, way.Rule, [.. chosen.Select(index => fitting[index].Candidate)], [.. spares]), chosen.Count);
    }

    /// <summary>The fewest kept versions, oldest first, without which it fits; null where it does not fit without all of them.</summary>
    /// <param name="fits">Whether it fits when so many leaves more are free at agreements.</param>
    RoomInTheWay? FindInTheWay(Func<IReadOnlyDictionary<AgreementId, ulong>, bool> fits)
    {
        var kept = catalog.Read(read => read.ListKeptByAge());
        if (kept.Count == 0 || !FitsWithout(kept.Count))
            return null;
        var (tooFew, enough) = (0, kept.Count);
        while (enough - tooFew > 1)
        {
            var middle = tooFew + (enough - tooFew) / 2;
            (tooFew, enough) = FitsWithout(middle) ? (tooFew, middle) : (middle, enough);
        }
        return new RoomInTheWay([.. kept.Take(enough).Select(version => version.Id)], kept.Take(enough).Sum(version => version.Bytes));

        bool FitsWithout(int oldest)
        {
            var freed = new Dictionary<AgreementId, ulong>();
            foreach (var (agreement, leaves) in kept.Take(oldest).SelectMany(version => version.Leaves))
                freed[agreement] = freed.GetValueOrDefault(agreement) + leaves;
            return fits(freed);
        }
    }

    /// <summary>The usable agreement with the most room at each provider, quickest first.</summary>
    async Task<(List<Rated> Rated, List<Unusable> Unusable)> RateAsync(CancellationToken cancellationToken)
    {
        var (agreements, pending) = catalog.Read(
            read => (read.ListAgreements(), read.ListPending().Select(row => row.Revision.Agreement).ToHashSet()));
        var epoch = await market.GetEpochAsync(cancellationToken);
        var candidates = agreements
            .Where(agreement => agreement.End.Value > epoch.Value && !pending.Contains(agreement.Id))
            .GroupBy(agreement => agreement.Provider)
            .Select(group => group.MaxBy(agreement => agreement.FreeLeaves)!);
        var results = await Task.WhenAll(candidates.Select(async agreement => (agreement.Provider, Result: await RateAsync(agreement, cancellationToken))));
        return (
            [.. results.Select(row => row.Result.Rated).OfType<Rated>().OrderBy(row => row.Latency).ThenBy(row => row.Candidate.Agreement)],
            [.. results.Where(row => row.Result.Rated is null).Select(row => new Unusable(row.Provider, row.Result.Problem))]);
    }

    /// <summary>Neither where the agreement takes no more data.</summary>
    async Task<(Rated? Rated, string? Problem)> RateAsync(RentedAgreement agreement, CancellationToken cancellationToken)
    {
        if (await market.FindAgreementAsync(agreement.Id, cancellationToken) is not { TakesData: true } terms || terms.Provider != agreement.Provider)
            return (null, null);
        if (await market.FindProviderAsync(agreement.Provider, cancellationToken) is not { } profile)
            return (null, $"{agreement.Provider} is not registered");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(options.ProbePatience);
        try
        {
            var answer = await transport.ProbeAsync(profile.Endpoint, patience.Token);
            if (!answer.TryGet(out var probe, out var failure))
                return (null, $"{agreement.Provider}: {failure}");
            var candidate = new LaneCandidate(transport.Open(profile.Endpoint, agreement.Id), DiversityRule.SubnetOf(probe.Address), profile.Region);
            return await FindDiscordAsync(candidate.Channel, agreement, cancellationToken) is { } discord
                ? (null, $"{agreement.Provider}: {discord}")
                : (new Rated(candidate, agreement.FreeLeaves, probe.Latency), null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, $"{agreement.Provider} does not answer");
        }
    }

    /// <summary>
    /// Whether the provider and the catalog are of one mind about what the agreement holds; null when they are. A provider that has not seen a new
    /// agreement on the chain yet is given time.
    /// </summary>
    async Task<string?> FindDiscordAsync(IAgreementChannel channel, RentedAgreement agreement, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var answer = await channel.GetRevisionAsync(cancellationToken);
            if (answer.TryGet(out var current, out var failure))
                return current.RevisionOf(agreement.Id) == agreement.Revision
                    ? null
                    : $"it shows revision {current.Number} of agreement {agreement.Id}, the catalog has {agreement.Revision.Number}; 'recover' finds out what is there";
            var isNew = failure.Code is RefusalCode.UnknownAgreement or RefusalCode.AgreementNotActive && agreement.Revision.Number == 0;
            if (!isNew || time.GetElapsedTime(started) > options.NewAgreementPatience)
                return failure.ToString();
            await Task.Delay(NewAgreementPoll, time, cancellationToken);
        }
    }
}
