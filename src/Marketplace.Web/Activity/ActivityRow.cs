using Marketplace.Application.Activity;
using Marketplace.Ethereum.Primitives;
using Marketplace.Web.Formatting;

namespace Marketplace.Web.Activity;

/// <summary>One line of an account's past.</summary>
/// <param name="Entry">What happened; the newest of several.</param>
/// <param name="Words">In a sentence.</param>
/// <param name="Parts">One by one, what the sentence tells together; empty for one thing.</param>
public sealed record ActivityRow(ActivityEntry Entry, string Words, IReadOnlyList<string> Parts)
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

    static string? WordsOf(ActivityEntry entry, Address account) =>
        ActivityWords.Of(entry.Event, account) is { } words ? entry.Title is { Length: > 0 } title ? $"{words}: “{Texts.Name(title, 120)}”" : words : null;

    static IEnumerable<ActivityRow> Together(List<ActivityEntry> same, Address account)
    {
        var single = same.Select(entry => (Entry: entry, Words: WordsOf(entry, account))).Where(row => row.Words is not null).ToList();
        return single.Count > 1 && ActivityWords.OfMany([.. single.Select(row => row.Entry.Event)], account) is { } words
            ? [new ActivityRow(single[0].Entry, words, [.. single.Select(row => row.Words!)])]
            : single.Select(row => new ActivityRow(row.Entry, row.Words!, []));
    }
}
