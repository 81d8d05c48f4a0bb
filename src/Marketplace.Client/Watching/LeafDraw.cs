using System.Security.Cryptography;
using Marketplace.Client.Catalog;

namespace Marketplace.Client.Watching;

/// <summary>Draws leaves of an agreement's tree, in which the slots' fragments follow each other (docs/protocol.md, section 4).</summary>
static class LeafDraw
{
    /// <summary>A leaf of a version, each with the same chance; null if the slots hold none of it.</summary>
    /// <param name="slots">All of the agreement's, rising.</param>
    /// <param name="version">Whose leaves count.</param>
    public static ulong? From(IReadOnlyList<StoredSlot> slots, VersionId version)
    {
        var own = slots.Where(slot => slot.Version == version).Sum(slot => (long)slot.Leaves);
        if (own == 0)
            return null;
        var drawn = (ulong)(BitConverter.ToUInt128(RandomNumberGenerator.GetBytes(16)) % (UInt128)own);
        var before = 0UL;
        foreach (var slot in slots)
        {
            if (slot.Version == version)
            {
                if (drawn < slot.Leaves)
                    return before + drawn;
                drawn -= slot.Leaves;
            }
            before += slot.Leaves;
        }
        throw new InvalidOperationException("A leaf beyond all leaves was drawn.");
    }
}
