using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;

namespace Marketplace.Core.Challenges;

/// <summary>How a draw chooses what is to be shown.</summary>
public enum DrawKind
{
    /// <summary>The checkpoint has nothing to choose from; there is no answer.</summary>
    Void,

    /// <summary>A leaf among all the provider's, every leaf alike.</summary>
    Leaf,

    /// <summary>An agreement among all the provider's, every agreement alike, and a leaf in it.</summary>
    Agreement,
}

/// <summary>One draw of an epoch's challenge (protocol, section 4.1).</summary>
/// <param name="Number">From 0; even ones draw a leaf, odd ones an agreement.</param>
/// <param name="Kind">How it chooses.</param>
/// <param name="Position">The leaf's number among all leaves, or the agreement's among all agreements, from the left.</param>
/// <param name="Target">The hash that the position comes from.</param>
public readonly record struct ChallengeDraw(uint Number, DrawKind Kind, ulong Position, Digest Target)
{
    /// <summary>Every draw of a challenge, void ones included.</summary>
    /// <param name="seed">The epoch's.</param>
    /// <param name="provider">Who has to answer.</param>
    /// <param name="checkpoint">What it has to answer from.</param>
    /// <param name="challenges">The number of draws.</param>
    public static IEnumerable<ChallengeDraw> All(Digest seed, ProviderId provider, Checkpoint checkpoint, uint challenges)
    {
        for (var number = 0U; number < challenges; number++)
            yield return Draw(seed, provider, checkpoint, number);
    }

    /// <summary>One draw.</summary>
    public static ChallengeDraw Draw(Digest seed, ProviderId provider, Checkpoint checkpoint, uint number)
    {
        Span<byte> preimage = stackalloc byte[Digest.Size + ProviderId.Size + sizeof(uint)];
        seed.CopyTo(preimage);
        provider.CopyTo(preimage[Digest.Size..]);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(preimage[(Digest.Size + ProviderId.Size)..], number);
        var target = Digest.Of(preimage);
        var isByLeaf = number % 2 == 0;
        var choices = isByLeaf ? checkpoint.Leaves : checkpoint.Agreements;
        return choices == 0
            ? new ChallengeDraw(number, DrawKind.Void, 0, target)
            : new ChallengeDraw(number, isByLeaf ? DrawKind.Leaf : DrawKind.Agreement, target.Modulo(choices), target);
    }

    /// <summary>For a draw of an agreement: the leaf to show in it. An agreement without a leaf shows its path alone.</summary>
    /// <param name="weight">The agreement's leaves, at least one.</param>
    public ulong LeafWithin(ulong weight)
    {
        Span<byte> target = stackalloc byte[Digest.Size];
        Target.CopyTo(target);
        return Digest.Of(target).Modulo(weight);
    }
}
