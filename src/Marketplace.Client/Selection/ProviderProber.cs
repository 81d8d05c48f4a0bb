using Marketplace.Client.Transport;

namespace Marketplace.Client.Selection;

/// <summary>Asks many providers at once whether they are there and how fast they answer.</summary>
/// <param name="transport">The calls.</param>
public sealed class ProviderProber(IProviderTransport transport)
{
    const int AtOnce = 32;

    /// <summary>Probes the provider of each offer; those that do not answer rightly in time are left out.</summary>
    public async Task<IReadOnlyList<ProbedOffer>> ProbeAsync(
        IReadOnlyCollection<ProviderOffer> offers, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var limit = new SemaphoreSlim(AtOnce);
        var probed = await Task.WhenAll(offers.Select(async offer =>
        {
            await limit.WaitAsync(cancellationToken);
            try
            {
                return await ProbeOneAsync(offer, patience, cancellationToken);
            }
            finally
            {
                limit.Release();
            }
        }));
        return [.. probed.OfType<ProbedOffer>()];
    }

    async Task<ProbedOffer?> ProbeOneAsync(ProviderOffer offer, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(patience);
        try
        {
            var answer = await transport.ProbeAsync(offer.Endpoint, deadline.Token);
            return answer.TryGet(out var probe, out _) ? new ProbedOffer(offer, probe.Latency, probe.Address) : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
