using Marketplace.Client.Content;
using Marketplace.Core.Content;
using Marketplace.Core.Cryptography;

namespace Marketplace.Client.Uploads;

/// <summary>
/// Makes the fragments of any segment, in any order and as often as needed: each time the same, as long as the content is the same. It
/// works stripe by stripe, each a few KiB of all fragments: read into place, encrypted there, coded, masked and hashed while the processor
/// has them in its cache, so that a byte goes to memory and back only once.
/// </summary>
sealed class SegmentEncoder(IUploadSource source, ObjectCodec codec)
{
    /// <summary>Bytes of all fragments of a stripe that stay in a core's second-level cache beside everything else.</summary>
    const int StripeBytes = 512 << 10;

    /// <summary>What the tree hashes at a time, so that nothing waits for the next stripe.</summary>
    const int StripeUnit = 16 << 10;

    readonly ObjectLayout layout = codec.Layout;

    /// <summary>Bytes of each fragment in a stripe.</summary>
    int StripeWidth => Math.Clamp(StripeBytes / layout.Fragments / StripeUnit * StripeUnit, StripeUnit, ContentLayout.BlockSize);

    /// <summary>Says that a segment is next.</summary>
    public void ReadAhead(int segment) => source.ReadAhead(
        (long)segment * layout.SegmentSize / ContentLayout.SealedBlockSize * ContentLayout.BlockSize, layout.SegmentSize);

    /// <summary>Reads, encrypts, codes, masks and hashes. False when the content ended before its length.</summary>
    /// <exception cref="IOException">The content cannot be read.</exception>
    public async Task<bool> EncodeAsync(int segment, EncodedSegment target, CancellationToken cancellationToken)
    {
        target.Start(segment);
        var isDone = false;
        try
        {
            return isDone = await EncodeStripesAsync(segment, target, cancellationToken);
        }
        finally
        {
            if (!isDone)
                target.Abandon();
        }
    }

    async Task<bool> EncodeStripesAsync(int segment, EncodedSegment target, CancellationToken cancellationToken)
    {
        var masks = Enumerable.Range(0, layout.Fragments).Select(index => codec.CreateMask(segment, index)).ToArray();
        try
        {
            var blocks = new SegmentBlocks(layout, segment, target, source, codec);
            blocks.ClearPadding();
            var size = layout.FragmentSize(segment);
            for (var start = 0; start < size; start += StripeWidth)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var length = Math.Min(StripeWidth, size - start);
                if (!await blocks.EncryptUpToAsync(start + length, cancellationToken))
                    return false;
                Code(target, masks, start, length);
            }
            target.FinishRoots();
            return true;
        }
        finally
        {
            foreach (var mask in masks)
                mask.Dispose();
        }
    }

    void Code(EncodedSegment target, FragmentMask[] masks, int start, int length)
    {
        var stripe = target.Stripe(start, length);
        codec.EncodeParity(stripe);
        for (var index = 0; index < masks.Length; index++)
        {
            masks[index].Apply(stripe[index], start);
            target.Hash(index, stripe[index]);
        }
    }
}
