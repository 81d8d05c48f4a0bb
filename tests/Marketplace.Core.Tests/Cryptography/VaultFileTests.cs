using Marketplace.Core.Cryptography;

namespace Marketplace.Core.Tests.Cryptography;

public sealed class VaultFileTests
{
    static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    static readonly byte[] File = VaultFile.Write(Key, "a good passphrase", new byte[32], new byte[12], logN: 10);

    [Fact]
    public void File_OpensWithItsPassphrase() =>
        Assert.Equal(Key, Assert.IsType<VaultOpening.Opened>(VaultFile.Open(File, "a good passphrase")).VaultKey);

    [Fact]
    public void WrongPassphrase_IsAValue() => Assert.IsType<VaultOpening.WrongPassphrase>(VaultFile.Open(File, "a bad passphrase"));

    [Fact]
    public void EveryAlteredByte_IsNoticed()
    {
        for (var i = 11; i < File.Length; i++)
        {
            var altered = File.ToArray();
            altered[i] ^= 1;
            Assert.IsType<VaultOpening.WrongPassphrase>(VaultFile.Open(altered, "a good passphrase"));
        }
    }

    [Theory]
    [InlineData(8, 63)]
    [InlineData(8, 0)]
    [InlineData(9, 255)]
    [InlineData(10, 0)]
    [InlineData(0, 0)]
    public void HostileParameters_AreRefused_BeforeAnyWork(int at, byte value)
    {
        var hostile = File.ToArray();
        hostile[at] = value;
        Assert.IsType<VaultOpening.Malformed>(VaultFile.Open(hostile, "a good passphrase"));
    }

    [Fact]
    public void OtherLengths_AreRefused()
    {
        for (var length = 0; length < File.Length; length += 7)
            Assert.IsType<VaultOpening.Malformed>(VaultFile.Open(File.AsSpan(0, length), "a good passphrase"));
    }

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
