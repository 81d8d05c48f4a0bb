using Marketplace.Chain;
using Marketplace.Chain.Deployments;
using Marketplace.Chain.Parameters;
using Marketplace.Core.Primitives;
using MediatR;

namespace Marketplace.Application.Deployments;

/// <summary>Reads a deployment back from its chain and compares every wire.</summary>
public sealed record VerifyDeployment : IRequest<DeploymentReport>;

/// <summary>What came of it.</summary>
/// <param name="Deployment">What was compared.</param>
/// <param name="Checks">Every question, in the order of the deployment.</param>
/// <param name="Parameters">The numbers that govern the market now; null where something is wrong.</param>
/// <param name="Now">The epoch; null where something is wrong.</param>
public sealed record DeploymentReport(Deployment Deployment, IReadOnlyList<DeploymentCheck> Checks, MarketParameters? Parameters, Epoch? Now)
{
    /// <summary>Whether everything agrees.</summary>
    public bool IsRight => Checks.All(check => check.IsRight);
}

/// <inheritdoc cref="VerifyDeployment"/>
public sealed class VerifyDeploymentHandler(Market market) : IRequestHandler<VerifyDeployment, DeploymentReport>
{
    /// <inheritdoc/>
    public async Task<DeploymentReport> Handle(VerifyDeployment request, CancellationToken cancellationToken)
    {
        var checks = await DeploymentVerifier.CheckAsync(market.Client, market.Deployment, cancellationToken);
        var report = new DeploymentReport(market.Deployment, checks, null, null);
        return !report.IsRight ? report : report with
        {
            Parameters = await market.Parameters.GetAsync(cancellationToken: cancellationToken),
            Now = await market.Parameters.GetCurrentEpochAsync(cancellationToken: cancellationToken),
        };
    }
}
