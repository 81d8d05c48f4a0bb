namespace Marketplace.Provider.Administration;

/// <summary>Keeps what the chain refused from being sent again at every look. Not for several threads at once.</summary>
sealed class RefusalPause(TimeProvider time)
{
    static readonly TimeSpan Length = TimeSpan.FromSeconds(15);

    readonly Dictionary<string, DateTimeOffset> until = new(StringComparer.Ordinal);
    readonly Lock gate = new();

    /// <summary>The transaction with this key was refused.</summary>
    public void Note(string key)
    {
        lock (gate)
        {
            foreach (var over in until.Where(entry => entry.Value <= time.GetUtcNow()).Select(entry => entry.Key).ToList())
                until.Remove(over);
            until[key] = time.GetUtcNow() + Length;
        }
    }

    /// <summary>Whether it is too early to try again.</summary>
    public bool Covers(string key)
    {
        lock (gate)
            return until.TryGetValue(key, out var end) && time.GetUtcNow() < end;
    }
}
