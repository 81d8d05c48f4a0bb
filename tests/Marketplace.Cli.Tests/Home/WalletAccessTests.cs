using Marketplace.Cli.Home;
using Marketplace.Cli.Terminal;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Cryptography;

namespace Marketplace.Cli.Tests.Home;

public sealed class WalletAccessTests : IDisposable
{
    const string Passphrase = "a long passphrase";

    readonly ConsumerHome home = new(Directory.CreateTempSubdirectory("marketplace-wallet-").FullName);

    public void Dispose() => Directory.Delete(home.Folder, recursive: true);

    [Fact]
    public void Wallet_IsOpened_WithItsPassphraseOnly()
    {
        using var key = PrivateKey.Create();
        Keystore.Save(home.WalletFile, key, Passphrase, ScryptCost.Light);
        using (var opened = WalletAccess.OpenKey(home, Passphrase))
            Assert.Equal(key.Address, opened.Address);
        Assert.Equal("wrong-passphrase", Assert.Throws<CommandRefusal>(() => WalletAccess.OpenKey(home, "another passphrase")).Code);
    }

    /// <summary>The address in the file is what people send money to; nothing but the key vouches for it.</summary>
    [Fact]
    public void Wallet_ThatNamesAnotherAddress_IsRefused_NamingBoth()
    {
        using var key = PrivateKey.Create();
        using var thief = PrivateKey.Create();
        Keystore.Save(home.WalletFile, key, Passphrase, ScryptCost.Light);
        var text = File.ReadAllText(home.WalletFile);
        var (own, other) = (key.Address.ToString()[2..].ToLowerInvariant(), thief.Address.ToString()[2..].ToLowerInvariant());
        Assert.Contains(own, text, StringComparison.OrdinalIgnoreCase);
        File.WriteAllText(home.WalletFile, text.Replace(own, other, StringComparison.OrdinalIgnoreCase));

        Assert.Equal(thief.Address, WalletAccess.AddressOf(home));
        var refusal = Assert.Throws<CommandRefusal>(() => WalletAccess.OpenKey(home, Passphrase));

        Assert.Equal("wallet-damaged", refusal.Code);
        Assert.Contains(key.Address.ToString(), refusal.Message, StringComparison.Ordinal);
        Assert.Contains(thief.Address.ToString(), refusal.Message, StringComparison.Ordinal);
    }
}
