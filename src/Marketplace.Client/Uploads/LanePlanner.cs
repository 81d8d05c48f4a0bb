using Marketplace.Core.Coding;
using Marketplace.Protocol.Transfer;
using Marketplace.Client.Catalog;
using Marketplace.Client.Renting;
using Marketplace.Client.Selection;
using Marketplace.Client.Transport;

namespace Marketplace.Client.Uploads;

/// <summary>The agreements that will hold an object, and those that stand by.</summary>
sealed record LanePlan(CodingScheme Coding, IReadOnlyList<LaneCandidate> Chosen, IReadOnlyList<LaneCandidate> Spares);

/// <summary>Chooses among the rented agreements those that an object is spread over.</summary>
sealed class LanePlanner(CatalogDatabase catalog, IMarketView market, IProviderTransport transport, UploadOptions options, TimeProvider time)
{
    /// <summary>Providers of a region that may hold the catalog's copy when there are too few for any coding.</summary>
    const int FewerRegionLimit = 2;

    static readonly TimeSpan NewAgreementPoll = TimeSpan.FromMilliseconds(500);

    /// <summary>One candidate with what it has free.</summary>
    sealed record Rated(LaneCandidate Candidate, ulong FreeLeaves, TimeSpan Latency);

    /// <summary>Plans for an object; the strongest coding that fits, unless the options name one.</summary>
    /// <param name="leavesPerProvider">What a coding takes at each provider, in leaves.</param>
    /// <param name="orFewer">Whether fewer providers than any coding asks for are better than none: for the catalog's own copy.</param>
    /// <param name="cancellationToken">Ends the probing.</param>
    public async Task<(LanePlan? Plan, UploadRefusal? Refusal)> PlanAsync(
        Func<CodingScheme, ulong> leavesPerProvider, bool orFewer, CancellationToken cancellationToken)
    {
        var (rated, unusable) = await RateAsync(cancellationToken);
        IReadOnlyList<CodingScheme> codings = options.Coding is { } only
            ? [only] : [.. CodingScheme.All.Where(scheme => scheme != CodingScheme.Devices)];
        var best = 0;
        foreach (var coding in codings)
        {
            var (plan, found) = Fit(coding, FittingFor(coding), options.Diversity.RegionLimit(coding.TotalFragments));
            if (plan is not null)
                return (plan, null);
            best = Math.Max(best, found);
        }
        if (orFewer && CodingsForFewer(rated.Count).Select(coding => Fit(coding, FittingFor(coding), FewerRegionLimit).Plan).OfType<LanePlan>().FirstOrDefault() is { } fewer)
            return (fewer, null);
        List<Rated> FittingFor(CodingScheme coding) => [.. rated.Where(row => row.FreeLeaves >= leavesPerProvider(coding))];
        var smallest = codings[^1];
        return (null, UploadRefusal.Of(
            UploadProblem.NotEnoughSpace,
            $"{smallest.TotalFragments} different providers with {leavesPerProvider(smallest)} KiB free each are needed for {smallest.DataFragments}-of-{smallest.TotalFragments} ({smallest.Name}), {best} of the rented ones fit"
            + (unusable.Count == 0 ? "." : $" ({string.Join("; ", unusable)}).")));
    }

    (LanePlan? Plan, int Found) Fit(CodingScheme coding, List<Rated> fitting, int regionLimit)
    {
        var chosen = DiversityMatching.Choose(
            [.. fitting.Select(row => (row.Candidate.Subnet, row.Candidate.Region))], coding.TotalFragments, regionLimit);
        if (chosen.Count < coding.TotalFragments)
            return (null, chosen.Count);
        var spares = Enumerable.Range(0, fitting.Count).Except(chosen).Select(index => fitting[index].Candidate);
        return (new LanePlan(coding, [.. chosen.Select(index => fitting[index].Candidate)], [.. spares]), chosen.Count);
    }

    /// <summary>A third of the fragments is enough, as with the named codings, for as many providers as there are.</summary>
    static IEnumerable<CodingScheme> CodingsForFewer(int providers)
    {
        for (var n = Math.Min(providers, CodingScheme.Small.TotalFragments - 1); n > 0; n--)
            yield return new CodingScheme("fewer", Math.Max(1, n / 3), n, n);
    }

    /// <summary>The usable agreement with the most room at each provider, quickest first.</summary>
    async Task<(List<Rated> Rated, List<string> Unusable)> RateAsync(CancellationToken cancellationToken)
    {
        var (agreements, pending) = catalog.Read(
            read => (read.ListAgreements(), read.ListPending().Select(row => row.Revision.Agreement).ToHashSet()));
        var epoch = await market.GetEpochAsync(cancellationToken);
        var candidates = agreements
            .Where(agreement => agreement.End.Value > epoch.Value && !pending.Contains(agreement.Id))
            .GroupBy(agreement => agreement.Provider)
            .Select(group => group.MaxBy(agreement => agreement.Capacity - Math.Min(agreement.Capacity, agreement.Revision.Weight))!);
        var results = await Task.WhenAll(candidates.Select(agreement => RateAsync(agreement, cancellationToken)));
        return (
            [.. results.Select(result => result.Rated).OfType<Rated>().OrderBy(row => row.Latency).ThenBy(row => row.Candidate.Agreement)],
            [.. results.Select(result => result.Problem).OfType<string>()]);
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
            var subnet = options.Diversity.OnePerSubnet ? DiversityRule.SubnetOf(probe.Address) : agreement.Provider.ToString();
            var candidate = new LaneCandidate(transport.Open(profile.Endpoint, agreement.Id), subnet, profile.Region);
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
