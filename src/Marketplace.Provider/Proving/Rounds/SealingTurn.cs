using System.Buffers.Binary;
using System.Security.Cryptography;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Provider.Proving.Rounds;

/// <summary>
/// Spreads the providers over some seconds in opening and sealing an epoch, so that not all of them pay for what one can do. An epoch in
/// which the first ones fail loses no more than these seconds.
/// </summary>
public static class SealingTurn
{
    /// <summary>Two blocks or three: a round is public, and whoever has it early gains what the others wait.</summary>
    const ulong LongestWait = 30;

    /// <summary>A short epoch has less to spare.</summary>
    const ulong SharesOfAnEpoch = 40;

    /// <summary>
    /// Seconds that this provider waits after something is due, from 0 to 30 and to a fortieth of the epoch. Every epoch has another order.
    /// </summary>
    /// <param name="provider">The owner's address.</param>
    /// <param name="epoch">Which epoch.</param>
    /// <param name="epochLength">Seconds.</param>
    public static ulong WaitOf(Address provider, Epoch epoch, ulong epochLength)
    {
        Span<byte> named = stackalloc byte[Address.Size + sizeof(ulong)];
        provider.ToArray().CopyTo(named);
        BinaryPrimitives.WriteUInt64BigEndian(named[Address.Size..], epoch.Value);
        var drawn = BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(named));
        return drawn % (Math.Min(LongestWait, epochLength / SharesOfAnEpoch) + 1);
    }
}
