using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Gateway.Security;

/// <summary>Who is signed in. Nothing of it outlives the gateway.</summary>
/// <param name="time">The clock.</param>
sealed class SignedInSessions(TimeProvider time) : IDisposable
{
    /// <summary>Of browsers that asked to stay signed in.</summary>
    public static readonly TimeSpan LongLife = TimeSpan.FromDays(30);

    /// <summary>Of others, which forget their cookie when they are closed.</summary>
    public static readonly TimeSpan ShortLife = TimeSpan.FromHours(24);

    /// <summary>The oldest one ends when there are more.</summary>
    const int Most = 64;

    readonly Lock gate = new();

    /// <summary>By the digest of what browsers show, so that looking one up tells nothing about others.</summary>
    readonly Dictionary<string, Session> sessions = [];

    /// <summary>Begins one.</summary>
    /// <returns>What the browser shows from now on.</returns>
    public string Begin(TimeSpan life)
    {
        var token = SecretText.Create();
        lock (gate)
        {
            foreach (var over in sessions.Where(entry => entry.Value.Ended.IsCancellationRequested).Select(entry => entry.Key).ToList())
                Remove(over);
            if (sessions.Count >= Most)
                Remove(sessions.MinBy(entry => entry.Value.Begun).Key);
            sessions.Add(KeyOf(token), new Session(time.GetUtcNow(), new CancellationTokenSource(life, time)));
        }
        return token;
    }

    /// <summary>Ends when the session does; null where there is none.</summary>
    public CancellationToken? Find(string token)
    {
        lock (gate)
            return sessions.TryGetValue(KeyOf(token), out var session) && !session.Ended.IsCancellationRequested ? session.Ended.Token : null;
    }

    /// <summary>Ends one, and every connection that is open within it.</summary>
    public void End(string token)
    {
        lock (gate)
            Remove(KeyOf(token));
    }

    public void Dispose()
    {
        lock (gate)
        {
            foreach (var session in sessions.Values)
                session.Ended.Dispose();
            sessions.Clear();
        }
    }

    void Remove(string key)
    {
        if (!sessions.Remove(key, out var session))
            return;
        // Not disposed: requests that are on their way may still ask its token. Without its timer nothing holds it.
        session.Ended.CancelAfter(Timeout.InfiniteTimeSpan);
        session.Ended.Cancel();
    }

    static string KeyOf(string token) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    sealed record Session(DateTimeOffset Begun, CancellationTokenSource Ended);
}
