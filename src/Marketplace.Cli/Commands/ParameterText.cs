using System.Globalization;
using Marketplace.Chain.Parameters;
using Marketplace.Cli.Terminal;

namespace Marketplace.Cli.Commands;

/// <summary>The market's numbers as people write them: <c>AuditBond=8</c>, <c>ProtocolFeeBps=1.5%</c>, <c>AuditWindow=2h</c>. The contract checks the bounds.</summary>
internal static class ParameterText
{
    static readonly Dictionary<string, Func<MarketParameters, string, MarketParameters>> Setters = new(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(MarketParameters.ChallengesPerEpoch)] = (p, text) => p with { ChallengesPerEpoch = (uint)Count(text, uint.MaxValue) },
        [nameof(MarketParameters.ProofWindow)] = (p, text) => p with { ProofWindow = Time(text) },
        [nameof(MarketParameters.StakePerGiB)] = (p, text) => p with { StakePerGiB = TokenText.Parse(text) },
        [nameof(MarketParameters.MissSlashBps)] = (p, text) => p with { MissSlashBps = TextArguments.ParsePercent(text) },
        [nameof(MarketParameters.MissGraceEpochs)] = (p, text) => p with { MissGraceEpochs = Count(text) },
        [nameof(MarketParameters.UnbondingEpochs)] = (p, text) => p with { UnbondingEpochs = Count(text) },
        [nameof(MarketParameters.BillingCycle)] = (p, text) => p with { BillingCycle = Count(text) },
        [nameof(MarketParameters.SettlementGrace)] = (p, text) => p with { SettlementGrace = Count(text) },
        [nameof(MarketParameters.TerminationNotice)] = (p, text) => p with { TerminationNotice = Count(text) },
        [nameof(MarketParameters.ProtocolFeeBps)] = (p, text) => p with { ProtocolFeeBps = TextArguments.ParsePercent(text) },
        [nameof(MarketParameters.CompensationBps)] = (p, text) => p with { CompensationBps = TextArguments.ParsePercent(text) },
        [nameof(MarketParameters.AuditWindow)] = (p, text) => p with { AuditWindow = Time(text) },
        [nameof(MarketParameters.AuditBond)] = (p, text) => p with { AuditBond = TokenText.Parse(text) },
        [nameof(MarketParameters.AuditSlashBps)] = (p, text) => p with { AuditSlashBps = TextArguments.ParsePercent(text) },
        [nameof(MarketParameters.LossSlashBps)] = (p, text) => p with { LossSlashBps = TextArguments.ParsePercent(text) },
        [nameof(MarketParameters.MinSelfStakeBps)] = (p, text) => p with { MinSelfStakeBps = TextArguments.ParsePercent(text) },
        [nameof(MarketParameters.CommissionNotice)] = (p, text) => p with { CommissionNotice = (uint)Count(text, uint.MaxValue) },
        [nameof(MarketParameters.Treasury)] = (p, text) => p with { Treasury = TextArguments.ParseAddress(text) },
    };

    /// <exception cref="CommandRefusal">option-invalid or amount-invalid: an unknown name, one given twice, or a value that is none.</exception>
    public static MarketParameters Apply(MarketParameters parameters, IReadOnlyList<string> assignments)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var assignment in assignments)
        {
            var parts = assignment.Split('=', 2);
            if (parts.Length != 2 || !Setters.TryGetValue(parts[0], out var set))
                throw Invalid($"'{Printable.Escape(assignment, 60)}' is no NAME=VALUE of the market's: `marketplace governance parameters` lists the names.");
            if (!seen.Add(parts[0]))
                throw Invalid($"{Printable.Escape(parts[0], 40)} is given twice.");
            parameters = set(parameters, parts[1]);
        }
        return parameters;
    }

    static ulong Count(string text, ulong highest = uint.MaxValue) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= highest
            ? number : throw Invalid($"'{Printable.Escape(text, 40)}' is no number.");

    static TimeSpan Time(string text)
    {
        var (digits, unit) = text.Length > 1 ? (text[..^1], text[^1]) : ("", ' ');
        if (!uint.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            throw Invalid(Explain(text));
        return unit switch
        {
            's' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            'd' => TimeSpan.FromDays(Math.Min(number, 36_500)),
            _ => throw Invalid(Explain(text)),
        };
    }

    static string Explain(string text) => $"'{Printable.Escape(text, 40)}' is no time: write 45s, 30m, 2h or 1d.";

    static CommandRefusal Invalid(string message) => new("option-invalid", message);
}
