using Marketplace.Chain.Contracts;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Chain.Parameters;

/// <summary>The market's adjustable numbers, with the bounds that the contract keeps them in.</summary>
public sealed record MarketParameters
{
    /// <summary>Billing cycles that an agreement may run for, whatever its offer says (PaymentMath.MAX_CYCLES).</summary>
    public const ulong MostCycles = 256;

    /// <summary>Draws that a provider answers in each proof; 1 to 64.</summary>
    public uint ChallengesPerEpoch { get; init; } = 8;

    /// <summary>How long after the sealing proofs are taken; whole seconds, 1 s to half an epoch.</summary>
    public TimeSpan ProofWindow { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Stake that each reserved GiB needs.</summary>
    public required TokenAmount StakePerGiB { get; init; }

    /// <summary>Hundredths of a percent of the required stake that each unforgiven miss costs; 0 to 2,000.</summary>
    public ushort MissSlashBps { get; init; } = 500;

    /// <summary>A miss with no other in this many epochs before it is forgiven; 0 to 365.</summary>
    public ulong MissGraceEpochs { get; init; } = 30;

    /// <summary>Epochs between asking stake back and receiving it; 1 to 365.</summary>
    public ulong UnbondingEpochs { get; init; } = 30;

    /// <summary>Epochs paid together; 1 to 256.</summary>
    public ulong BillingCycle { get; init; } = 30;

    /// <summary>Epochs after an agreement's end in which cycles can still be collected; 1 to 365.</summary>
    public ulong SettlementGrace { get; init; } = 30;

    /// <summary>Epochs that stay payable after a consumer ends an agreement early; 0 to 90.</summary>
    public ulong TerminationNotice { get; init; } = 7;

    /// <summary>Hundredths of a percent of each payout that go to the treasury; 0 to 1,000.</summary>
    public ushort ProtocolFeeBps { get; init; } = 200;

    /// <summary>Hundredths of a percent of each slash that go to the provider's consumers, the rest to the treasury; 0 to 9,000.</summary>
    public ushort CompensationBps { get; init; } = 5_000;

    /// <summary>From the demand of an audit to the last second of its answer; whole seconds, 1 s to 30 days.</summary>
    public TimeSpan AuditWindow { get; init; } = TimeSpan.FromDays(1);

    /// <summary>What an auditor puts up; 0 to 2^96 - 1 base units.</summary>
    public TokenAmount AuditBond { get; init; } = TokenAmount.FromTokens(5);

    /// <summary>Hundredths of a percent of the stake required for the agreement's space that a failed audit costs; 0 to 10,000.</summary>
    public ushort AuditSlashBps { get; init; } = 5_000;

    /// <summary>Hundredths of a percent of the stake required for the lost space that a declared loss costs; 0 to 2,000.</summary>
    public ushort LossSlashBps { get; init; } = 500;

    /// <summary>
    /// Hundredths of a percent: a provider's own part of its stake, below which nobody can delegate to it; 0 to 10,000.
    /// </summary>
    public ushort MinSelfStakeBps { get; init; } = 1_000;

    /// <summary>Epochs from a provider's announcement of another commission until it counts; 1 to 365.</summary>
    public uint CommissionNotice { get; init; } = 14;

    /// <summary>Receives protocol fees and slashed stake; not zero.</summary>
    public required Address Treasury { get; init; }

    /// <summary>Epochs that no agreement runs for longer than, whatever its offer says.</summary>
    public ulong LongestTerm => BillingCycle * MostCycles;

    internal static MarketParameters FromAbi(Values values) => new()
    {
        ChallengesPerEpoch = values.ChallengesPerEpoch,
        ProofWindow = TimeSpan.FromSeconds(values.ProofWindow),
        StakePerGiB = values.StakePerGiB.ToToken(),
        MissSlashBps = values.MissSlashBps,
        MissGraceEpochs = values.MissGraceEpochs,
        UnbondingEpochs = values.UnbondingEpochs,
        BillingCycle = values.BillingCycle,
        SettlementGrace = values.SettlementGrace,
        TerminationNotice = values.TerminationNotice,
        ProtocolFeeBps = values.ProtocolFeeBps,
        CompensationBps = values.CompensationBps,
        AuditWindow = TimeSpan.FromSeconds(values.AuditWindow),
        AuditBond = values.AuditBond.ToToken(),
        AuditSlashBps = values.AuditSlashBps,
        LossSlashBps = values.LossSlashBps,
        MinSelfStakeBps = values.MinSelfStakeBps,
        CommissionNotice = values.CommissionNotice,
        Treasury = values.Treasury,
    };

    internal Values ToAbi() => new(
        ChallengesPerEpoch, (ulong)ProofWindow.TotalSeconds, StakePerGiB.ToUInt256(), MissSlashBps, MissGraceEpochs, UnbondingEpochs,
        BillingCycle, SettlementGrace, TerminationNotice, ProtocolFeeBps, CompensationBps, (ulong)AuditWindow.TotalSeconds,
        AuditBond.ToUInt256(), AuditSlashBps, LossSlashBps, MinSelfStakeBps, CommissionNotice, Treasury);
}
