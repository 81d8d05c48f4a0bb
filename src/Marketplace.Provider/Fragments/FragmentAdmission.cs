using Marketplace.Core.Primitives;
using Marketplace.Provider.Persistence;
using Microsoft.Data.Sqlite;

namespace Marketplace.Provider.Fragments;

/// <summary>
/// Whether an agreement may store more fragments: what its reserved space and the store's own limit leave, counted down with what is taken. For as
/// long as the snapshot or the writer's scope.
/// </summary>
internal sealed class FragmentAdmission
{
    readonly SqliteConnection connection;
    readonly QuotaRow? quota;
    long leavesLeft, bytesLeft;

    public FragmentAdmission(SqliteConnection connection, AgreementId agreement, StoreOptions options)
    {
        this.connection = connection;
        quota = FragmentIndex.FindQuota(connection, agreement);
        Refusal = quota is null ? FragmentWriteResult.UnknownAgreement : quota.Closed != 0 ? FragmentWriteResult.AgreementClosed : null;
        if (quota is null)
            return;
        leavesLeft = quota.Gib * (long)GiB.Leaves + options.StagingAllowanceLeaves - quota.Weight - quota.StagedLeaves;
        bytesLeft = options.CapacityBytes - quota.StoreBytes;
    }

    /// <summary>Why nothing may be stored; null if some may.</summary>
    public FragmentWriteResult? Refusal { get; }

    /// <summary>The agreement's row; only where there is no <see cref="Refusal"/>.</summary>
    public long Agreement => quota!.Key;

    /// <summary>What was taken: fragments, their leaves, and bytes of their records.</summary>
    public (long Fragments, long Leaves, long Bytes) Taken { get; private set; }

    /// <summary>
    /// Null if a fragment may be stored: one for which there is room, or that is here and damaged, in whose place it is counted already.
    /// </summary>
    /// <param name="root">Its root.</param>
    /// <param name="length">Its length.</param>
    /// <param name="isNew">Whether it may be stored and takes room.</param>
    public FragmentWriteResult? Judge(byte[] root, long length, out bool isNew)
    {
        isNew = false;
        if (Refusal is not null)
            return Refusal;
        if (FragmentIndex.Find(connection, Agreement, root) is { } stored)
            return JudgeStored(stored, length);
        var lack = FindLack(length);
        isNew = lack is null;
        return lack;
    }

    /// <summary>Null for one that is damaged.</summary>
    public FragmentWriteResult? JudgeStored(FragmentRow stored, long length)
    {
        if (stored.Length != length)
            return FragmentWriteResult.LengthMismatch;
        return FragmentIndex.IsRotten(connection, stored) ? null : FragmentWriteResult.AlreadyStored;
    }

    /// <summary>Null if there is room for a fragment that is not here.</summary>
    /// <param name="length">Its length.</param>
    /// <param name="unfinishedLeaves">Leaves of the agreement that count as taken and are not in the index.</param>
    /// <param name="unfinishedBytes">Bytes of all records that do.</param>
    public FragmentWriteResult? FindLack(long length, long unfinishedLeaves = 0, long unfinishedBytes = 0)
    {
        if (length / FragmentBlocks.LeafBytes > leavesLeft - unfinishedLeaves)
            return FragmentWriteResult.QuotaExceeded;
        return FragmentRecord.SizeOf(length) > bytesLeft - unfinishedBytes ? FragmentWriteResult.OutOfSpace : null;
    }

    /// <summary>A fragment that was not here takes its room.</summary>
    public void Take(long length)
    {
        var (leaves, bytes) = (length / FragmentBlocks.LeafBytes, FragmentRecord.SizeOf(length));
        (leavesLeft, bytesLeft) = (leavesLeft - leaves, bytesLeft - bytes);
        Taken = (Taken.Fragments + 1, Taken.Leaves + leaves, Taken.Bytes + bytes);
    }
}
