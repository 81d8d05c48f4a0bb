using System.Collections.Concurrent;
using System.Security.Cryptography;
using Marketplace.Core.Coding;
using Marketplace.Core.Content;
using Marketplace.Core.Cryptography;

namespace Marketplace.Client.Content;

/// <summary>
/// Turns an object's blocks into ciphertext and its segments into masked fragments, and back. Safe for several threads. Disposing erases
/// its keys.
/// </summary>
public sealed class ObjectCodec : IDisposable
{
    readonly byte[] contentKey, maskKey;
    readonly ConcurrentBag<ContentCipher> ciphers = [];
    readonly ReedSolomon code;

    /// <param name="layout">The object.</param>
    /// <param name="contentKey">32 bytes, this version's alone; copied.</param>
    /// <param name="maskKey">32 bytes, this version's alone; copied.</param>
    public ObjectCodec(ObjectLayout layout, ReadOnlySpan<byte> contentKey, ReadOnlySpan<byte> maskKey)
    {
        Layout = layout;
        this.contentKey = contentKey.ToArray();
        this.maskKey = maskKey.ToArray();
        code = layout.Coding.CreateCode();
        var cipher = new ContentCipher(contentKey);
        Commitment = cipher.Commitment.ToArray();
        ciphers.Add(cipher);
    }

    /// <summary>The object.</summary>
    public ObjectLayout Layout { get; }

    /// <summary>Binds the ciphertext to the content key.</summary>
    public ReadOnlyMemory<byte> Commitment { get; }

    /// <summary>Encrypts a block.</summary>
    public void Encrypt(long block, ReadOnlySpan<byte> plain, Span<byte> cipher)
    {
        var with = Take();
        with.EncryptBlock(block, block == Layout.Blocks - 1, plain, cipher);
        ciphers.Add(with);
    }

    /// <summary>Decrypts a block; false when it is not the one that was encrypted there.</summary>
    public bool TryDecrypt(long block, ReadOnlySpan<byte> cipher, Span<byte> plain)
    {
        var with = Take();
        var isRight = with.TryDecryptBlock(block, block == Layout.Blocks - 1, cipher, plain);
        ciphers.Add(with);
        return isRight;
    }

    /// <summary>Computes the n - k parity fragments behind the k data fragments.</summary>
    public void EncodeParity(FragmentStripe stripe) => code.Encode(stripe);

    /// <summary>Rebuilds unmasked fragments, or the same range of them, from any k others.</summary>
    public void Rebuild(
        IReadOnlyList<(int Index, ReadOnlyMemory<byte> Bytes)> present, IReadOnlyList<(int Index, Memory<byte> Bytes)> wanted) =>
        code.Rebuild(
            [.. present.Select(row => row.Index)], [.. present.Select(row => row.Bytes)], [.. wanted.Select(row => row.Index)],
                [.. wanted.Select(row => row.Bytes)]);

    /// <summary>Masks a part of a fragment, or takes the mask off.</summary>
    public void Mask(int segment, int fragment, long offset, Span<byte> bytes)
    {
        using var mask = CreateMask(segment, fragment);
        mask.Apply(bytes, offset);
    }

    /// <summary>The mask of one fragment, for one thread; disposed of by the caller.</summary>
    public FragmentMask CreateMask(int segment, int fragment) => new(maskKey, segment, fragment);

    /// <summary>Erases the keys.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(contentKey);
        CryptographicOperations.ZeroMemory(maskKey);
        while (ciphers.TryTake(out var cipher))
            cipher.Dispose();
    }

    ContentCipher Take() => ciphers.TryTake(out var cipher) ? cipher : new ContentCipher(contentKey);
}
