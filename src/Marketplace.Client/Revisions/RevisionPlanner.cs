using Marketplace.Client.Catalog;
using Marketplace.Client.Content;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;
using Marketplace.Protocol.Transfer;

namespace Marketplace.Client.Revisions;

/// <summary>A fragment that an agreement is to hold from the next revision on.</summary>
/// <param name="Root">The fragment's root.</param>
/// <param name="Leaves">Its leaves.</param>
/// <param name="Version">What it belongs to.</param>
public readonly record struct NewFragment(Hash256 Root, uint Leaves, VersionId Version);

/// <summary>Works out and signs an agreement's next revision.</summary>
public static class RevisionPlanner
{
    /// <summary>
    /// The revision that adds fragments, in the lowest free slots, and clears as much garbage as one revision may. Null when there is
    /// nothing to change.
    /// </summary>
    /// <param name="domain">The market.</param>
    /// <param name="agreement">As the catalog has it.</param>
    /// <param name="slots">Its occupied slots, rising.</param>
    /// <param name="additions">At most <see cref="TransferLimits.MaxChangesPerRevision"/>.</param>
    /// <param name="dataKey">Signs.</param>
    public static PendingRevision? Plan(
        MarketDomain domain,
        RentedAgreement agreement,
        IReadOnlyList<StoredSlot> slots,
        IReadOnlyList<NewFragment> additions,
        PrivateKey dataKey)
    {
        var garbage = slots.Where(slot => slot.IsGarbage).Take(TransferLimits.MaxChangesPerRevision - additions.Count).ToList();
        if (additions.Count == 0 && garbage.Count == 0)
            return null;
        // A slot that this revision empties is not filled by it: each slot changes once.
        var added = FreeSlots(slots).Zip(additions, (slot, fragment) => new PendingChange(slot, fragment.Root, fragment.Leaves, fragment.Version));
        var changes = garbage.Select(slot => new PendingChange(slot.Slot, null, 0, null)).Concat(added).OrderBy(change => change.Slot).ToList();
        var cleared = garbage.Select(slot => slot.Slot).ToHashSet();
        var contents = slots.Where(slot => !cleared.Contains(slot.Slot)).Select(slot => (slot.Slot, slot.Root, slot.Leaves))
            .Concat(changes.Where(change => change.Root is not null).Select(change => (change.Slot, change.Root!.Value, change.Leaves)));
        var (root, weight) = Roots.OfAgreement(contents);
        var revision = new Revision(agreement.Id, agreement.Revision.Number + 1, root, weight);
        return new PendingRevision(revision, revision.Sign(domain, dataKey), changes);
    }

    static IEnumerable<uint> FreeSlots(IReadOnlyList<StoredSlot> occupied)
    {
        var next = 0;
        for (uint slot = 0; ; slot++)
        {
            if (next < occupied.Count && occupied[next].Slot == slot)
                next++;
            else
                yield return slot;
        }
    }
}
