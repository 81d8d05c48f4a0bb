using Marketplace.Chain;
using Marketplace.Client.Renting;
using Marketplace.Client.Transport;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Providers;

/// <summary>Asks a provider's node how it is. What it says is checked against the registry: it holds the registered TLS key, or it did not answer.</summary>
/// <param name="Provider">The owner's address.</param>
public sealed record AskNode(Address Provider) : IRequest<NodeAnswer>;

/// <summary>How a node answered.</summary>
public abstract record NodeAnswer
{
    NodeAnswer()
    {
    }

    /// <summary>It is there.</summary>
    /// <param name="FreeBytes">What it says that it could still store.</param>
    /// <param name="Version">Of its software, as it says.</param>
    /// <param name="Latency">From the question to the answer.</param>
    public sealed record There(ulong FreeBytes, string Version, TimeSpan Latency) : NodeAnswer;

    /// <summary>It does not answer as it should.</summary>
    /// <param name="Trouble">Why, in one sentence.</param>
    public sealed record Away(string Trouble) : NodeAnswer;
}

/// <inheritdoc cref="AskNode"/>
public sealed class AskNodeHandler(Market market, IProviderTransport transport) : IRequestHandler<AskNode, NodeAnswer>
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public async Task<NodeAnswer> Handle(AskNode request, CancellationToken cancellationToken)
    {
        if (await new ChainMarketView(market).FindProviderAsync(request.Provider, cancellationToken) is not { } profile)
            return new NodeAnswer.Away("The address that it registered is none that consumers can connect to.");
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        try
        {
            var answer = await transport.ProbeAsync(profile.Endpoint, deadline.Token);
            return answer.TryGet(out var probe, out var failure)
                ? new NodeAnswer.There(probe.Status.FreeBytes, probe.Status.Version, probe.Latency)
                : new NodeAnswer.Away(failure.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new NodeAnswer.Away($"The node at {profile.Endpoint.Url.Authority} did not answer in time.");
        }
    }
}
