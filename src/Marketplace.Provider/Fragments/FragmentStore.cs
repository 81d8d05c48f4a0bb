using System.Buffers;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Provider.Persistence;
using Microsoft.Data.Sqlite;

namespace Marketplace.Provider.Fragments;

/// <summary>
/// Fragments by agreement and root. A fragment is acknowledged when it is on stable storage, and every byte handed out again was checked
/// against its root.
/// </summary>
public sealed class FragmentStore
{
    /// <summary>The longest fragment in bytes.</summary>
    public const long MaximumLength = 64L << 20;

    readonly StoreDatabase database;
    readonly WriteQueue queue;
    readonly VolumeSet volumes;
    readonly StoreHealth health;
    readonly StoreOptions options;
    readonly TimeProvider time;

    internal FragmentStore(
        StoreDatabase database, WriteQueue queue, VolumeSet volumes, StoreHealth health, StoreOptions options, TimeProvider time)
    {
        this.database = database;
        this.queue = queue;
        this.volumes = volumes;
        this.health = health;
        this.options = options;
        this.time = time;
    }

    /// <summary>
    /// Stores the next <paramref name="length"/> bytes of <paramref name="content"/> if they hash to <paramref name="root"/>, also in the
    /// place of a fragment that the disk no longer returns. The content is read to exactly there, unless it ends before, also when the
    /// fragment is refused; no more than 256 KiB of it are held in memory.
    /// </summary>
    /// <param name="agreement">The agreement whose space it takes.</param>
    /// <param name="root">The fragment's root (protocol, section 4).</param>
    /// <param name="length">Bytes: a positive multiple of 1,024, at most <see cref="MaximumLength"/>.</param>
    /// <param name="content">Where the bytes come from.</param>
    /// <param name="cancellationToken">Gives the upload up; once all bytes are there, the outcome is awaited.</param>
    /// <exception cref="StoreFailedException">The store acknowledges nothing any more.</exception>
    public async Task<FragmentWriteResult> WriteAsync(
        AgreementId agreement, Hash256 root, long length, Stream content, CancellationToken cancellationToken) =>
        await (await TakeAsync(agreement, root, length, content, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);

    /// <summary>
    /// As <see cref="WriteAsync(AgreementId, Hash256, long, Stream, CancellationToken)"/>, but ends as soon as the content was read: the
    /// next fragment can be taken while this one's outcome, the inner task's, waits for the disk.
    /// </summary>
    public async Task<Task<FragmentWriteResult>> TakeAsync(
        AgreementId agreement, Hash256 root, long length, Stream content, CancellationToken cancellationToken)
    {
        health.ThrowIfFailed();
        var refusal = Admit(agreement, root.ToArray(), length);
        var space = refusal is null ? volumes.TryReserve(FragmentRecord.SizeOf(length)) : null;
        if (space is null)
        {
            refusal ??= database.Read(connection => Judge(connection, agreement, root.ToArray(), length, out _));
            if (length > 0 && !await DrainAsync(content, length, cancellationToken).ConfigureAwait(false))
                return Task.FromResult(FragmentWriteResult.LengthMismatch);
            return refusal switch
            {
                FragmentWriteResult.AlreadyStored => RestageAsync(agreement, root, length, cancellationToken),
                null => Task.FromResult(FragmentWriteResult.OutOfSpace),
                _ => Task.FromResult(refusal.Value),
            };
        }
        return await TakeAsync(space.Value, agreement, root.ToArray(), length, content, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Opens a fragment that is staged, in use, or kept for an earlier checkpoint.</summary>
    public FragmentOpenResult Open(AgreementId agreement, Hash256 root)
    {
        var rootBytes = root.ToArray();
        if (database.Read(connection => FragmentIndex.Find(connection, agreement, rootBytes)) is not { } row)
            return FragmentOpenResult.NotStored.Instance;
        return FragmentReader.Open(row, volumes, () => Current(row));
    }

    /// <summary>How many fragments are stored, and the bytes they take on disk.</summary>
    public (long Fragments, long Bytes) Totals() => database.Read(connection =>
        Dapper.SqlMapper.QuerySingle<(long, long)>(connection, "SELECT fragments, bytes FROM store_totals"));

    /// <summary>Bytes of further fragments that would find room: the least of what the disk and the node's own limit leave.</summary>
    public long FreeBytes()
    {
        var disk = volumes.AvailableBytes() - options.KeepFreeBytes;
        return Math.Max(0, Math.Min(disk, options.CapacityBytes - Totals().Bytes));
    }

    /// <summary>Where a fragment is now; null if it was deleted.</summary>
    internal FragmentRow? Current(FragmentRow row) => database.Read(connection =>
        FragmentIndex.Find(connection, row.Agreement, row.Root) is { } now && now.Id == row.Id ? now : null);

    /// <summary>Null if the upload may begin.</summary>
    FragmentWriteResult? Admit(AgreementId agreement, byte[] root, long length)
    {
        if (length <= 0 || length % FragmentBlocks.LeafBytes != 0)
            return FragmentWriteResult.LengthMismatch;
        if (length > MaximumLength || FragmentRecord.SizeOf(length) > options.VolumeBytes)
            return FragmentWriteResult.TooLarge;
        // A small one is written in less time than it takes to ask whether it may be; it is judged when it is put into the index.
        if (length <= FragmentBlocks.BlockBytes)
            return null;
        return database.Read(connection => Judge(connection, agreement, root, length, out _));
    }

    FragmentWriteResult? Judge(SqliteConnection connection, AgreementId agreement, byte[] root, long length, out QuotaRow? quota)
    {
        quota = FragmentIndex.FindQuota(connection, agreement);
        if (quota is null)
            return FragmentWriteResult.UnknownAgreement;
        if (quota.Closed != 0)
            return FragmentWriteResult.AgreementClosed;
        if (FragmentIndex.Find(connection, quota.Key, root) is { } stored)
            return JudgeStored(connection, stored, length);
        var leaves = length / FragmentBlocks.LeafBytes;
        if (quota.Weight + quota.StagedLeaves + leaves > quota.Gib * (long)GiB.Leaves + options.StagingAllowanceLeaves)
            return FragmentWriteResult.QuotaExceeded;
        return quota.StoreBytes > options.CapacityBytes - FragmentRecord.SizeOf(length)
            ? FragmentWriteResult.OutOfSpace
            : null;
    }

    /// <summary>Null for one that is damaged: it is stored anew, in the place of what its agreement and the store's limit count already.</summary>
    static FragmentWriteResult? JudgeStored(SqliteConnection connection, FragmentRow stored, long length)
    {
        if (stored.Length != length)
            return FragmentWriteResult.LengthMismatch;
        return FragmentIndex.IsRotten(connection, stored) ? null : FragmentWriteResult.AlreadyStored;
    }

    async Task<Task<FragmentWriteResult>> TakeAsync(
        VolumeSpace space, AgreementId agreement, byte[] root, long length, Stream content, CancellationToken cancellationToken)
    {
        var isWritten = false;
        try
        {
            var result = await FragmentWriter.WriteAsync(volumes.VolumeOf(space), space, agreement, root, length, content, cancellationToken)
                .ConfigureAwait(false);
            isWritten = result == FragmentWriteResult.Stored;
            return isWritten ? SettleAsync(space, agreement, root, length, cancellationToken) : Task.FromResult(result);
        }
        finally
        {
            if (!isWritten)
                GiveBack(space);
        }
    }

    /// <summary>Makes written bytes durable and known; or gives their space back.</summary>
    async Task<FragmentWriteResult> SettleAsync(
        VolumeSpace space, AgreementId agreement, byte[] root, long length, CancellationToken cancellationToken)
    {
        var inDoubt = false;
        var result = FragmentWriteResult.OutOfSpace;
        try
        {
            volumes.MarkWritten(space);
            return result = await IndexAsync(space, agreement, root, length, cancellationToken).ConfigureAwait(false);
        }
        catch (StoreOutOfSpaceException)
        {
            return result;
        }
        catch (StoreFailedException)
        {
            // The row may yet be found in the index's log after a restart: its bytes must stay.
            inDoubt = true;
            throw;
        }
        finally
        {
            if (result != FragmentWriteResult.Stored && !inDoubt)
                volumes.Punch(space);
            volumes.Settle(space);
        }
    }

    void GiveBack(VolumeSpace space)
    {
        volumes.Punch(space);
        volumes.Settle(space);
    }

    Task<FragmentWriteResult> IndexAsync(
        VolumeSpace space, AgreementId agreement, byte[] root, long length, CancellationToken cancellationToken) =>
        queue.ExecuteAsync(
            scope =>
            {
                var refusal = Judge(scope.Connection, agreement, root, length, out var quota);
                var stored = quota is null ? null : FragmentIndex.Find(scope.Connection, quota.Key, root);
                if (refusal == FragmentWriteResult.AlreadyStored)
                    FragmentIndex.Restage(scope.Connection, stored!.Id, StagedUntil());
                if (refusal is not null)
                    return refusal.Value;
                if (stored is not null)
                    FragmentIndex.Replace(scope.Connection, stored, space, StagedUntil());
                else
                    FragmentIndex.Insert(scope.Connection, quota!.Key, root, space, length, StagedUntil());
                return FragmentWriteResult.Stored;
            },
            cancellationToken);

    Task<FragmentWriteResult> RestageAsync(AgreementId agreement, Hash256 root, long length, CancellationToken cancellationToken) =>
        queue.ExecuteAsync(
            scope =>
            {
                // Deleted or lost while the content was drained: the client sends it again, as after any refusal for want of space.
                if (FragmentIndex.Find(scope.Connection, agreement, root.ToArray()) is not { } row || row.Length != length
                    || FragmentIndex.IsRotten(scope.Connection, row))
                    return FragmentWriteResult.OutOfSpace;
                FragmentIndex.Restage(scope.Connection, row.Id, StagedUntil());
                return FragmentWriteResult.AlreadyStored;
            },
            cancellationToken);

    long StagedUntil() => (time.GetUtcNow() + options.StagingTime).ToUnixTimeMilliseconds();

    static async Task<bool> DrainAsync(Stream content, long length, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(FragmentBlocks.BlockBytes);
        try
        {
            for (var left = length; left > 0;)
            {
                var read = await content.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)),
                    cancellationToken).ConfigureAwait(false);
                if (read == 0)
                    return false;
                left -= read;
            }
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
