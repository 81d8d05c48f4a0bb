using Marketplace.Client.Content;
using Marketplace.Client.Transport;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;
using Marketplace.Protocol.Transfer;

namespace Marketplace.Client.Recovery;

/// <summary>An agreement's contents as its provider shows them and both sides signed them.</summary>
/// <param name="Signed">Null for the empty agreement.</param>
/// <param name="Slots">Occupied slots, rising; to whom they belong is not known yet.</param>
sealed record AgreementContents(CountersignedRevision? Signed, IReadOnlyList<SlotMessage> Slots);

/// <summary>Reads an agreement's contents from its provider and believes nothing that does not lead to the root that the data key
/// signed.</summary>
sealed class AgreementReader(MarketDomain domain, Address dataKey)
{
    public async Task<Answer<AgreementContents>> ReadAsync(IAgreementChannel channel, GiB space, CancellationToken cancellationToken)
    {
        if (!(await channel.GetRevisionAsync(cancellationToken)).TryGet(out var message, out var failure))
            return failure;
        var revision = message.RevisionOf(channel.Agreement);
        if (revision == Revision.Empty(channel.Agreement))
            return new AgreementContents(null, []);
        // The provider may have had another operator key when it countersigned: what this side signed is proof enough of what lies there.
        if (message.Signature is not { } ours || !revision.IsSignedBy(domain, dataKey, ours) || message.Countersignature is not { } theirs)
            return ProviderFailure.Lie("The current revision does not bear this vault's signature.");
        if (!(await ReadSlotsAsync(channel, revision, space, cancellationToken)).TryGet(out var slots, out failure))
            return failure;
        return Roots.OfAgreement(slots.Select(slot => (slot.Slot, slot.Root, slot.Leaves))) == (revision.DataRoot, revision.Weight)
            ? new AgreementContents(new CountersignedRevision(revision, ours, theirs), slots)
            : ProviderFailure.Lie("The slots do not lead to the root that was signed.");
    }

    static async Task<Answer<List<SlotMessage>>> ReadSlotsAsync(
        IAgreementChannel channel, Revision revision, GiB space, CancellationToken cancellationToken)
    {
        var slots = new List<SlotMessage>();
        var weight = 0UL;
        for (ulong from = 0; weight < revision.Weight;)
        {
            if (!(await channel.GetSlotsAsync((uint)from, TransferLimits.MaxSlotsPerAnswer, cancellationToken)).TryGet(out var page, out var failure))
                return failure;
            foreach (var slot in page.Slots)
            {
                // Slots are given out from the lowest, so that none lies beyond the leaves that the space holds.
                if (slot.Slot < from || slot.Leaves == 0 || slot.Slot >= space.Value * GiB.Leaves)
                    return ProviderFailure.Lie("The slots are not in order.");
                slots.Add(slot);
                weight += slot.Leaves;
                from = (ulong)slot.Slot + 1;
            }
            if (page.Slots.Count == 0 || weight > revision.Weight)
                return ProviderFailure.Lie("The slots do not add up to the weight that was signed.");
        }
        return slots;
    }
}
