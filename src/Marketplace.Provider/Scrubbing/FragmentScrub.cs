using Marketplace.Provider.Fragments;
using Marketplace.Provider.Losses;
using Marketplace.Provider.Persistence;
using Microsoft.Extensions.Logging;

namespace Marketplace.Provider.Scrubbing;

/// <summary>What a round found, since the process began or the round did, whichever was later.</summary>
/// <param name="Fragments">Fragments that were read.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Rotten">Of them, those that are lost, now noted to be declared.</param>
/// <param name="Mended">Of them, those whose inner hashes were damaged and were written anew from the data.</param>
public sealed record ScrubRound(long Fragments, long Bytes, long Rotten, long Mended)
{
    internal static ScrubRound Empty { get; } = new(0, 0, 0, 0);

    internal ScrubRound Add(long bytes, ScrubOutcome outcome) => outcome == ScrubOutcome.Gone
        ? this
        : new(Fragments + 1, Bytes + bytes, Rotten + (outcome == ScrubOutcome.Rotten ? 1 : 0), Mended + (outcome == ScrubOutcome.Mended ? 1 : 0));
}

/// <summary>How a fragment was found.</summary>
internal enum ScrubOutcome
{
    /// <summary>As it was stored.</summary>
    Sound,

    /// <summary>Its data is sound, its inner hashes were not, and are again.</summary>
    Mended,

    /// <summary>The disk no longer returns it.</summary>
    Rotten,

    /// <summary>It was deleted meanwhile.</summary>
    Gone,
}

/// <summary>
/// Reads everything that is stored from the disk again and hashes it, at a bounded rate and in the order of the disk, so that what rots is
/// declared before it is asked for. A round goes on where it was when the node stopped.
/// </summary>
public sealed class FragmentScrub
{
    /// <summary>Fragments between two notes of the position: what a stop may have read twice.</summary>
    const int Batch = 64;

    /// <summary>Leaves that are read before the next wait: 1 MiB.</summary>
    const long Piece = 1024;

    static readonly TimeSpan AfterFailure = TimeSpan.FromMinutes(1);

    readonly StoreDatabase database;
    readonly WriteQueue queue;
    readonly VolumeSet volumes;
    readonly FragmentStore fragments;
    readonly LossBook losses;
    readonly TimeProvider time;

    internal FragmentScrub(
        StoreDatabase database, WriteQueue queue, VolumeSet volumes, FragmentStore fragments, LossBook losses, TimeProvider time)
    {
        this.database = database;
        this.queue = queue;
        this.volumes = volumes;
        this.fragments = fragments;
        this.losses = losses;
        this.time = time;
    }

    /// <summary>What the round under way, or the last one, has found so far.</summary>
    public ScrubRound Current { get; private set; } = ScrubRound.Empty;

    /// <summary>
    /// Makes round after round until cancelled or the store fails, both of which end it without an exception. A failure is logged, and the
    /// round goes on a minute later.
    /// </summary>
    public async Task RunAsync(ScrubOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        options.Validate();
        if (options.BytesPerSecond == 0)
            return;
        try
        {
            while (true)
            {
                var wait = await TryRoundAsync(options, logger, cancellationToken).ConfigureAwait(false);
                await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Whoever cancelled knows.
        }
        catch (StoreFailedException)
        {
            // The store's health says so already, and nothing that is found could be noted.
        }
    }

    /// <summary>Finishes the round under way, or makes a new one.</summary>
    public async Task<ScrubRound> RunRoundAsync(ScrubOptions options, CancellationToken cancellationToken)
    {
        var position = database.Read(ScrubIndex.Position);
        if (position.IsDone || position.Began == 0)
        {
            position = ScrubPosition.StartAt(time.GetUtcNow().ToUnixTimeMilliseconds());
            Current = ScrubRound.Empty;
        }
        var pace = new ScrubPace(options.BytesPerSecond, time);
        while (!position.IsDone)
        {
            position = await ReadBatchAsync(position, pace, cancellationToken).ConfigureAwait(false);
            await queue.ExecuteAsync(
                scope =>
                {
                    ScrubIndex.Save(scope.Connection, position);
                    return true;
                },
                cancellationToken).ConfigureAwait(false);
        }
        return Current;
    }

    /// <returns>How long to wait for the next attempt.</returns>
    async Task<TimeSpan> TryRoundAsync(ScrubOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        try
        {
            if (Pause(options) is { } early && early > TimeSpan.Zero)
                return early;
            var found = await RunRoundAsync(options, cancellationToken).ConfigureAwait(false);
            ScrubLog.RoundDone(logger, found.Fragments, found.Bytes, found.Rotten, found.Mended);
            return Pause(options);
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or StoreFailedException))
        {
            ScrubLog.Failed(logger, exception);
            return AfterFailure;
        }
    }

