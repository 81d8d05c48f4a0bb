using Marketplace.Chain.Registry;
using Marketplace.Client.Transport;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Providers;

/// <summary>Compares what is to be registered of a node with the node itself, before anything is signed.</summary>
/// <param name="Provider">The owner's address.</param>
/// <param name="Wanted">What is to be registered; its address is one that consumers can connect to.</param>
public sealed record CheckNode(Address Provider, ProviderParticulars Wanted) : IRequest<NodeCheck>;

/// <summary>Whether a node is the one that is to be registered.</summary>
public abstract record NodeCheck
{
    NodeCheck()
    {
    }

    /// <summary>It is.</summary>
    public sealed record Fits : NodeCheck;

    /// <summary>It is another, or has other keys: consumers would refuse it.</summary>
    /// <param name="Trouble">What differs, in one sentence.</param>
    public sealed record Differs(string Trouble) : NodeCheck;

    /// <summary>It does not answer, so nothing is known.</summary>
    /// <param name="Trouble">Why, in one sentence.</param>
    public sealed record Silent(string Trouble) : NodeCheck;
}

/// <inheritdoc cref="CheckNode"/>
public sealed class CheckNodeHandler(IProviderTransport transport) : IRequestHandler<CheckNode, NodeCheck>
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public async Task<NodeCheck> Handle(CheckNode request, CancellationToken cancellationToken)
    {
        var wanted = request.Wanted;
        if (ProviderEndpoint.TryCreate(request.Provider, wanted.Operator, wanted.Endpoint, wanted.TlsKeyHash) is not { } endpoint)
            return new NodeCheck.Differs("The address is none that consumers can connect to.");
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        try
        {
            var answer = await transport.ProbeAsync(endpoint, deadline.Token);
            return answer.TryGet(out var probe, out var failure) ? Compare(probe.Status.Operator, wanted.Operator) : ToCheck(failure);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new NodeCheck.Silent($"The node at {endpoint.Url.Authority} did not answer in time.");
        }
    }

    static NodeCheck Compare(Address actual, Address wanted) => actual == wanted ? new NodeCheck.Fits()
        : new NodeCheck.Differs($"The node signs with the account {actual}, not with {wanted}.");

    static NodeCheck ToCheck(ProviderFailure failure) => failure.Kind switch
    {
        FailureKind.WrongKey => new NodeCheck.Differs("The node has another TLS key than the one whose hash is given."),
        FailureKind.Lied => new NodeCheck.Differs(failure.Message),
        _ => new NodeCheck.Silent(failure.Message),
    };
}
