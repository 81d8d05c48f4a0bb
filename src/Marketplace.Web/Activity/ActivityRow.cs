using Marketplace.Application.Activity;
using Marketplace.Ethereum.Primitives;
using Marketplace.Web.Formatting;

namespace Marketplace.Web.Activity;

/// <summary>One line of an account's past.</summary>
/// <param name="Entry">What happened; the newest of several.</param>
/// <param name="Kind">What it has to do with.</param>
/// <param name="Words">In a sentence.</param>
/// <param name="Parts">One by one, what the sentence tells together; empty for one thing.</param>
public sealed record ActivityRow(ActivityEntry Entry, ActivityKind Kind, string Words, IReadOnlyList<string> Parts)
{
    /// <summary>What happened, in one line what one transaction did several times. What no sentence tells is left out.</summary>
    /// <param name="entries">The newest first.</param>
    /// <param name="account">Whose past it is.</param>
    public static IReadOnlyList<ActivityRow> Of(IReadOnlyList<ActivityEntry> entries, Address account)
    {
        var together = entries.ToLookup(entry => entry.Transaction);
        var places = entries.Index().ToDictionary(row => (row.Item.Transaction, row.Item.LogIndex), row => row.Index);
        return
        [
            .. entries.Where(entry => !together[entry.Transaction].Any(other => ActivityWords.Tells(other.Event, entry.Event))).GroupBy(entry => (entry.Transaction, Kind: entry.Event.GetType())).SelectMany(same => Together([.. same], account))
                .OrderBy(row => places[(row.Entry.Transaction, row.Entry.LogIndex)]),
        ];
    }

    static (ActivityKind Kind, string Words)? Tell(ActivityEntry entry, Address account) =>
        ActivityWords.Tell(entry.Event, account) is not var (kind, words) ? null : (kind, entry.Title is { Length: > 0 } title ? $"{words}: “{Texts.Name(title, 120)}”" : words);

    static IEnumerable<ActivityRow> Together(List<ActivityEntry> same, Address account)
    {
        var single = same.Select(entry => (Entry: entry, Told: Tell(entry, account))).Where(row => row.Told is not null).Select(row => (row.Entry, row.Told!.Value.Kind, row.Told.Value.Words)).ToList();
        return single.Count > 1 && ActivityWords.OfMany([.. single.Select(row => row.Entry.Event)], account) is { } words
            ? [new ActivityRow(single[0].Entry, single[0].Kind, words, [.. single.Select(row => row.Words)])]
            : single.Select(row => new ActivityRow(row.Entry, row.Kind, row.Words, []));
    }
}
