using Marketplace.Core.Cryptography;

namespace Marketplace.Core.Tests.Cryptography;

public sealed class KeyWrapTests
{
    static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Fact]
    public void WrappedKey_OpensOnlyForWhatItIsFor()
    {
        var wrapped = KeyWrap.Wrap(new byte[32], Key, "object 1"u8, new byte[12]);
        Assert.Equal(Key, KeyWrap.TryUnwrap(new byte[32], wrapped, "object 1"u8));
        Assert.Null(KeyWrap.TryUnwrap(new byte[32], wrapped, "object 2"u8));
        Assert.Null(KeyWrap.TryUnwrap(Key, wrapped, "object 1"u8));
        Assert.Null(KeyWrap.TryUnwrap(new byte[32], wrapped.AsSpan(1), "object 1"u8));
    }

    [Fact]
    public void DerivedKeys_AllDiffer()
    {
        byte[][] keys =
        [
            KeyDerivation.ContentWrapKey(Key), KeyDerivation.MaskRoot(Key), KeyDerivation.CatalogKey(Key),
            KeyDerivation.DataKeyCandidate(Key, 0, 0), KeyDerivation.DataKeyCandidate(Key, 1, 0), KeyDerivation.DataKeyCandidate(Key, 0, 1),
            KeyDerivation.MaskKey(Key, new byte[16], 1), KeyDerivation.MaskKey(Key, new byte[16], 2), Key,
        ];
        Assert.Equal(keys.Length, keys.Select(Convert.ToHexString).Distinct().Count());
    }
}
