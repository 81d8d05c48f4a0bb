namespace Marketplace.Web.Files;

/// <summary>Which rows of a list are chosen.</summary>
/// <param name="keyOf">What a row is known by, also when the list is read anew.</param>
public class RowSelection<TRow>(Func<TRow, string> keyOf) where TRow : class
{
    readonly Dictionary<string, TRow> rows = new(StringComparer.Ordinal);

    /// <summary>How many rows are chosen.</summary>
    public int Count => rows.Count;

    /// <summary>Those that are chosen.</summary>
    public IReadOnlyCollection<TRow> Rows => rows.Values;

    /// <summary>Whether a row is chosen.</summary>
    public bool Contains(TRow row) => rows.ContainsKey(keyOf(row));

    /// <summary>Whether all of these are chosen, and there are some.</summary>
    public bool ContainsAll(IReadOnlyCollection<TRow> listed) => listed.Count > 0 && rows.Count >= listed.Count && listed.All(Contains);

    /// <summary>Chooses a row, or chooses it no more.</summary>
    public void Turn(TRow row)
    {
        if (!rows.Remove(keyOf(row)))
            rows.Add(keyOf(row), row);
    }

    /// <summary>Chooses all of these rows; where they are, none.</summary>
    public void TurnAll(IReadOnlyCollection<TRow> listed)
    {
        var hadAll = ContainsAll(listed);
        rows.Clear();
        foreach (var row in hadAll ? [] : listed)
            rows[keyOf(row)] = row;
    }

    /// <summary>Chooses nothing.</summary>
    public void Clear() => rows.Clear();

    /// <summary>What is listed no more is chosen no more.</summary>
    public void Keep(IEnumerable<TRow> listed)
    {
        if (rows.Count == 0)
            return;
        var kept = listed.Where(Contains).ToList();
        rows.Clear();
        foreach (var row in kept)
            rows[keyOf(row)] = row;
    }

    /// <summary>The chosen row of a key; null where it is not chosen.</summary>
    protected TRow? Find(string key) => rows.GetValueOrDefault(key);
}
