using Marketplace.Chain.Contracts;
using Marketplace.Chain.Parameters;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Chain.Deployments;

/// <summary>A market to be deployed.</summary>
public sealed record MarketPlan
{
    /// <summary>Receives all tokens.</summary>
    public required Address TokenHolder { get; init; }

    /// <summary>All tokens there will ever be.</summary>
    public required TokenAmount Supply { get; init; }

    /// <summary>May change the parameters, as the deployer on a development chain; null for the timelock.</summary>
    public required Address? Owner { get; init; }

    /// <summary>Governor and timelock; null for none, and then an owner and a treasury are named.</summary>
    public GovernancePlan? Governance { get; init; }

    /// <summary>May stop new agreements for a bounded time; zero for nobody.</summary>
    public Address Guardian { get; init; } = Address.Zero;

    /// <summary>Start of epoch 0, in whole seconds; not after the deployment's own blocks if the market is to be used at once.</summary>
    public required DateTimeOffset Genesis { get; init; }

    /// <summary>Whole seconds; never changes.</summary>
    public required TimeSpan EpochLength { get; init; }

    /// <summary>What no vote raises the amounts above.</summary>
    public ParameterCeilings Ceilings { get; init; } = new(TokenAmount.FromTokens(100), TokenAmount.FromTokens(10_000));

    /// <summary>The numbers to begin with; a treasury of zero stands for the timelock.</summary>
    public required MarketParameters Parameters { get; init; }

    /// <summary>Blocks between the opening of an epoch and the block that gives its seed.</summary>
    public ulong AnchorDelay { get; init; } = 2;
}

/// <summary>The highest that two amounts can ever be set to; each 1 to 2^96 - 1 base units, fixed at the deployment.</summary>
/// <param name="StakePerGiB">Of the stake that each reserved GiB needs.</param>
/// <param name="AuditBond">Of what an auditor puts up.</param>
public sealed record ParameterCeilings(TokenAmount StakePerGiB, TokenAmount AuditBond)
{
    internal Ceilings ToAbi() => new(StakePerGiB.ToUInt256(), AuditBond.ToUInt256());
}

/// <summary>How the token's holders decide; times in whole seconds, within the bounds of the contracts.</summary>
public sealed record GovernancePlan
{
    /// <summary>From a proposal to the beginning of the vote, and the least that it can ever be set to.</summary>
    public required (TimeSpan Value, TimeSpan Floor) VotingDelay { get; init; }

    /// <summary>How long is voted, and the least that it can ever be set to.</summary>
    public required (TimeSpan Value, TimeSpan Floor) VotingPeriod { get; init; }

    /// <summary>How long is voted at least after the quorum was reached, and the least that it can ever be set to.</summary>
    public required (TimeSpan Value, TimeSpan Floor) LateQuorumExtension { get; init; }

    /// <summary>What a decision waits in the timelock, and the least that it can ever be set to.</summary>
    public required (TimeSpan Value, TimeSpan Floor) TimelockDelay { get; init; }

    /// <summary>Votes that a proposal needs.</summary>
    public required TokenAmount ProposalThreshold { get; init; }

    /// <summary>Share of the supply that has to vote for or abstain, in percent.</summary>
    public required byte QuorumPercent { get; init; }

    internal Settings Settings => new(
        Seconds(VotingDelay.Value), (uint)Seconds(VotingPeriod.Value), ProposalThreshold.ToUInt256(), QuorumPercent,
        Seconds(LateQuorumExtension.Value));

    internal Floors Floors =>
        new(Seconds(VotingDelay.Floor), (uint)Seconds(VotingPeriod.Floor), Seconds(LateQuorumExtension.Floor));

    internal static ulong Seconds(TimeSpan time) => (ulong)time.TotalSeconds;
}
