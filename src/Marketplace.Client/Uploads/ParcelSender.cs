using Marketplace.Client.Transport;
using Marketplace.Protocol.Transfer;

namespace Marketplace.Client.Uploads;

/// <summary>What goes to all lanes at the same time: one request's worth for each.</summary>
interface IParcel
{
    /// <summary>Its number among those of an upload.</summary>
    int Number { get; }

    /// <summary>What a lane gets, at most <see cref="TransferLimits.MaxFragmentsPerRequest"/>; stays unchanged until it is sent.</summary>
    IReadOnlyList<OutgoingFragment> FragmentsFor(int lane);
}

/// <summary>Brings parcels to their lanes. A provider that fails or lags is replaced by a spare, which then lacks what it had stored.</summary>
/// <param name="lanes">The lanes.</param>
/// <param name="options">How patient it is.</param>
/// <param name="time">The clock.</param>
/// <param name="replaced">Hears of each provider that is replaced, and why.</param>
sealed class ParcelSender(UploadLanes lanes, UploadOptions options, TimeProvider time, Action<string> replaced)
{
    long sent;

    /// <summary>Fragment bytes that providers have stored.</summary>
    public long Sent => Interlocked.Read(ref sent);

    /// <summary>Sends a parcel to every lane that lacks it.</summary>
    /// <returns>Null, or why it cannot be done.</returns>
    public async Task<UploadRefusal?> SendAsync(IParcel parcel, CancellationToken cancellationToken)
    {
        var lacking = lanes.Lacking(parcel.Number);
        using var pace = new SegmentPace(lacking.Count, options.SlowAfter, time);
        var refusals = await Task.WhenAll(lacking.Select(lane => SendAsync(lane, parcel, pace, cancellationToken)));
        return refusals.OfType<UploadRefusal>().FirstOrDefault();
    }

    async Task<UploadRefusal?> SendAsync(UploadLane lane, IParcel parcel, SegmentPace pace, CancellationToken cancellationToken)
    {
        var mayBeSlow = false;
        var outage = new Outage(options.OutagePatience, time);
        while (true)
        {
            var failure = await StoreAsync(lane, parcel, pace, mayBeSlow, cancellationToken);
            if (failure is null)
            {
                pace.OneDone();
                return null;
            }
            var (next, isNew) = lanes.Replace(lane);
            if (next is null && ReferenceEquals(failure, SegmentPace.TooSlow))
            {
                // Somebody slower took the last spare: slow is better than not at all.
                mayBeSlow = true;
                continue;
            }
            if (next is null && await outage.WaitAsync(failure, cancellationToken))
                continue;
            if (next is null)
                return UploadRefusal.Of(
                    UploadProblem.ProviderFailed,
                    $"Provider {lane.Candidate.Channel.Provider.Provider} failed ({failure}) and no other rented provider can take its place.");
            if (isNew)
                replaced($"{lane.Candidate.Channel.Provider.Provider} is replaced by {next.Candidate.Channel.Provider.Provider}: {failure}");
            lane = next;
        }
    }

    Task<ProviderFailure?> StoreAsync(
        UploadLane lane, IParcel parcel, SegmentPace pace, bool mayBeSlow, CancellationToken cancellationToken) =>
        pace.RunAsync(
            token => StoreInTurnAsync(lane, parcel, token), () => !mayBeSlow && lanes.HasSpareFor(lane.Index), lane.Retired, cancellationToken);

    async Task<ProviderFailure?> StoreInTurnAsync(UploadLane lane, IParcel parcel, CancellationToken cancellationToken)
    {
        await lane.Turns.WaitAsync(cancellationToken);
        try
        {
            var fragments = parcel.FragmentsFor(lane.Index);
            var failure = await StoreOnceAsync(lane.Candidate.Channel, fragments, cancellationToken);
            if (failure is null)
            {
                lane.Stored[parcel.Number] = true;
                Interlocked.Add(ref sent, fragments.Sum(fragment => (long)fragment.Bytes.Length));
            }
            return failure;
        }
        finally
        {
            lane.Turns.Release();
        }
    }

    static async Task<ProviderFailure?> StoreOnceAsync(
        IAgreementChannel channel, IReadOnlyList<OutgoingFragment> fragments, CancellationToken cancellationToken)
    {
        ProviderFailure? failure = null;
        // Storing the same fragment twice is harmless, so that a broken connection is tried once more.
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var answer = await channel.StoreAsync(fragments, cancellationToken);
            if (answer.TryGet(out var results, out failure))
                return FindRefusal(fragments, results);
            if (failure.Kind != FailureKind.Unreachable && failure.Code is not (RefusalCode.Busy or RefusalCode.Unauthorized))
                return failure;
        }
        return failure;
    }

    /// <summary>Null when every fragment was stored.</summary>
    static ProviderFailure? FindRefusal(IReadOnlyList<OutgoingFragment> fragments, FragmentResultsMessage results)
    {
        if (!results.Results.Select(result => result.Root).SequenceEqual(fragments.Select(fragment => fragment.Root)))
            return new ProviderFailure(FailureKind.Refused, "The fragment was not stored.", RefusalCodes.Parse(null));
        var refused = results.Results.FirstOrDefault(result => result.Result != RefusalCodes.Stored);
        return refused is null ? null : new ProviderFailure(FailureKind.Refused, "The fragment was not stored.", RefusalCodes.Parse(refused.Result));
    }
}
