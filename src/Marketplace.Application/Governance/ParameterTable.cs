using System.Globalization;
using Marketplace.Chain.Parameters;
using Marketplace.Core.Primitives;

namespace Marketplace.Application.Governance;

/// <summary>The market's numbers by name, each with its meaning and its value in words.</summary>
public static class ParameterTable
{
    sealed record Row(string Name, string Meaning, Func<MarketParameters, string> Read);

    static readonly IReadOnlyList<Row> Rows =
    [
        new(nameof(MarketParameters.ChallengesPerEpoch), "leaves that a provider has to show in each epoch", p => Count(p.ChallengesPerEpoch)),
        new(nameof(MarketParameters.ProofWindow), "time for a proof once its epoch's seed is known", p => Time(p.ProofWindow)),
        new(nameof(MarketParameters.StakePerGiB), "stake that a provider needs for each GiB that is rented", p => Tokens(p.StakePerGiB)),
        new(nameof(MarketParameters.MissSlashBps), "stake that a missed epoch costs", p => Share(p.MissSlashBps)),
        new(nameof(MarketParameters.MissGraceEpochs), "epochs without another after which one miss is forgiven", p => Count(p.MissGraceEpochs)),
        new(nameof(MarketParameters.UnbondingEpochs), "epochs that stake waits when it is asked back", p => Count(p.UnbondingEpochs)),
        new(nameof(MarketParameters.BillingCycle), "epochs that are paid together", p => Count(p.BillingCycle)),
        new(nameof(MarketParameters.SettlementGrace), "epochs in which a provider can collect for a cycle that is over", p => Count(p.SettlementGrace)),
        new(nameof(MarketParameters.TerminationNotice), "epochs that stay payable when a consumer ends an agreement early", p => Count(p.TerminationNotice)),
        new(nameof(MarketParameters.ProtocolFeeBps), "part of each payment that the treasury gets", p => Share(p.ProtocolFeeBps)),
        new(nameof(MarketParameters.CompensationBps), "part of a slash that the consumers get", p => Share(p.CompensationBps)),
        new(nameof(MarketParameters.AuditWindow), "time to answer an audit", p => Time(p.AuditWindow)),
        new(nameof(MarketParameters.AuditBond), "bond that an auditor puts up", p => Tokens(p.AuditBond)),
        new(nameof(MarketParameters.AuditSlashBps), "stake that a failed audit costs", p => Share(p.AuditSlashBps)),
        new(nameof(MarketParameters.LossSlashBps), "stake that a loss costs that the provider declares itself", p => Share(p.LossSlashBps)),
        new(nameof(MarketParameters.MinSelfStakeBps), "a provider's own part of its stake, at least", p => Share(p.MinSelfStakeBps)),
        new(nameof(MarketParameters.CommissionNotice), "epochs' notice of another commission", p => Count(p.CommissionNotice)),
        new(nameof(MarketParameters.Treasury), "receives fees and slashed stake", p => p.Treasury.ToString()),
    ];

    /// <summary>The numbers that differ, in the order of <see cref="MarketParameters"/>.</summary>
    public static IReadOnlyList<ParameterChange> Compare(MarketParameters old, MarketParameters wanted) =>
        [.. Pair(old, wanted).Where(change => change.Old != change.New)];

    /// <summary>All numbers as they are: old and new alike.</summary>
    public static IReadOnlyList<ParameterChange> Describe(MarketParameters parameters) =>
        [.. Pair(parameters, parameters)];

    static IEnumerable<ParameterChange> Pair(MarketParameters old, MarketParameters wanted) =>
        Rows.Select(row => new ParameterChange(row.Name, row.Meaning, row.Read(old), row.Read(wanted)));

    internal static string Tokens(TokenAmount amount) => $"{amount.ToTokens()} SPACE";

    internal static string Time(TimeSpan time) => time switch
    {
        { TotalDays: >= 1 } when time.Ticks % TimeSpan.TicksPerDay == 0 => Plural(time.TotalDays, "day"),
        { TotalHours: >= 1 } when time.Ticks % TimeSpan.TicksPerHour == 0 => Plural(time.TotalHours, "hour"),
        { TotalMinutes: >= 1 } when time.Ticks % TimeSpan.TicksPerMinute == 0 => Plural(time.TotalMinutes, "minute"),
        _ => Plural(time.TotalSeconds, "second"),
    };

    static string Share(ushort hundredthsOfPercent) => string.Create(CultureInfo.InvariantCulture, $"{hundredthsOfPercent / 100m} %");

    static string Count(ulong number) => number.ToString(CultureInfo.InvariantCulture);

    static string Plural(double number, string unit) => string.Create(CultureInfo.InvariantCulture, $"{number} {unit}{(number == 1 ? "" : "s")}");
}
