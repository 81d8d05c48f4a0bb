using Marketplace.Chain;
using Marketplace.Core.Primitives;
using MediatR;

namespace Marketplace.Application.Governance;

/// <summary>Asks for what bounds this market's numbers, whatever is voted.</summary>
public sealed record ReadParameterLimits : IRequest<ParameterLimits>;

/// <summary>What bounds a market's numbers: fixed when it was deployed.</summary>
/// <param name="EpochLength">Of which its windows are parts.</param>
/// <param name="StakePerGiB">The highest that it can be.</param>
/// <param name="AuditBond">The highest that it can be.</param>
public sealed record ParameterLimits(TimeSpan EpochLength, TokenAmount StakePerGiB, TokenAmount AuditBond);

/// <summary>One of the market's numbers, as somebody sees it who would change it.</summary>
/// <param name="Name">As <see cref="Chain.Parameters.MarketParameters"/> has it.</param>
/// <param name="Meaning">What it is, in a few words.</param>
/// <param name="Now">Its value, with its unit.</param>
/// <param name="Allowed">What it may be: "1 to 64".</param>
public sealed record ParameterField(string Name, string Meaning, string Now, string Allowed);

/// <inheritdoc cref="ReadParameterLimits"/>
public sealed class ReadParameterLimitsHandler(Market market) : IRequestHandler<ReadParameterLimits, ParameterLimits>
{
    /// <inheritdoc/>
    public async Task<ParameterLimits> Handle(ReadParameterLimits request, CancellationToken cancellationToken)
    {
        var (stakePerGiB, auditBond) = await market.Parameters.GetCeilingsAsync(cancellationToken: cancellationToken);
        return new ParameterLimits(market.Clock.EpochLength, stakePerGiB, auditBond);
    }
}
