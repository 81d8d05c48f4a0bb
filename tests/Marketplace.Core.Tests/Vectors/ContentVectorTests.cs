using Marketplace.Core.Coding;
using Marketplace.Core.Content;
using Marketplace.Core.Cryptography;
using Marketplace.Core.SumTree;
using Marketplace.Core.Tests.Primitives;

namespace Marketplace.Core.Tests.Vectors;

/// <summary>
/// Writes tests/vectors/content.json (see the README there): what is stored today must be readable by every later version, so that none of
/// these bytes may ever change.
/// </summary>
public sealed class ContentVectorTests
{
    static readonly byte[] VaultKey = new SplitMix(1).Bytes(32);
    static readonly byte[] ContentKey = new SplitMix(2).Bytes(32);
    static readonly byte[] ObjectId = new SplitMix(3).Bytes(16);
    static readonly byte[] Nonce = new SplitMix(5).Bytes(12);
    static readonly byte[] MaskKey = KeyDerivation.MaskKey(KeyDerivation.MaskRoot(VaultKey), ObjectId, 7);

    [Fact]
    public void Formats_Committed_AreWhatTheCodeProduces() => VectorFile.Check(
        "content.json",
        new
        {
            Keys = Keys(),
            Blocks = new[] { (0L, false), (0L, true), (1L, true), (1L << 40, true) }.Select(block => Block(block.Item1, block.Item2)),
            Masks = new[] { (0L, 0, 0L), (0L, 0, 4095L), (3L, 11, 16L), (long.MaxValue, 255, 1L << 40) }.Select(at => Mask(at.Item1, at.Item2, at.Item3)),
            Codings = CodingScheme.All.Select(Coding),
            Lengths = Lengths.Select(length => new
            {
                Length = length,
                Padded = ContentLayout.PaddedLength(length),
                Blocks = ContentLayout.BlockCount(length),
                Ciphertext = ContentLayout.CiphertextLength(length),
            }),
        });

    static long[] Lengths =>
        [0, 1, 2, 9, 255, 256, 1000, 1024, 65_535, 65_536, 65_537, 65_552, 1_000_000, 16 << 20, (16 << 20) + 1, 4L << 30, ContentLayout.MaxLength];

    static object Keys()
    {
        using var cipher = new ContentCipher(ContentKey);
        return new
        {
            VaultKey = VectorFile.Hex(VaultKey),
            Words = string.Join(' ', RecoveryPhrase.Write(VaultKey)),
            Shares = RecoveryShares.Split(VaultKey, 2, 3, new SplitMix(6).Bytes(32)).Select(share => string.Join(' ', share.ToWords())),
            ContentWrapKey = VectorFile.Hex(KeyDerivation.ContentWrapKey(VaultKey)),
            MaskRoot = VectorFile.Hex(KeyDerivation.MaskRoot(VaultKey)),
            CatalogKey = VectorFile.Hex(KeyDerivation.CatalogKey(VaultKey)),
            DataKeys = new[] { (0U, 0U), (1U, 0U), (0U, 1U) }.Select(at => VectorFile.Hex(KeyDerivation.DataKeyCandidate(VaultKey, at.Item1, at.Item2))),
            ObjectId = VectorFile.Hex(ObjectId),
            Version = 7,
            MaskKey = VectorFile.Hex(MaskKey),
            ContentKey = VectorFile.Hex(ContentKey),
            Commitment = VectorFile.Hex(cipher.Commitment),
            Nonce = VectorFile.Hex(Nonce),
            WrappedContentKey = VectorFile.Hex(KeyWrap.Wrap(KeyDerivation.ContentWrapKey(VaultKey), ContentKey, ObjectId, Nonce)),
        };
    }

    static object Block(long number, bool isLast)
    {
        var plaintext = new SplitMix(7).Bytes(isLast ? 20 : ContentLayout.BlockSize);
        var ciphertext = new byte[plaintext.Length + ContentLayout.TagSize];
        using var cipher = new ContentCipher(ContentKey);
        cipher.EncryptBlock(number, isLast, plaintext, ciphertext);
        return new
        {
            Number = number,
            IsLast = isLast,
            Plaintext = plaintext.Length,
            First = VectorFile.Hex(ciphertext.AsSpan(0, 20)),
            Last = VectorFile.Hex(ciphertext.AsSpan()[^ContentLayout.TagSize..]),
        };
    }

    static object Mask(long segment, int fragment, long offset)
    {
        var bytes = new byte[40];
        using var mask = new FragmentMask(MaskKey, segment, fragment);
        mask.Apply(bytes, offset);
        return new { Segment = segment, Fragment = fragment, Offset = offset, Keystream = VectorFile.Hex(bytes) };
    }

    /// <summary>Roots of all fragments of a random segment: of the data as it is, and of the parity that ISA-L would compute too.</summary>
    static object Coding(CodingScheme scheme)
    {
        var random = new SplitMix(8);
        var data = Enumerable.Range(0, scheme.DataFragments).Select(_ => random.Bytes(3000)).ToArray();
        var parity = Enumerable.Range(0, scheme.TotalFragments - scheme.DataFragments).Select(_ => new byte[3000]).ToArray();
        scheme.CreateCode().Encode([.. data.Select(part => (ReadOnlyMemory<byte>)part)], [.. parity.Select(part => (Memory<byte>)part)]);
        return new
        {
            scheme.Name,
            scheme.DataFragments,
            scheme.TotalFragments,
            scheme.RepairAt,
            Roots = data.Concat(parity).Select(part => FragmentTree.ComputeRoot(part).Hash.ToString()),
        };
    }
}
