using System.Buffers;
using Marketplace.Client.Content;
using Marketplace.Core.Content;

namespace Marketplace.Client.Downloads;

/// <summary>Takes ciphertext in order and in any pieces, and gives the plaintext of each whole block that passes its check.</summary>
sealed class BlockDecryptor(ObjectCodec codec, long firstBlock) : IDisposable
{
    readonly byte[] torn = ArrayPool<byte>.Shared.Rent(ContentLayout.SealedBlockSize);
    long block = firstBlock;
    int held;

    /// <summary>The plaintext position of the next block.</summary>
    public long Position => block * ContentLayout.BlockSize;

    /// <summary>Takes bytes up to the end of the next block and moves <paramref name="ciphertext"/> past them.</summary>
    /// <param name="ciphertext">What is left of the piece.</param>
    /// <param name="plaintext">Room for a block.</param>
    /// <param name="length">Bytes of the block's plaintext; 0 while it is not whole.</param>
    /// <returns>False when the block is not the one that was encrypted here.</returns>
    public bool TryTake(ref ReadOnlyMemory<byte> ciphertext, Memory<byte> plaintext, out int length)
    {
        length = 0;
        var whole = codec.Layout.BlockLength(block) + ContentLayout.TagSize;
        var from = ciphertext;
        if (held > 0 || ciphertext.Length < whole)
        {
            // The block lies in two pieces: it is put together.
            var taken = Math.Min(whole - held, ciphertext.Length);
            ciphertext[..taken].CopyTo(torn.AsMemory(held));
            held += taken;
            ciphertext = ciphertext[taken..];
            if (held < whole)
                return true;
            from = torn;
            held = 0;
        }
        else
        {
            ciphertext = ciphertext[whole..];
        }
        if (!codec.TryDecrypt(block, from.Span[..whole], plaintext.Span[..(whole - ContentLayout.TagSize)]))
            return false;
        block++;
        length = whole - ContentLayout.TagSize;
        return true;
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(torn);
}
