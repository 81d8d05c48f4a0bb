using Marketplace.Ethereum.Transactions;

namespace Marketplace.Application.Providers;

/// <summary>What a log says went wrong.</summary>
/// <param name="Log">Where.</param>
/// <param name="Cause">What.</param>
/// <param name="IsBeforeItsSlash">Whether the contracts tell it before what it cost (misses), or after that (all else).</param>
sealed record LoggedCause(LogEntry Log, IncidentCause Cause, bool IsBeforeItsSlash);

/// <summary>
/// Brings what a provider was slashed to what it was slashed for: no event tells both. A transaction that slashes for something counts misses first, so one
/// can hold several of each; their order in it is what tells them apart.
/// </summary>
static class IncidentMatcher
{
    /// <summary>Every cause with its slash, and what was slashed for no cause that is known.</summary>
    /// <param name="causes">Of one provider.</param>
    /// <param name="slashes">Of the same.</param>
    public static IReadOnlyList<(LogEntry Log, IncidentCause Cause, SlashedStake? Slash)> Match(
        IReadOnlyList<LoggedCause> causes, IReadOnlyList<(LogEntry Log, SlashedStake Slash)> slashes)
    {
        var found = new List<(LogEntry, IncidentCause, SlashedStake?)>();
        var (causesOf, slashesOf) = (causes.ToLookup(cause => cause.Log.TransactionHash), slashes.ToLookup(slash => slash.Log.TransactionHash));
        foreach (var transaction in causes.Select(cause => cause.Log.TransactionHash).Concat(slashes.Select(slash => slash.Log.TransactionHash)).Distinct())
            found.AddRange(MatchOne([.. causesOf[transaction]], [.. slashesOf[transaction].OrderBy(slash => slash.Log.LogIndex)]));
        return found;
    }

    static IEnumerable<(LogEntry Log, IncidentCause Cause, SlashedStake? Slash)> MatchOne(List<LoggedCause> causes, List<(LogEntry Log, SlashedStake Slash)> slashes)
    {
        foreach (var cause in causes.OrderBy(cause => cause.Log.LogIndex))
        {
            var at = slashes.FindIndex(slash => cause.IsBeforeItsSlash
                ? slash.Log.LogIndex > cause.Log.LogIndex && !causes.Any(other => IsBetween(other.Log, cause.Log, slash.Log))
                : slash.Log.LogIndex < cause.Log.LogIndex);
            // A miss that was forgiven is followed by no slash of its own: what follows it then is told by the cause after it.
            var isFree = at < 0 || cause.Cause is IncidentCause.Missed { Forgiven: var forgiven, Epochs: var missed } && forgiven == missed;
            yield return (cause.Log, cause.Cause, isFree ? null : slashes[at].Slash);
            if (!isFree)
                slashes.RemoveAt(at);
        }
        foreach (var (log, slash) in slashes)
            yield return (log, new IncidentCause.Unknown(), slash);
    }

    static bool IsBetween(LogEntry log, LogEntry first, LogEntry last) => log.LogIndex > first.LogIndex && log.LogIndex < last.LogIndex;
}
