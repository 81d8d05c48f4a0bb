using System.Numerics;

namespace Marketplace.Core.Content;

/// <summary>How long the padded and the encrypted forms of content are, and where a plaintext offset lies in them.</summary>
public static class ContentLayout
{
    /// <summary>Plaintext bytes of a block; the last may be shorter.</summary>
    public const int BlockSize = 64 << 10;

    /// <summary>Bytes of the authentication tag behind each block.</summary>
    public const int TagSize = 16;

    /// <summary>Bytes of a whole encrypted block.</summary>
    public const int SealedBlockSize = BlockSize + TagSize;

    /// <summary>The longest content: 2^50 bytes.</summary>
    public const long MaxLength = 1L << 50;

    /// <summary>
    /// The length after padding: Padmé, at most 12 % more, so that of an object's length only its magnitude and about as many leading bits
    /// as the magnitude has bits are told. Empty content is padded to one byte.
    /// </summary>
    /// <remarks>Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs", 2019.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than <see cref="MaxLength"/>.</exception>
    public static long PaddedLength(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, MaxLength);
        if (length < 2)
            return 1;
        var exponent = BitOperations.Log2((ulong)length);
        var significant = BitOperations.Log2((uint)exponent) + 1;
        var mask = (1L << (exponent - significant)) - 1;
        return (length + mask) & ~mask;
    }

    /// <summary>The number of blocks of content with that (unpadded) length; at least one.</summary>
    public static long BlockCount(long length) => (PaddedLength(length) + BlockSize - 1) / BlockSize;

    /// <summary>The length of the ciphertext of content with that (unpadded) length.</summary>
    public static long CiphertextLength(long length) => PaddedLength(length) + BlockCount(length) * TagSize;

    /// <summary>Plaintext bytes, padding included, of one block.</summary>
    /// <param name="length">The content's (unpadded) length.</param>
    /// <param name="block">0 to <see cref="BlockCount"/> - 1.</param>
    public static int BlockLength(long length, long block)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(block);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(block, BlockCount(length));
        return (int)Math.Min(BlockSize, PaddedLength(length) - block * BlockSize);
    }

    /// <summary>Where a block starts in the ciphertext.</summary>
    public static long CiphertextOffset(long block) => block * SealedBlockSize;

    /// <summary>The blocks that hold a run of plaintext bytes.</summary>
    /// <param name="offset">The first byte.</param>
    /// <param name="count">At least one.</param>
    /// <returns>The first block and the one after the last.</returns>
    public static (long First, long End) BlocksOf(long offset, long count) => (offset / BlockSize, (offset + count - 1) / BlockSize + 1);
}
