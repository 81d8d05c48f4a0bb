using System.Buffers;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Provider.Persistence;

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
    readonly VolumeSet volumes;
    readonly FragmentEntries entries;
    readonly UnfinishedUploads unfinished = new();
    readonly StoreHealth health;
    readonly StoreOptions options;

    internal FragmentStore(
        StoreDatabase database, WriteQueue queue, VolumeSet volumes, StoreHealth health, StoreOptions options, TimeProvider time)
    {
        this.database = database;
        this.volumes = volumes;
        this.health = health;
        this.options = options;
        entries = new FragmentEntries(queue, volumes, options, time);
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
        var rootBytes = root.ToArray();
        var room = unfinished.Open(agreement);
        var refusal = Judge(agreement, rootBytes, length, room);
        VolumeSpace? space = null;
        try
        {
            space = refusal is null ? volumes.TryReserve(FragmentRecord.SizeOf(length)) : null;
        }
        finally
        {
            if (space is null)
                room.Dispose();
        }
        if (space is not null)
            return await TakeAsync(space.Value, room, agreement, rootBytes, length, content, cancellationToken).ConfigureAwait(false);
        if (length > 0 && !await DrainAsync(content, length, cancellationToken).ConfigureAwait(false))
            return Task.FromResult(FragmentWriteResult.LengthMismatch);
        return refusal == FragmentWriteResult.AlreadyStored
            ? PutAsync(agreement, new FragmentEntry(rootBytes, length, null), room, cancellationToken)
            : Task.FromResult(refusal ?? FragmentWriteResult.OutOfSpace);
    }

    /// <summary>Takes the fragments of one request, small ones together. The caller disposes it.</summary>
    /// <param name="agreement">The agreement whose space they take.</param>
    /// <exception cref="StoreFailedException">The store acknowledges nothing any more.</exception>
    public FragmentIntake OpenIntake(AgreementId agreement)
    {
        health.ThrowIfFailed();
        return new FragmentIntake(agreement, this, () => new SmallFragments(agreement, database, volumes, entries, unfinished, options));
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

    /// <summary>Null if the upload may begin; it has its room then.</summary>
    FragmentWriteResult? Judge(AgreementId agreement, byte[] root, long length, UnfinishedUploads.Room room)
    {
        if (length <= 0 || length % FragmentBlocks.LeafBytes != 0)
            return FragmentWriteResult.LengthMismatch;
        if (length > MaximumLength || FragmentRecord.SizeOf(length) > options.VolumeBytes)
            return FragmentWriteResult.TooLarge;
        return database.Read(connection => room.Admit(new FragmentAdmission(connection, agreement, options), root, length));
    }

    async Task<Task<FragmentWriteResult>> TakeAsync(
        VolumeSpace space, UnfinishedUploads.Room room, AgreementId agreement, byte[] root, long length, Stream content, CancellationToken cancellationToken)
    {
        var isWritten = false;
        try
        {
            var result = await FragmentWriter.WriteAsync(volumes.VolumeOf(space), space, agreement, root, length, content, cancellationToken)
                .ConfigureAwait(false);
            isWritten = result == FragmentWriteResult.Stored;
            return isWritten ? PutAsync(agreement, new FragmentEntry(root, length, space), room, cancellationToken) : Task.FromResult(result);
        }
        finally
        {
            if (!isWritten)
            {
                volumes.GiveBack(space);
                room.Dispose();
            }
        }
    }

    async Task<FragmentWriteResult> PutAsync(AgreementId agreement, FragmentEntry entry, UnfinishedUploads.Room room, CancellationToken cancellationToken) =>
        (await entries.PutAsync(agreement, [entry], entry.Space is { } space ? [space] : [], room, cancellationToken).ConfigureAwait(false))[0];

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
