using Marketplace.Client.Transport;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Client.Downloads;

/// <summary>
/// Who holds each fragment index of an object, and how well they have answered. Somebody who failed is asked again only when there is
/// nobody better.
/// Safe for several tasks.
/// </summary>
sealed class DownloadSources
{
    readonly Lock gate = new();
    readonly IAgreementChannel?[] channels;
    readonly int[] failures;
    readonly Dictionary<Address, ProviderReport> reports = [];

    /// <param name="channels">By fragment index; null where the provider is not known any more.</param>
    public DownloadSources(IReadOnlyList<IAgreementChannel?> channels)
    {
        this.channels = [.. channels];
        failures = new int[channels.Count];
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

    public bool HasFailed(int index)
    {
        lock (gate)
            return channels[index] is null || failures[index] > 0;
    }

    /// <summary>All indices that can be asked: those wanted first, then data before parity, but whoever failed after everybody who has
    /// not.</summary>
    public List<int> Order(int firstWanted, int wanted)
    {
        lock (gate)
            return [.. Enumerable.Range(0, channels.Length).Where(index => channels[index] is not null)
                .OrderBy(index => failures[index]).ThenBy(
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
