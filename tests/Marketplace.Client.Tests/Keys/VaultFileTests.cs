using Marketplace.Client.Keys;

namespace Marketplace.Client.Tests.Keys;

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
    [InlineData(8, 20)]
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

    /// <summary>Made with other implementations of scrypt and AES-GCM.</summary>
    [Fact]
    public void File_OfTheFirstVersion_StillOpens()
    {
        var vaultKey = Convert.FromHexString("910a2dec89025cc1beeb8da1658eec67f893a2eefb32555e71c18690ee42c90b");
        var file = Convert.FromHexString(
            "534d5641554c54310a08016e73e372e2338acae474c66a4b98b030dbef19fc8e7b845f7de4eb0c26f3f89e63033b0ca389c35ac097314d7016827aed"
            + "dc1e0749e06da51a9cada2b7f3d3195d8a034388ca3f5cef0a7aedcf24bd1a29cfe99dc38480615b86e8ee");
        Assert.Equal(vaultKey, Assert.IsType<VaultOpening.Opened>(VaultFile.Open(file, "correct horse battery staple")).VaultKey);
        Assert.Equal(file, VaultFile.Write(vaultKey, "correct horse battery staple", file.AsSpan(11, 32), file.AsSpan(43, 12), logN: 10));
    }
}
