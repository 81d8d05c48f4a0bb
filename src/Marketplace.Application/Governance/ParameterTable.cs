using Marketplace.Chain.Parameters;
using Marketplace.Core.Primitives;

namespace Marketplace.Application.Governance;

/// <summary>The market's numbers by name, each with its meaning, its value in words, and the bounds that no vote can leave.</summary>
public static class ParameterTable
{
    /// <summary>Of the contract, which has the last word.</summary>
    const int ProofWindowsInAnEpoch = 96, AuditWindowsInAnEpoch = 4;

    static readonly IReadOnlyList<IParameterRow> Rows =
    [
        Count(nameof(MarketParameters.ChallengesPerEpoch), "leaves that a provider has to show in each epoch", p => p.ChallengesPerEpoch, (p, value) => p with { ChallengesPerEpoch = (uint)value }, 1, 64),
        Time(nameof(MarketParameters.ProofWindow), "time for a proof once its epoch's seed is known", p => p.ProofWindow, (p, value) => p with { ProofWindow = value },
            limits => (Part(limits, ProofWindowsInAnEpoch), limits.EpochLength / 2)),
        Tokens(nameof(MarketParameters.StakePerGiB), "stake that a provider needs for each GiB that is rented", p => p.StakePerGiB, (p, value) => p with { StakePerGiB = value }, limits => limits.StakePerGiB),
        Share(nameof(MarketParameters.MissSlashBps), "stake that a missed epoch costs", p => p.MissSlashBps, (p, value) => p with { MissSlashBps = value }, 2_000),
        Count(nameof(MarketParameters.MissGraceEpochs), "epochs without another after which one miss is forgiven", p => p.MissGraceEpochs, (p, value) => p with { MissGraceEpochs = value }, 0, 365),
        Count(nameof(MarketParameters.UnbondingEpochs), "epochs that stake waits when it is asked back", p => p.UnbondingEpochs, (p, value) => p with { UnbondingEpochs = value }, 1, 365),
        Count(nameof(MarketParameters.BillingCycle), "epochs that are paid together", p => p.BillingCycle, (p, value) => p with { BillingCycle = value }, 1, 256),
        Count(nameof(MarketParameters.SettlementGrace), "epochs in which a provider can collect for a cycle that is over", p => p.SettlementGrace, (p, value) => p with { SettlementGrace = value }, 1, 365),
        Count(nameof(MarketParameters.TerminationNotice), "epochs that stay payable when a consumer ends an agreement early", p => p.TerminationNotice, (p, value) => p with { TerminationNotice = value }, 0, 90),
        Share(nameof(MarketParameters.ProtocolFeeBps), "part of each payment that the treasury gets", p => p.ProtocolFeeBps, (p, value) => p with { ProtocolFeeBps = value }, 1_000),
        Share(nameof(MarketParameters.CompensationBps), "part of a slash that the consumers get", p => p.CompensationBps, (p, value) => p with { CompensationBps = value }, 9_000),
        Time(nameof(MarketParameters.AuditWindow), "time to answer an audit", p => p.AuditWindow, (p, value) => p with { AuditWindow = value }, limits => (Part(limits, AuditWindowsInAnEpoch), TimeSpan.FromDays(30))),
        Tokens(nameof(MarketParameters.AuditBond), "bond that an auditor puts up", p => p.AuditBond, (p, value) => p with { AuditBond = value }, limits => limits.AuditBond),
        Share(nameof(MarketParameters.AuditSlashBps), "stake that a failed audit costs", p => p.AuditSlashBps, (p, value) => p with { AuditSlashBps = value }, 10_000),
        Share(nameof(MarketParameters.LossSlashBps), "stake that a loss costs that the provider declares itself", p => p.LossSlashBps, (p, value) => p with { LossSlashBps = value }, 2_000),
        Share(nameof(MarketParameters.MinSelfStakeBps), "a provider's own part of its stake, at least", p => p.MinSelfStakeBps, (p, value) => p with { MinSelfStakeBps = value }, 10_000),
        Count(nameof(MarketParameters.CommissionNotice), "epochs' notice of another commission", p => p.CommissionNotice, (p, value) => p with { CommissionNotice = (uint)value }, 1, 365),
        new ParameterRow<Ethereum.Primitives.Address>(nameof(MarketParameters.Treasury), "receives fees and slashed stake", ParameterKinds.Account, p => p.Treasury, (p, value) => p with { Treasury = value }, Bounds: null),
    ];

