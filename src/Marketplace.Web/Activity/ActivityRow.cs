using Marketplace.Application.Activity;
using Marketplace.Ethereum.Primitives;
using Marketplace.Web.Formatting;

namespace Marketplace.Web.Activity;

/// <summary>One line of what happened, to an account or in the market.</summary>
/// <param name="Entry">What happened; the newest of several.</param>
/// <param name="Kind">What it has to do with.</param>
/// <param name="Words">In a sentence.</param>
/// <param name="Parts">One by one, what the sentence tells together; empty for one thing.</param>
public sealed record ActivityRow(ActivityEntry Entry, ActivityKind Kind, string Words, IReadOnlyList<ActivityRow> Parts)
{
    /// <summary>Where more is told of what it is about; null where its parts lead there, or nothing does.</summary>
    public (string Text, string Address)? Link => Entry switch
    {
        _ when Parts.Count > 0 => null,
        { Proposal: { } proposal } => ("Read the proposal", $"/govern?proposal={proposal}"),
        { Provider: { } provider } => ($"Provider {Texts.Short(provider)}", $"/providers/{provider}"),
        _ => null,
    };

    /// <summary>What happened, in one line what one transaction did several times, and in the market's past what it did to one provider. What no sentence tells is left out.</summary>
    /// <param name="entries">The newest first.</param>
    /// <param name="account">Whose past it is; null for the market's.</param>
    public static IReadOnlyList<ActivityRow> Of(IReadOnlyList<ActivityEntry> entries, Address? account)
    {
        var together = entries.ToLookup(entry => entry.Transaction);
        var places = entries.Index().ToDictionary(row => (row.Item.Transaction, row.Item.LogIndex), row => row.Index);
        IReadOnlyList<ActivityRow> rows =
        [
            .. entries.Where(entry => !together[entry.Transaction].Any(other => ActivityWords.Tells(other.Event, entry.Event))).GroupBy(entry => (entry.Transaction, Kind: entry.Event.GetType())).SelectMany(same => Together([.. same], account))
                .OrderBy(row => places[(row.Entry.Transaction, row.Entry.LogIndex)]),
        ];
        return account is null ? Folded(rows) : rows;
    }

    /// <summary>What follows each other of one provider, kind and transaction is one line, which tells the newest of it.</summary>
    static List<ActivityRow> Folded(IReadOnlyList<ActivityRow> rows)
    {
        var folded = new List<ActivityRow>();
        foreach (var row in rows)
        {
            if (folded.Count > 0 && folded[^1] is var last && IsOfSame(last, row))
                folded[^1] = last with { Parts = [.. last.Parts.DefaultIfEmpty(last), row] };
            else
                folded.Add(row);
        }
        return [.. folded.Select(row => row.Parts is [var newest, ..] && newest.Words == row.Words ? row with { Words = $"{row.Words}, and {row.Parts.Count - 1} more" } : row)];
    }

    /// <summary>Those that are several already are told by a sentence of their own.</summary>
    static bool IsOfSame(ActivityRow last, ActivityRow row) =>
        row.Parts.Count == 0 && (last.Parts.Count == 0 || last.Parts[0].Words == last.Words) && row.Entry.Provider is not null
        && (last.Entry.Transaction, last.Entry.Provider, last.Kind) == (row.Entry.Transaction, row.Entry.Provider, row.Kind);

    static IEnumerable<ActivityRow> Together(List<ActivityEntry> same, Address? account)
    {
        var single = same.Select(entry => Tell(entry, account)).OfType<ActivityRow>().ToList();
        return single.Count > 1 && OfMany([.. single.Select(row => row.Entry)], account) is { } words ? [single[0] with { Words = words, Parts = single }] : single;
    }

    static ActivityRow? Tell(ActivityEntry entry, Address? account) =>
        (account is { } whose ? ActivityWords.Tell(entry.Event, whose) : MarketWords.Tell(entry)) is not var (kind, words) ? null
            : new ActivityRow(entry, kind, entry.Title is { Length: > 0 } title ? $"{words}: “{Texts.Name(title, 120)}”" : words, []);

    static string? OfMany(IReadOnlyList<ActivityEntry> entries, Address? account) =>
        account is { } whose ? ActivityWords.OfMany([.. entries.Select(entry => entry.Event)], whose) : MarketWords.OfMany(entries);
}
