using Marketplace.Application.Providers;
using Marketplace.Chain.Audits;
using Marketplace.Core.Primitives;
using Marketplace.Web.Formatting;

namespace Marketplace.Web.Provide;

/// <summary>What needs an owner's attention.</summary>
/// <param name="Text">In words, and what to do.</param>
/// <param name="IsGrave">Whether money is lost by waiting.</param>
public sealed record ProviderAlert(string Text, bool IsGrave);

/// <summary>Finds what needs an owner's attention.</summary>
public static class ProviderAlerts
{
    /// <summary>Below this the node soon cannot pay the fees of its proofs: 0.01 ether.</summary>
    static readonly UInt128 LowEther = 10_000_000_000_000_000;

    /// <summary>Agreements that end within so many epochs are told.</summary>
    const ulong SoonEpochs = 3;

    /// <summary>The gravest first.</summary>
    public static IReadOnlyList<ProviderAlert> Of(ProviderStanding standing) =>
        [.. Grave(standing).Select(text => new ProviderAlert(text, IsGrave: true)), .. Mild(standing).Select(text => new ProviderAlert(text, IsGrave: false))];

    static IEnumerable<string> Grave(ProviderStanding standing)
    {
        foreach (var audit in standing.Audits.Where(audit => audit.State == AuditState.Demanded))
        {
            yield return $"Audit {audit.Id} of agreement {audit.Agreement} wants an answer until {Times.Moment(audit.Deadline)}. "
                + $"The node answers by itself while it runs; else {Figures.TokensAtMost(audit.Penalty)} are slashed.";
        }
        if (standing.Node is NodeAnswer.Away away)
            yield return $"Your node does not answer as it should: {Texts.Name(away.Trouble, 160).TrimEnd('.')}. What it does not prove is not paid.";
        if (standing.Running.Any(agreement => agreement.Start < standing.Now)
            && standing.Description.Proofs.LastOrDefault(proof => proof.Epoch < standing.Now) is { IsProven: false } missed)
            yield return $"Epoch {missed.Epoch} was not proven. Look whether the node runs and reaches the chain.";
        if (standing.Duties.OperatorEther.Value < LowEther)
        {
            yield return $"The node’s account {Texts.Short(standing.Description.Info.Particulars.Operator)} has "
                + $"{Figures.Ether(standing.Duties.OperatorEther)} left for fees. Send it some ether.";
        }
        if (standing.MissingCover > TokenAmount.Zero)
        {
            yield return $"Your stake is too low for what is rented out: {Figures.TokensAtMost(standing.MissingCover)} are missing. "
                + "Until you stake them no agreement can be taken or extended, and nothing can be taken out.";
        }
    }

    static IEnumerable<string> Mild(ProviderStanding standing)
    {
        if (standing.MissingCover == TokenAmount.Zero && standing.Room.Value == 0 && standing.Listed.Value > 0)
            yield return "Your stake covers no more space: nobody can take your offers until you stake more.";
        if (standing.Requests.Count > 0)
            yield return standing.Requests.Count == 1 ? "One request waits for your answer." : $"{standing.Requests.Count} requests wait for your answer.";
        var ending = standing.Running.Where(agreement => agreement.End.Value <= standing.Now.Value + SoonEpochs).ToList();
        if (ending.Count > 0)
        {
            var space = new GiB(ending.Aggregate(0UL, (sum, agreement) => sum + agreement.Space.Value));
            yield return ending.Count == 1
                ? $"Agreement {ending[0].Id} ends within {SoonEpochs} epochs, and frees {Figures.Space(space)}."
                : $"{ending.Count} agreements end within {SoonEpochs} epochs, and free {Figures.Space(space)}.";
        }
    }
}
