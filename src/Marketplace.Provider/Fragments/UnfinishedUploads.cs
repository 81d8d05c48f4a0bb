using Marketplace.Core.Primitives;

namespace Marketplace.Provider.Fragments;

/// <summary>
/// What is being written and is in no index yet counts as taken: else requests that are begun and never finished would fill a disk far beyond what
/// was rented. Safe for concurrent use.
/// </summary>
internal sealed class UnfinishedUploads
{
    readonly Lock gate = new();
    readonly Dictionary<AgreementId, long> leaves = [];
    long bytes;

    /// <summary>Room for fragments of an agreement, none yet.</summary>
    public Room Open(AgreementId agreement) => new(this, agreement);

    /// <summary>The room of some fragments, until they are in the index or will not be. Not safe for concurrent use.</summary>
    public sealed class Room(UnfinishedUploads all, AgreementId agreement) : IDisposable
    {
        long leaves, bytes;

        /// <summary>Takes room for a fragment if it may be stored.</summary>
        /// <param name="admission">What the index says.</param>
        /// <param name="root">The fragment's root.</param>
        /// <param name="length">Its length.</param>
        /// <returns>Null; or why it may not be stored.</returns>
        public FragmentWriteResult? Admit(FragmentAdmission admission, byte[] root, long length)
        {
            // One in whose place a damaged one is counted has its room.
            if (admission.Judge(root, length, out var isNew) is var refusal && (refusal is not null || !isNew))
                return refusal;
            lock (all.gate)
            {
                if (admission.FindLack(length, all.leaves.GetValueOrDefault(agreement), all.bytes) is { } lack)
                    return lack;
                Add(length / FragmentBlocks.LeafBytes, FragmentRecord.SizeOf(length));
                return null;
            }
        }

        /// <summary>Gives the room back, once.</summary>
        public void Dispose()
        {
            lock (all.gate)
                Add(-leaves, -bytes);
        }

        void Add(long moreLeaves, long moreBytes)
        {
            (leaves, bytes, all.bytes) = (leaves + moreLeaves, bytes + moreBytes, all.bytes + moreBytes);
            if (all.leaves.GetValueOrDefault(agreement) + moreLeaves is var sum && sum > 0)
                all.leaves[agreement] = sum;
            else
                all.leaves.Remove(agreement);
        }
    }
}
