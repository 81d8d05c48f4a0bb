using System.Globalization;
using Marketplace.Application.Governance;
using Marketplace.Chain.Parameters;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Web.Govern;

/// <summary>A proposal that is being written, as the page's address says it.</summary>
/// <param name="Values">By the name of a number, what somebody wrote for it.</param>
/// <param name="Title">In a few words.</param>
/// <param name="Reason">Why; as long as still fits into an address in any script.</param>
public sealed record ProposalDraft(IReadOnlyDictionary<string, string> Values, string Title, string Reason)
{
    /// <summary>Keys of the address.</summary>
    public const string SetKey = "set", TitleKey = "title", ReasonKey = "why", StepKey = "step";

    /// <summary>Characters.</summary>
    public const int LongestTitle = 100, LongestReason = 600, LongestValue = 60;

    /// <summary>From an address; what makes no sense there is left out.</summary>
    /// <param name="set">Each as NAME=VALUE.</param>
    /// <param name="title">Null for none.</param>
    /// <param name="reason">Null for none.</param>
    public static ProposalDraft Of(IReadOnlyList<string>? set, string? title, string? reason) => new(
        (set ?? []).Select(text => text.Split('=', 2)).Where(parts => parts is [{ Length: > 0 }, { Length: > 0 and <= LongestValue }])
            .DistinctBy(parts => parts[0], StringComparer.Ordinal).ToDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal),
        Cut(title, LongestTitle), Cut(reason, LongestReason));

    /// <summary>With what somebody wrote for a number, to the letter: more may come. Nothing leaves it as it is.</summary>
    public ProposalDraft With(string name, string? text)
    {
        var values = Values.Where(pair => pair.Key != name).ToDictionary(StringComparer.Ordinal);
        if (Cut(text, LongestValue) is { Length: > 0 } value)
            values.Add(name, value);
        return this with { Values = values };
    }

    /// <summary>With a title; longer ones are cut.</summary>
    public ProposalDraft WithTitle(string? text) => this with { Title = Cut(text, LongestTitle) };

    /// <summary>With a reason; longer ones are cut.</summary>
    public ProposalDraft WithReason(string? text) => this with { Reason = Cut(text, LongestReason) };

    /// <summary>Whether it says what it is and why.</summary>
    public bool HasWords => Title.Trim().Length > 0 && Reason.Trim().Length > 0;

    /// <summary>For the voters.</summary>
    public ProposalWords Words => new(Title.Trim(), Reason.Trim());

    /// <summary>The numbers as they would be, and what is wrong with what was written, by name.</summary>
    public (MarketParameters Wanted, IReadOnlyDictionary<string, string> Problems) Read(MarketParameters now, ParameterLimits limits)
    {
        var (wanted, problems) = (now, new Dictionary<string, string>(StringComparer.Ordinal));
        foreach (var (name, text) in Values.Where(pair => !string.IsNullOrWhiteSpace(pair.Value)))
        {
            switch (ParameterTable.Read(wanted, name, text, limits))
            {
                case ParameterReading.Taken(var taken):
                    wanted = taken;
                    break;
                case ParameterReading.Refused(var problem):
                    problems.Add(name, problem);
                    break;
            }
        }
        return (wanted, problems);
    }

    /// <summary>As the query of an address.</summary>
    public string ToQuery(int step = 1)
    {
        var query = Values.OrderBy(pair => pair.Key, StringComparer.Ordinal).Aggregate(default(QueryString), (sum, pair) => sum.Add(SetKey, $"{pair.Key}={pair.Value}"));
        if (Title.Length > 0)
            query = query.Add(TitleKey, Title);
        if (Reason.Length > 0)
            query = query.Add(ReasonKey, Reason);
        return (step > 1 ? query.Add(StepKey, step.ToString(CultureInfo.InvariantCulture)) : query).ToString();
    }

    /// <summary>Browsers send line ends as two characters.</summary>
    static string Cut(string? text, int longest) => (text ?? "").ReplaceLineEndings("\n") is var lines && lines.Length > longest ? lines[..longest] : lines;
}
