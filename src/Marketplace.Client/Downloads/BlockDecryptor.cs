using Marketplace.Client.Content;
using Marketplace.Core.Content;

namespace Marketplace.Client.Downloads;

/// <summary>Takes ciphertext in order and in any pieces, and gives the plaintext of each whole block that passes its check.</summary>
sealed class BlockDecryptor(ObjectCodec codec, long firstBlock)
{
    readonly byte[] cipher = new byte[ContentLayout.SealedBlockSize];
    readonly byte[] plain = new byte[ContentLayout.BlockSize];
    long block = firstBlock;
    int held;

    /// <summary>The plaintext position of the next block.</summary>
    public long Position => block * ContentLayout.BlockSize;

    /// <summary>Takes bytes up to the end of the next block and moves <paramref name="ciphertext"/> past them.</summary>
    /// <param name="ciphertext">What is left of the piece.</param>
    /// <param name="plaintext">The block, valid until the next call; empty while it is not whole.</param>
    /// <returns>False when the block is not the one that was encrypted here.</returns>
    public bool TryTake(ref ReadOnlyMemory<byte> ciphertext, out ReadOnlyMemory<byte> plaintext)
    {
        plaintext = default;
        var length = codec.Layout.BlockLength(block);
        var sealedLength = length + ContentLayout.TagSize;
        var taken = Math.Min(sealedLength - held, ciphertext.Length);
        ciphertext[..taken].CopyTo(cipher.AsMemory(held));
        ciphertext = ciphertext[taken..];
        held += taken;
        if (held < sealedLength)
            return true;
        held = 0;
        if (!codec.TryDecrypt(block, cipher.AsSpan(0, sealedLength), plain.AsSpan(0, length)))
            return false;
        block++;
        plaintext = plain.AsMemory(0, length);
        return true;
    }
}