    /// <summary>The numbers that differ, in the order of <see cref="MarketParameters"/>.</summary>
    public static IReadOnlyList<ParameterChange> Compare(MarketParameters old, MarketParameters wanted) =>
        [.. Pair(old, wanted).Where(change => change.Old != change.New)];

    /// <summary>All numbers as they are: old and new alike.</summary>
    public static IReadOnlyList<ParameterChange> Describe(MarketParameters parameters) =>
        [.. Pair(parameters, parameters)];

    /// <summary>All numbers as they are, with what they may be.</summary>
    public static IReadOnlyList<ParameterField> ListFields(MarketParameters parameters, ParameterLimits limits) =>
        [.. Rows.Select(row => new ParameterField(row.Name, row.Meaning, row.Say(parameters), row.SayAllowed(limits)))];

    /// <summary>Sets one number to what somebody wrote: 8, 1.5%, 2h, an account. Null for a name that no number has.</summary>
    /// <param name="parameters">All as they are otherwise.</param>
    /// <param name="name">As <see cref="MarketParameters"/> has it, in any case.</param>
    /// <param name="text">With or without its unit; a time only with it.</param>
    /// <param name="limits">What it may be.</param>
    public static ParameterReading? Read(MarketParameters parameters, string name, string text, ParameterLimits limits) =>
        Rows.FirstOrDefault(row => string.Equals(row.Name, name, StringComparison.OrdinalIgnoreCase))?.Read(parameters, text, limits);

    internal static string Tokens(TokenAmount amount) => ParameterKinds.Tokens.Say(amount);

    internal static string Time(TimeSpan time) => ParameterKinds.Time.Say(time);

    static IEnumerable<ParameterChange> Pair(MarketParameters old, MarketParameters wanted) =>
        Rows.Select(row => new ParameterChange(row.Name, row.Meaning, row.Say(old), row.Say(wanted)));

    static ParameterRow<ulong> Count(string name, string meaning, Func<MarketParameters, ulong> get, Func<MarketParameters, ulong, MarketParameters> with, ulong least, ulong most) =>
        new(name, meaning, ParameterKinds.Count, get, with, _ => (least, most));

    static ParameterRow<ushort> Share(string name, string meaning, Func<MarketParameters, ushort> get, Func<MarketParameters, ushort, MarketParameters> with, ushort most) =>
        new(name, meaning, ParameterKinds.Share, get, with, _ => ((ushort)0, most));

    static ParameterRow<TimeSpan> Time(
        string name, string meaning, Func<MarketParameters, TimeSpan> get, Func<MarketParameters, TimeSpan, MarketParameters> with, Func<ParameterLimits, (TimeSpan, TimeSpan)> bounds) =>
        new(name, meaning, ParameterKinds.Time, get, with, bounds);

    static ParameterRow<TokenAmount> Tokens(
        string name, string meaning, Func<MarketParameters, TokenAmount> get, Func<MarketParameters, TokenAmount, MarketParameters> with, Func<ParameterLimits, TokenAmount> most) =>
        new(name, meaning, ParameterKinds.Tokens, get, with, limits => (TokenAmount.Zero, most(limits)));

    /// <summary>Whole seconds, at least one.</summary>
    static TimeSpan Part(ParameterLimits limits, int count) => TimeSpan.FromSeconds(Math.Max(1, (long)limits.EpochLength.TotalSeconds / count));
}
