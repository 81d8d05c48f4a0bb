using System.Buffers.Binary;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Protocol.Transfer;

/// <summary>
/// Leaves of a fragment as they travel: <c>u32 hashCount || hashes[32 each] || bytes</c>. The hashes are section 4.2's range proof; nothing
/// here is
/// verified yet.
/// </summary>
public static class RangeAnswer
{
    /// <summary>Bytes before the leaves.</summary>
    public static int HeaderSize(int hashCount) => sizeof(uint) + hashCount * Hash256.Size;

    /// <summary>Writes what comes before the leaves.</summary>
    /// <param name="destination">At least <see cref="HeaderSize"/> bytes.</param>
    /// <param name="hashes">The proof, at most <see cref="TransferLimits.MaxRangeHashes"/>.</param>
    /// <exception cref="ArgumentException">There are more hashes than any range needs.</exception>
    public static void WriteHeader(Span<byte> destination, ReadOnlySpan<Hash256> hashes)
    {
        if (hashes.Length > TransferLimits.MaxRangeHashes)
            throw new ArgumentException($"A range proof has at most {TransferLimits.MaxRangeHashes} hashes.", nameof(hashes));
        BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)hashes.Length);
        for (var i = 0; i < hashes.Length; i++)
            hashes[i].CopyTo(destination[(sizeof(uint) + i * Hash256.Size)..]);
    }

    /// <summary>
    /// Reads an answer that must hold exactly <paramref name="leaves"/>.Length bytes of leaves and nothing after them. Null when it is
    /// shorter, longer,
    /// or announces more hashes than any range needs.
    /// </summary>
    public static async ValueTask<Hash256[]?> ReadAsync(Stream body, Memory<byte> leaves, CancellationToken cancellationToken)
    {
        var header = new byte[TransferLimits.MaxRangeHashes * Hash256.Size];
        if (!await FillAsync(body, header.AsMemory(0, sizeof(uint)), cancellationToken))
            return null;
        var count = BinaryPrimitives.ReadUInt32BigEndian(header);
        if (count > TransferLimits.MaxRangeHashes)
            return null;
        var bytes = header.AsMemory(0, (int)count * Hash256.Size);
        if (!await FillAsync(body, bytes, cancellationToken) || !await FillAsync(body, leaves, cancellationToken))
            return null;
        var hashes = new Hash256[count];
        for (var i = 0; i < hashes.Length; i++)
            hashes[i] = new Hash256(bytes.Span.Slice(i * Hash256.Size, Hash256.Size));
        return await body.ReadAsync(header.AsMemory(0, 1), cancellationToken) == 0 ? hashes : null;
    }

    static async ValueTask<bool> FillAsync(Stream body, Memory<byte> buffer, CancellationToken cancellationToken) =>
        await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken) == buffer.Length;
}
