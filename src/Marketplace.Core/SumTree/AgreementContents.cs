using System.Buffers.Binary;
using Marketplace.Core.Primitives;

namespace Marketplace.Core.SumTree;

/// <summary>What one agreement stores at one revision: the preimage of a leaf of the provider's tree.</summary>
/// <param name="Id">The agreement.</param>
/// <param name="Revision">Counts up by one with each change; 0 is the agreement in which nothing was stored yet, with an EMPTY data
/// root.</param>
/// <param name="DataRoot">The hash of the agreement's tree; zero when it is empty.</param>
/// <param name="Weight">Leaves of 1,024 bytes under the data root.</param>
public readonly record struct AgreementContents(AgreementId Id, ulong Revision, Digest DataRoot, ulong Weight)
{
    const int WordSize = 32;

    /// <summary>An agreement in which nothing was stored yet. It is a member of the provider's tree: it counts 1 and weighs 0.</summary>
    public static AgreementContents Initial(AgreementId id) => new(id, 0, Digest.Zero, 0);

    /// <summary>The contents after a revision, from the root of the agreement's tree.</summary>
    public static AgreementContents Of(AgreementId id, ulong revision, SumNode root) => new(id, revision, root.Hash, root.Weight);

    /// <summary>The agreement's node in the provider's tree.</summary>
    public TopNode ToNode()
    {
        Span<byte> preimage = stackalloc byte[4 * WordSize];
        preimage.Clear();
        BinaryPrimitives.WriteUInt128BigEndian(preimage[16..], Id.Value);
        BinaryPrimitives.WriteUInt64BigEndian(preimage[(2 * WordSize - sizeof(ulong))..], Revision);
        DataRoot.CopyTo(preimage[(2 * WordSize)..]);
        BinaryPrimitives.WriteUInt64BigEndian(preimage[(4 * WordSize - sizeof(ulong))..], Weight);
        return new TopNode(Digest.Of(preimage), Weight, 1, Id);
    }
}
