using Marketplace.Client.Transport;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Client.Downloads;

/// <summary>
/// Who holds each fragment index of an object, and how well they have answered. Somebody who failed, or was late, is asked again only when
/// there is nobody better. Safe for several tasks.
/// </summary>
sealed class DownloadSources
{
    readonly Lock gate = new();
    readonly IAgreementChannel?[] channels;
    readonly int[] failures, delays;
    readonly Dictionary<Address, ProviderReport> reports = [];

    /// <param name="channels">By fragment index; null where the provider is not known any more.</param>
    public DownloadSources(IReadOnlyList<IAgreementChannel?> channels)
    {
        this.channels = [.. channels];
        failures = new int[channels.Count];
        delays = new int[channels.Count];
    }

    /// <summary>Providers that failed, each with its worst failure.</summary>
    public IReadOnlyList<ProviderReport> Reports
    {
        get
        {
            lock (gate)
                return [.. reports.Values];
        }
    }

    public IAgreementChannel? this[int index] => channels[index];

    /// <summary>Whether it failed or was late before.</summary>
    public bool IsPoor(int index)
    {
        lock (gate)
            return channels[index] is null || failures[index] > 0 || delays[index] > 0;
    }

    /// <summary>Others had answered long before it.</summary>
    public void ReportLate(int index)
    {
        lock (gate)
            delays[index]++;
    }

    /// <summary>All indices that can be asked: those wanted first, then data before parity, but whoever was late after everybody who was
    /// not, and whoever failed after those.</summary>
    public List<int> Order(int firstWanted, int wanted)
    {
        lock (gate)
            return [.. Enumerable.Range(0, channels.Length).Where(index => channels[index] is not null)
                .OrderBy(index => failures[index]).ThenBy(index => delays[index]).ThenBy(
                    index => index >= firstWanted && index < firstWanted + wanted ? 0 : 1).ThenBy(index => index)];
    }

    public void Report(int index, ProviderFailure failure)
    {
        lock (gate)
        {
            failures[index]++;
            if (channels[index] is { } channel
                && (!reports.TryGetValue(channel.Provider.Provider, out var known) || (known.Failure.Kind != FailureKind.Lied && failure.Kind == FailureKind.Lied)))
                reports[channel.Provider.Provider] = new ProviderReport(channel.Agreement, channel.Provider.Provider, failure);
        }
    }
}
