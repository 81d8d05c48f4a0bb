using Marketplace.Core.Primitives;
using Marketplace.Provider.Persistence;
using Microsoft.Data.Sqlite;

namespace Marketplace.Provider.Fragments;

/// <summary>A fragment that is to be put into the index.</summary>
/// <param name="Root">Its root, to which its bytes were found to lead.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Space">Where it was written; null for one that was found stored, whose staging time starts anew.</param>
internal readonly record struct FragmentEntry(byte[] Root, long Length, VolumeSpace? Space);

/// <summary>
/// Makes written fragments durable and known: many of an agreement in one operation of the writer's, and with what others bring at the same time in
/// one commit. Their bytes are synced before the index says that they are there, and both before anybody hears of it.
/// </summary>
internal sealed class FragmentEntries(WriteQueue queue, VolumeSet volumes, StoreOptions options, TimeProvider time)
{
    /// <summary>Ends when the outcome is durable. What is not kept gives its space back.</summary>
    /// <param name="agreement">Whose they are.</param>
    /// <param name="entries">The fragments.</param>
    /// <param name="reserved">The reservations that the entries' spaces are in; settled here, however it ends.</param>
    /// <param name="room">What they take until the index counts them; given back here, however it ends.</param>
    /// <param name="cancellationToken">Leaves the queue's entrance only.</param>
    /// <returns>For each entry: stored, already stored, or why not.</returns>
    /// <exception cref="StoreFailedException">The store acknowledges nothing any more.</exception>
    public async Task<FragmentWriteResult[]> PutAsync(
        AgreementId agreement, IReadOnlyList<FragmentEntry> entries, IReadOnlyList<VolumeSpace> reserved, UnfinishedUploads.Room room,
        CancellationToken cancellationToken)
    {
        // Counted twice for a moment, rather than not at all while others commit.
        using var taken = room;
        var results = new FragmentWriteResult[entries.Count];
        Array.Fill(results, FragmentWriteResult.OutOfSpace);
        var isInDoubt = false;
        try
        {
            foreach (var space in reserved)
                volumes.MarkWritten(space);
            results = await queue.ExecuteAsync(scope => Put(scope.Connection, agreement, entries), cancellationToken).ConfigureAwait(false);
        }
        catch (StoreOutOfSpaceException)
        {
            // Nothing was kept.
        }
        catch (StoreFailedException)
        {
            // The rows may yet be found in the index's log after a restart: their bytes must stay.
            isInDoubt = true;
            throw;
        }
        finally
        {
            if (!isInDoubt)
                PunchUnkept(entries, results);
            foreach (var space in reserved)
                volumes.Settle(space);
        }
        return results;
    }

    void PunchUnkept(IReadOnlyList<FragmentEntry> entries, FragmentWriteResult[] results)
    {
        for (var i = 0; i < results.Length; i++)
        {
            if (results[i] != FragmentWriteResult.Stored && entries[i].Space is { } space)
                volumes.Punch(space);
        }
    }

    FragmentWriteResult[] Put(SqliteConnection connection, AgreementId agreement, IReadOnlyList<FragmentEntry> entries)
    {
        var stagedUntil = (time.GetUtcNow() + options.StagingTime).ToUnixTimeMilliseconds();
        var admission = new FragmentAdmission(connection, agreement, options);
        if (admission.Refusal is { } refusal)
            return [.. Enumerable.Repeat(refusal, entries.Count)];
        var results = new FragmentWriteResult[entries.Count];
        var use = new Dictionary<long, long>();
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = entries[i].Space is { } space
                ? Put(connection, admission, entries[i], space, stagedUntil, use)
                : Restage(connection, admission, entries[i], stagedUntil);
        }
        FragmentIndex.AddSums(connection, admission.Agreement, admission.Taken, use);
        return results;
    }

    static FragmentWriteResult Put(
        SqliteConnection connection, FragmentAdmission admission, FragmentEntry entry, VolumeSpace space, long stagedUntil, Dictionary<long, long> use)
    {
        var lack = admission.FindLack(entry.Length);
        if (lack is null && FragmentIndex.TryInsert(connection, admission.Agreement, entry.Root, space, entry.Length, stagedUntil))
        {
            admission.Take(entry.Length);
            use[space.Volume] = use.GetValueOrDefault(space.Volume) + space.Length;
            return FragmentWriteResult.Stored;
        }
        // Another upload of the same fragment was faster, or it is here and damaged.
        if (FragmentIndex.Find(connection, admission.Agreement, entry.Root) is not { } stored)
            return lack!.Value;
        if (admission.JudgeStored(stored, entry.Length) is not { } verdict)
        {
            FragmentIndex.Replace(connection, stored, space, stagedUntil);
            return FragmentWriteResult.Stored;
        }
        if (verdict == FragmentWriteResult.AlreadyStored)
            FragmentIndex.Restage(connection, stored.Id, stagedUntil);
        return verdict;
    }

    static FragmentWriteResult Restage(SqliteConnection connection, FragmentAdmission admission, FragmentEntry entry, long stagedUntil)
    {
        // Deleted or lost since it was found: the client sends it again, as after any refusal for want of space.
        if (FragmentIndex.Find(connection, admission.Agreement, entry.Root) is not { } row
            || admission.JudgeStored(row, entry.Length) != FragmentWriteResult.AlreadyStored)
            return FragmentWriteResult.OutOfSpace;
        FragmentIndex.Restage(connection, row.Id, stagedUntil);
        return FragmentWriteResult.AlreadyStored;
    }
}
