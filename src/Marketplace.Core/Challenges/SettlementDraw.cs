using System.Buffers.Binary;
using Marketplace.Core.Primitives;

namespace Marketplace.Core.Challenges;

/// <summary>Which of a billing cycle's proven epochs must have held the agreement (protocol, section 4.1).</summary>
public static class SettlementDraw
{
    /// <summary>The number of the epoch among the cycle's proven ones, from 0.</summary>
    /// <param name="seed">Of the first sealed epoch after the cycle.</param>
    /// <param name="agreement">The agreement that is settled.</param>
    /// <param name="cycle">The cycle's number in the agreement's term, from 0.</param>
    /// <param name="provenEpochs">Proven epochs in the cycle, at least one.</param>
    public static ulong Pick(Digest seed, AgreementId agreement, ulong cycle, ulong provenEpochs)
    {
        ArgumentOutOfRangeException.ThrowIfZero(provenEpochs);
        Span<byte> preimage = stackalloc byte[2 * Digest.Size + sizeof(ulong)];
        preimage.Clear();
        seed.CopyTo(preimage);
        BinaryPrimitives.WriteUInt128BigEndian(preimage[(Digest.Size + 16)..], agreement.Value);
        BinaryPrimitives.WriteUInt64BigEndian(preimage[(2 * Digest.Size)..], cycle);
        return Digest.Of(preimage).Modulo(provenEpochs);
    }
}