    /// <summary>Time until the next round is due; zero while one is under way.</summary>
    TimeSpan Pause(ScrubOptions options)
    {
        var position = database.Read(ScrubIndex.Position);
        if (!position.IsDone)
            return TimeSpan.Zero;
        var due = DateTimeOffset.FromUnixTimeMilliseconds(position.Began) + options.Interval - time.GetUtcNow();
        // A clock that was set back must not put the next round off for years.
        return due < TimeSpan.Zero ? TimeSpan.Zero : due > options.Interval ? options.Interval : due;
    }

    async Task<ScrubPosition> ReadBatchAsync(ScrubPosition position, ScrubPace pace, CancellationToken cancellationToken)
    {
        var next = database.Read(connection => ScrubIndex.Next(connection, position, Batch));
        foreach (var fragment in next)
        {
            var outcome = await ReadAsync(fragment, pace, cancellationToken).ConfigureAwait(false);
            Current = Current.Add(fragment.Row.Length, outcome);
            if (outcome == ScrubOutcome.Rotten)
                await losses.NoteAsync(fragment.Agreement, fragment.Root, cancellationToken).ConfigureAwait(false);
        }
        return next.Count < Batch
            ? position with { IsDone = true }
            : position with { Volume = next[^1].Row.Volume, Offset = next[^1].Row.Offset };
    }

    async Task<ScrubOutcome> ReadAsync(ScrubbedFragment fragment, ScrubPace pace, CancellationToken cancellationToken)
    {
        volumes.DropCached(fragment.Row.Space);
        switch (FragmentReader.Open(fragment.Row, volumes, () => fragments.Current(fragment.Row)))
        {
            case FragmentOpenResult.Found { Reader: var reader }:
                using (reader)
                    return await ReadAsync(fragment.Row, reader, pace, cancellationToken).ConfigureAwait(false);
            case FragmentOpenResult.Corrupt:
                return ScrubOutcome.Rotten;
            default:
                return ScrubOutcome.Gone;
        }
    }

    async Task<ScrubOutcome> ReadAsync(FragmentRow row, FragmentReader reader, ScrubPace pace, CancellationToken cancellationToken)
    {
        for (var first = 0L; first < reader.Leaves; first += Piece)
        {
            var count = Math.Min(Piece, reader.Leaves - first);
            await pace.WaitAsync(count * FragmentBlocks.LeafBytes, cancellationToken).ConfigureAwait(false);
            switch (await reader.CopyToAsync(Stream.Null, first, count, cancellationToken).ConfigureAwait(false))
            {
                case FragmentReadResult.Corrupt:
                    return ScrubOutcome.Rotten;
                case FragmentReadResult.NotStored:
                    return ScrubOutcome.Gone;
            }
        }
        // What nobody asked for should not push out of memory what somebody did.
        volumes.DropCached(row.Space);
        if (!reader.AreHashesDamaged)
            return ScrubOutcome.Sound;
        // Moved meanwhile, it is met again in its new place, which lies behind.
        return volumes.TryRewrite(row.Volume, row.Offset + FragmentRecord.HeaderSize + row.Length, reader.BlockHashes)
            ? ScrubOutcome.Mended : ScrubOutcome.Gone;
    }
}

/// <summary>The scrub's log messages: events 5010 to 5019.</summary>
internal static partial class ScrubLog
{
    [LoggerMessage(EventId = 5010, Level = LogLevel.Information,
        Message = "Everything was read again: {Fragments} fragments of {Bytes} bytes; {Rotten} are lost, the inner hashes of {Mended} were mended.")]
    public static partial void RoundDone(ILogger logger, long fragments, long bytes, long rotten, long mended);

    [LoggerMessage(EventId = 5011, Level = LogLevel.Warning, Message = "Reading everything again was interrupted; it goes on in a minute.")]
    public static partial void Failed(ILogger logger, Exception exception);
}
