using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Gateway.Security;

/// <summary>Who is let in. Only digests are kept of what browsers show.</summary>
sealed class SignedInSessions : IDisposable
{
    /// <summary>Of browsers that asked to stay signed in, and of those that were started on this machine.</summary>
    public static readonly TimeSpan LongLife = TimeSpan.FromDays(30);

    /// <summary>Of others, which forget their cookie when they are closed.</summary>
    public static readonly TimeSpan ShortLife = TimeSpan.FromHours(24);

    /// <summary>The oldest one ends when there are more.</summary>
    public const int Most = 64;

    readonly Lock gate = new();
    readonly List<Session> sessions;
    readonly SessionFile? file;
    readonly TimeProvider time;

    /// <param name="file">Has those of the last run, and takes these; null where they end with the gateway.</param>
    /// <param name="time">The clock.</param>
    public SignedInSessions(SessionFile? file, TimeProvider time)
    {
        (this.file, this.time) = (file, time);
        var now = time.GetUtcNow();
        // One that began in the future, or lasts longer than any, was not written here, or by a clock that was wrong.
        sessions = [.. (file?.Read() ?? []).Where(kept => kept.Begun <= now && kept.Until > now && kept.Until <= now + LongLife).Select(Open)];
    }

    /// <summary>Begins one.</summary>
    /// <returns>What the browser shows from now on.</returns>
    public string Begin(TimeSpan life)
    {
        var token = SecretText.Create();
        var now = time.GetUtcNow();
        lock (gate)
        {
            if (sessions.Count >= Most)
                Remove(sessions.MinBy(session => session.Kept.Begun)!);
            sessions.Add(Open(new KeptSession(DigestOf(token), now, now + life)));
            Write();
        }
        return token;
    }

    /// <summary>Ends when the session does; null where there is none.</summary>
    public CancellationToken? Find(string token)
    {
        lock (gate)
            return SessionOf(token) is { Ended: { IsCancellationRequested: false } ended } ? ended.Token : null;
    }

    /// <summary>From now on it lasts so long.</summary>
    public void Prolong(string token, TimeSpan life)
    {
        lock (gate)
        {
            if (SessionOf(token) is not { Ended.IsCancellationRequested: false } session)
                return;
            session.Kept = session.Kept with { Until = time.GetUtcNow() + life };
            session.Ended.CancelAfter(life);
            Write();
        }
    }

    /// <summary>Ends one, and every connection that is open within it.</summary>
    public void End(string token)
    {
        lock (gate)
        {
            if (SessionOf(token) is not { } session)
                return;
            Remove(session);
            Write();
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            foreach (var session in sessions)
                session.Ended.Dispose();
            sessions.Clear();
        }
    }

    void Remove(Session session)
    {
        sessions.Remove(session);
        // Not disposed: requests that are on their way may still ask its token. Without its timer nothing holds it.
        session.Ended.CancelAfter(Timeout.InfiniteTimeSpan);
        session.Ended.Cancel();
    }

    void Write()
    {
        sessions.RemoveAll(session => session.Ended.IsCancellationRequested);
        file?.Write([.. sessions.Select(session => session.Kept)]);
    }

    Session Open(KeptSession kept) => new(kept, new CancellationTokenSource(kept.Until - time.GetUtcNow(), time));

    /// <summary>Its time tells nothing about what others show.</summary>
    Session? SessionOf(string token)
    {
        var digest = DigestOf(token);
        return sessions.Find(session => CryptographicOperations.FixedTimeEquals(session.Kept.Digest, digest));
    }

    static byte[] DigestOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    sealed class Session(KeptSession kept, CancellationTokenSource ended)
    {
        public KeptSession Kept { get; set; } = kept;

        public CancellationTokenSource Ended { get; } = ended;
    }
}
