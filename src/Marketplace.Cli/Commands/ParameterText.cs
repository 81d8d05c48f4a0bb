using Marketplace.Application.Governance;
using Marketplace.Chain.Parameters;
using Marketplace.Cli.Terminal;

namespace Marketplace.Cli.Commands;

/// <summary>The market's numbers as people write them: <c>AuditBond=8</c>, <c>ProtocolFeeBps=1.5%</c>, <c>AuditWindow=2h</c>.</summary>
internal static class ParameterText
{
    /// <exception cref="CommandRefusal">option-invalid: an unknown name, one given twice, a value that is none, or one out of bounds.</exception>
    public static MarketParameters Apply(MarketParameters parameters, ParameterLimits limits, IReadOnlyList<string> assignments)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var assignment in assignments)
        {
            var parts = assignment.Split('=', 2);
            var reading = parts.Length == 2 ? ParameterTable.Read(parameters, parts[0], parts[1], limits) : null;
            if (reading is null)
                throw Invalid($"'{Printable.Escape(assignment, 60)}' is no NAME=VALUE of the market's: `marketplace governance parameters` lists the names.");
            if (!seen.Add(parts[0]))
                throw Invalid($"{Printable.Escape(parts[0], 40)} is given twice.");
            parameters = reading is ParameterReading.Taken(var taken) ? taken
                : throw Invalid($"{parts[0]} cannot be '{Printable.Escape(parts[1], 60)}'. {((ParameterReading.Refused)reading).Problem}");
        }
        return parameters;
    }

    static CommandRefusal Invalid(string message) => new("option-invalid", message);
}
