using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Marketplace.Application.Live;

/// <summary>A value that changes, told to everybody who watches: first as it is, then each time it changes. Slow watchers skip values that are outdated.</summary>
public sealed class Broadcast<T> where T : class
{
    readonly Lock gate = new();
    readonly HashSet<Channel<T>> watchers = [];

    /// <summary>The newest value; null before the first.</summary>
    public T? Latest { get; private set; }

    /// <summary>How many watch now.</summary>
    public int Watchers
    {
        get
        {
            lock (gate)
                return watchers.Count;
        }
    }

    /// <summary>Makes a value the newest one.</summary>
    public void Publish(T value)
    {
        lock (gate)
        {
            Latest = value;
            foreach (var watcher in watchers)
                watcher.Writer.TryWrite(value);
        }
    }

    /// <summary>The newest value, if there is one, and all later ones, until cancelled; the cancellation ends the stream without an exception.</summary>
    public async IAsyncEnumerable<T> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<T>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        lock (gate)
        {
            watchers.Add(channel);
            if (Latest is { } now)
                channel.Writer.TryWrite(now);
        }
        try
        {
            while (await NextAsync(channel, cancellationToken) is { } value)
                yield return value;
        }
        finally
        {
            lock (gate)
                watchers.Remove(channel);
        }
    }

    static async Task<T?> NextAsync(Channel<T> channel, CancellationToken cancellationToken)
    {
        try
        {
            return await channel.Reader.ReadAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
