using Marketplace.Client.Catalog;
using Marketplace.Client.Transport;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;

namespace Marketplace.Client.Recovery;

/// <summary>Brings the catalog's slots to what each agreement's provider showed and both sides signed.</summary>
/// <param name="change">The catalog.</param>
/// <param name="garbage">What published catalogs name as garbage: the only fragments that may be cleared although this catalog never knew them.</param>
/// <param name="now">When.</param>
sealed class SlotRestorer(CatalogTransaction change, IReadOnlySet<GarbageSlot> garbage, DateTimeOffset now)
{
    readonly HashSet<AgreementId> current = [];

    /// <summary>Agreements whose slots in the catalog are what their provider holds now.</summary>
    public IReadOnlySet<AgreementId> Current => current;

    /// <summary>Restores one agreement.</summary>
    /// <returns>Why it cannot be; null when it is current.</returns>
    public string? Restore(AgreementId agreement, Answer<AgreementContents> answer)
    {
        if (!answer.TryGet(out var contents, out var failure))
            return failure.ToString();
        var known = change.FindAgreement(agreement)!.Revision;
        if (change.FindPending(agreement) is not null)
            return "an earlier change is not settled; run this again when it answers";
        var shown = contents.Signed?.Revision ?? Revision.Empty(agreement);
        if (shown.Number < known.Number)
            return $"it signed revision {known.Number} and now shows revision {shown.Number}: it has lost what was stored since, or hides it";
        if (shown.Number == known.Number && shown != known)
            return $"it signed two different revisions {known.Number}";
        if (shown.Number > known.Number)
            Replace(agreement, contents);
        current.Add(agreement);
        return null;
    }

    void Replace(AgreementId agreement, AgreementContents contents)
    {
        var before = change.ListSlots(agreement).ToDictionary(slot => (slot.Slot, slot.Root));
        change.EmptyAllSlots(agreement);
        foreach (var slot in contents.Slots)
            change.FillSlot(agreement, Owned(agreement, slot.Slot, slot.Root, slot.Leaves, before.GetValueOrDefault((slot.Slot, slot.Root))));
        change.SaveRevision(contents.Signed!, now);
    }

    StoredSlot Owned(AgreementId agreement, uint slot, Hash256 root, uint leaves, StoredSlot? before) =>
        before ?? new StoredSlot(slot, root, leaves, null, IsUnclaimed: !garbage.Contains(GarbageSlot.Of(agreement, slot, root)));
}
