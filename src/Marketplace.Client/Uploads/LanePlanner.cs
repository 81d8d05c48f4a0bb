using Marketplace.Core.Coding;
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
        var because = unusable.Count == 0 ? "."
            : $" ({string.Join("; ", unusable.Take(MostReasons).Select(row => row.Problem))}{(unusable.Count > MostReasons ? $"; and {unusable.Count - MostReasons} more" : "")}).";
        if (PlanIn(_ => ulong.MaxValue) is null)
        {
            var usable = ways.Max(way => TryFit(way, _ => ulong.MaxValue).Found);
            return (null, UploadRefusal.Of(
                UploadProblem.TooFewProviders,
                $"{smallest.TotalFragments} different providers are needed for {smallest.DataFragments}-of-{smallest.TotalFragments} ({smallest.Name}), {usable} of the rented ones can take data now{because}")
                with { Lacking = new ProvidersLacking(smallest, smallest.TotalFragments - usable, [.. unusable.Select(row => row.Provider)]) });
        }
        var fitting = ways.Max(way => TryFit(way, row => row.FreeLeaves).Found);
        return (null, UploadRefusal.Of(
            UploadProblem.NotEnoughSpace,
            $"{smallest.TotalFragments} different providers with {leavesPerProvider(smallest)} KiB free each are needed for {smallest.DataFragments}-of-{smallest.TotalFragments} ({smallest.Name}), {fitting} of the rented ones fit{because}")
            with { InTheWay = FindInTheWay(freed => PlanIn(row => row.FreeLeaves + freed.GetValueOrDefault(row.Candidate.Agreement)) is not null) });
    }

    /// <summary>
    /// The strongest first. Where less is rented than any other asks for, it was rented for the owner's own devices, which may stand in one place.
    /// </summary>
    List<Way> NamedWays(int rented)
    {
        if (options.Coding is { } only)
            return [Way.Of(only, options.Diversity)];
        var others = CodingScheme.All.Where(coding => coding != CodingScheme.Devices).Select(coding => Way.Of(coding, options.Diversity));
        var isForDevices = rented >= CodingScheme.Devices.TotalFragments && rented < CodingScheme.Small.TotalFragments;
        return isForDevices ? [.. others, Way.Of(CodingScheme.Devices, DiversityRule.OwnersOnly)] : [.. others];
    }

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
    async Task<(List<Rated> Rated, List<(Address Provider, string Problem)> Unusable)> RateAsync(CancellationToken cancellationToken)
    {
        var (agreements, pending) = catalog.Read(
            read => (read.ListAgreements(), read.ListPending().Select(row => row.Revision.Agreement).ToHashSet()));
        var epoch = await market.GetEpochAsync(cancellationToken);
        var candidates = agreements
            .Where(agreement => agreement.End.Value > epoch.Value && !pending.Contains(agreement.Id))
            .GroupBy(agreement => agreement.Provider)
            .Select(group => group.MaxBy(agreement => agreement.Capacity - Math.Min(agreement.Capacity, agreement.Revision.Weight))!);
        var results = await Task.WhenAll(candidates.Select(async agreement => (agreement.Provider, Result: await RateAsync(agreement, cancellationToken))));
        return (
            [.. results.Select(row => row.Result.Rated).OfType<Rated>().OrderBy(row => row.Latency).ThenBy(row => row.Candidate.Agreement)],
            [.. results.Where(row => row.Result.Problem is not null).Select(row => (row.Provider, row.Result.Problem!))]);
    }

    async Task<(Rated? Rated, string? Problem)> RateAsync(RentedAgreement agreement, CancellationToken cancellationToken)
    {
        if (await market.FindAgreementAsync(agreement.Id, cancellationToken) is not { TakesData: true } terms || terms.Provider != agreement.Provider)
            return (null, $"agreement {agreement.Id} takes no more data");
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
                : (new Rated(candidate, agreement.Capacity - Math.Min(agreement.Capacity, agreement.Revision.Weight), probe.Latency), null);
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
