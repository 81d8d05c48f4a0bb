using System.Collections.Concurrent;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Protocol.Signatures;
using Marketplace.Protocol.Transfer;

namespace Marketplace.Client.Transport;

/// <summary>The calls over HTTPS with the TLS key pinned. Connections live as long as this does.</summary>
public sealed class HttpProviderTransport : IProviderTransport, IDisposable
{
    readonly ConcurrentDictionary<ProviderEndpoint, Lazy<PinnedConnection>> connections = new();
    readonly MarketDomain domain;
    readonly PrivateKey? dataKey;
    readonly TransportOptions options;
    readonly TimeProvider time;

    /// <param name="domain">The market.</param>
    /// <param name="dataKey">Signs sessions; not disposed here. Null for probing only.</param>
    /// <param name="options">Time-outs.</param>
    /// <param name="time">The clock.</param>
    public HttpProviderTransport(MarketDomain domain, PrivateKey? dataKey, TransportOptions options, TimeProvider time) =>
        (this.domain, this.dataKey, this.options, this.time) = (domain, dataKey, options, time);

    /// <inheritdoc/>
    public async Task<Answer<Probe>> ProbeAsync(ProviderEndpoint provider, CancellationToken cancellationToken)
    {
        var connection = Connect(provider);
        var call = new ProviderCall(connection, options, time);
        // The first answer pays for the connection; the second is the latency.
        var first = await call.GetJsonAsync(TransferRoutes.Status, null, TransferJson.Default.StatusMessage, cancellationToken);
        if (!first.TryGet(out var status, out var failure))
            return failure;
        if (status.ChainId != domain.ChainId || status.StorageAgreements != domain.StorageAgreements || status.Provider != provider.Provider)
            return ProviderFailure.Lie($"The node at {provider.Url} serves another market or provider.");
        var started = time.GetTimestamp();
        var second = await call.GetJsonAsync(TransferRoutes.Status, null, TransferJson.Default.StatusMessage, cancellationToken);
        var latency = time.GetElapsedTime(started);
        return second.Failure is { } later ? later : new Probe(status, latency, connection.RemoteAddress ?? System.Net.IPAddress.None);
    }

    /// <inheritdoc/>
    public IAgreementChannel Open(ProviderEndpoint provider, AgreementId agreement) =>
        new HttpAgreementChannel(
            provider,
            agreement,
            new ProviderCall(Connect(provider), options, time),
            new SessionSource(domain, dataKey ?? throw new InvalidOperationException("This transport has no data key."), agreement,
                provider.Provider, options, time));

    /// <summary>Closes all connections.</summary>
    public void Dispose()
    {
        foreach (var connection in connections.Values)
            if (connection.IsValueCreated)
                connection.Value.Dispose();
        connections.Clear();
    }

    PinnedConnection Connect(ProviderEndpoint provider) =>
        connections.GetOrAdd(provider, endpoint => new Lazy<PinnedConnection>(() => new PinnedConnection(endpoint, options))).Value;
}
