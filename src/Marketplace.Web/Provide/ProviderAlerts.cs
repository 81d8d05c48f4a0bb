using Marketplace.Application.Providers;
using Marketplace.Chain.Audits;
using Marketplace.Core.Primitives;
using Marketplace.Web.Formatting;

namespace Marketplace.Web.Provide;

/// <summary>What needs an owner's attention.</summary>
/// <param name="Text">In words, and what to do.</param>
/// <param name="IsGrave">Whether money is lost by waiting.</param>
/// <param name="Link">To what it tells of; null where no page of the dApp has it.</param>
public sealed record ProviderAlert(string Text, bool IsGrave, AlertLink? Link = null);

/// <summary>A way from an alert to what it tells of.</summary>
/// <param name="Address">Within the dApp.</param>
/// <param name="Words">What is there.</param>
public sealed record AlertLink(string Address, string Words);

/// <summary>Finds what needs an owner's attention.</summary>
public static class ProviderAlerts
{
    /// <summary>Agreements that end within so many epochs are told.</summary>
    const ulong SoonEpochs = 3;

    static readonly AlertLink
        WentWrong = new("/provide?part=past", "What went wrong"), Node = new("/provide#own-node", "Your node"), Stake = new("/provide#own-stake", "Your stake"),
        Requests = new("/provide#requests", "To the requests"), Kept = new("/provide?part=earnings#kept", "What you keep");

    /// <summary>The gravest first.</summary>
    /// <param name="standing">The provider's.</param>
    /// <param name="now">The newest block's time.</param>
    public static IReadOnlyList<ProviderAlert> Of(ProviderStanding standing, DateTimeOffset now) =>
        [.. Grave(standing, now).Select(alert => new ProviderAlert(alert.Text, IsGrave: true, alert.Link)), .. Mild(standing).Select(alert => new ProviderAlert(alert.Text, IsGrave: false, alert.Link))];

    static IEnumerable<(string Text, AlertLink? Link)> Grave(ProviderStanding standing, DateTimeOffset now)
    {
        foreach (var audit in standing.Audits.Where(audit => audit.State == AuditState.Demanded))
        {
            yield return ($"Audit {audit.Id} of agreement {audit.Agreement} wants an answer until {Times.Until(audit.Deadline, now)}. "
                + $"The node answers by itself while it runs; else {Figures.TokensAtMost(audit.Penalty)} are slashed.", WentWrong);
        }
        if (standing.Node is NodeAnswer.Away away)
            yield return ($"Your node does not answer as it should: {Texts.Sentence(away.Trouble, 160).TrimEnd('.')}. {CostOf(standing)}", Node);
        if (standing.Running.Count > 0 && standing.MissedInARow is { Count: > 0 } missed)
            yield return ($"{MissedWords(missed)} {CostOf(standing)}{LostWords(standing)} Look whether the node runs and reaches the chain.", WentWrong);
        if (standing.IsShortOfEther)
        {
            yield return ($"The node’s account {Texts.Short(standing.Description.Info.Particulars.Operator)} has "
                + $"{Figures.Ether(standing.Duties.OperatorEther)} left for fees. Send it some ether.", null);
        }
        if (standing.MissingCover > TokenAmount.Zero)
        {
            yield return ($"Your stake is too low for what is rented out: {Figures.TokensAtMost(standing.MissingCover)} are missing. "
                + "Until you stake them no agreement can be taken or extended, and nothing can be taken out.", Stake);
        }
    }

    static string MissedWords(IReadOnlyList<Epoch> missed) =>
        missed.Count == 1 ? $"Epoch {missed[0]} was not proven." : $"{Times.Epochs((ulong)missed.Count)} in a row were not proven, the last was {missed[^1]}.";

    static string CostOf(ProviderStanding standing) => standing.MissCostWith(default) is var cost && cost > TokenAmount.Zero
        ? $"Each further epoch that it does not prove is not paid, and costs {Figures.TokensAtMost(cost)} of stake."
        : "What it does not prove is not paid.";

    static string LostWords(ProviderStanding standing) => standing.Description.Record.Slashed is var lost && lost > TokenAmount.Zero
        ? $" {Figures.TokensAtMost(lost)} are lost already." : "";

    static IEnumerable<(string Text, AlertLink? Link)> Mild(ProviderStanding standing)
    {
        if (standing.MissingCover == TokenAmount.Zero && standing.Room is { Value: 0 } && standing.Listed.Value > 0)
            yield return ("Your stake covers no more space: nobody can take your offers until you stake more.", Stake);
        if (standing.Requests.Count > 0)
            yield return (standing.Requests.Count == 1 ? "One request waits for your answer." : $"{standing.Requests.Count} requests wait for your answer.", Requests);
        var ending = standing.Running.Where(agreement => agreement.End.Value <= standing.Now.Value + SoonEpochs).ToList();
        if (ending.Count > 0)
        {
            var space = new GiB(ending.Aggregate(0UL, (sum, agreement) => sum + agreement.Space.Value));
            yield return (ending.Count == 1
                ? $"Agreement {ending[0].Id} ends within {SoonEpochs} epochs, and frees {Figures.Space(space)}."
                : $"{ending.Count} agreements end within {SoonEpochs} epochs, and free {Figures.Space(space)}.", Kept);
        }
    }
}
