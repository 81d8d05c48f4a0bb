using System.Text;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Cryptography;

namespace Marketplace.Ethereum.Tests.Accounts;

public sealed class KeystoreTests
{
    /// <summary>The vectors of the Web3 Secret Storage definition: password "testpassword".</summary>
    const string SpecKey = "7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d";

    const string SpecPbkdf2 = """
        {"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"6087dab2f9fdbbfaddc31a909735c1e6"},
         "ciphertext":"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46","kdf":"pbkdf2",
         "kdfparams":{"c":262144,"dklen":32,"prf":"hmac-sha256","salt":"ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},
         "mac":"517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},
         "id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}
        """;

    const string SpecScrypt = """
        {"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"83dbcc02d8ccb40e466191a123791e0e"},
         "ciphertext":"d172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c","kdf":"scrypt",
         "kdfparams":{"dklen":32,"n":262144,"p":8,"r":1,"salt":"ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19"},
         "mac":"2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097"},
         "id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}
        """;

    static KeystoreOpening Decrypt(string json, string passphrase = "testpassword") =>
        Keystore.Decrypt(Encoding.UTF8.GetBytes(json), passphrase);

    static string Secret(KeystoreOpening opening)
    {
        var bytes = new byte[PrivateKey.Size];
        Assert.IsType<KeystoreOpening.Opened>(opening).Key.Export(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    [Theory]
    [InlineData(SpecPbkdf2)]
    [InlineData(SpecScrypt)]
    public void Decrypt_OfTheSpecificationsVectors_YieldsItsKey(string json) => Assert.Equal(SpecKey, Secret(Decrypt(json)));

    [Fact]
    public void Decrypt_WithTheEarlyCapital_YieldsTheKey() =>
        Assert.Equal(SpecKey, Secret(Decrypt(SpecPbkdf2.Replace("\"crypto\"", "\"Crypto\""))));

    [Fact]
    public void Decrypt_WithAnotherPassphrase_SaysSo() =>
        Assert.IsType<KeystoreOpening.WrongPassphrase>(Decrypt(SpecPbkdf2, "testpasswore"));

    [Fact]
    public void Decrypt_OfAlteredContents_YieldsNoKey() =>
        Assert.IsType<KeystoreOpening.WrongPassphrase>(Decrypt(SpecPbkdf2.Replace("5318b4d5", "5318b4d6")));

    [Theory]
    [InlineData("\"n\":262144", "\"n\":1073741824")]
    [InlineData("\"n\":262144", "\"n\":262143")]
    [InlineData("\"n\":262144", "\"n\":0")]
    [InlineData("\"n\":262144", "\"n\":-4")]
    [InlineData("\"n\":262144", "\"n\":1e99")]
    [InlineData("\"r\":1", "\"r\":1000000")]
    [InlineData("\"r\":1", "\"r\":0")]
    [InlineData("\"p\":8", "\"p\":2000000000")]
    [InlineData("\"p\":8", "\"p\":0")]
    [InlineData("\"dklen\":32", "\"dklen\":2000000000")]
    [InlineData("\"dklen\":32", "\"dklen\":16")]
    [InlineData("\"version\":3", "\"version\":4")]
    [InlineData("aes-128-ctr", "aes-128-cbc")]
    [InlineData("\"kdf\":\"scrypt\"", "\"kdf\":\"argon2\"")]
    [InlineData("83dbcc02d8ccb40e466191a123791e0e", "83dbcc02")]
    [InlineData("d172bf74", "")]
    [InlineData("d172bf74", "zz72bf74")]
    [InlineData("\"mac\":\"21", "\"mac\":\"")]
    [InlineData("\"mac\"", "\"macro\"")]
    [InlineData("\"salt\":\"ab0c", "\"salt\":\"\\ud800")]
    [InlineData("\"crypto\":{", "\"crypto\":[{")]
    public void Decrypt_OfAHostileFile_RefusesIt(string good, string bad)
    {
        Assert.Contains(good, SpecScrypt);
        Assert.IsType<KeystoreOpening.Malformed>(Decrypt(SpecScrypt.Replace(good, bad)));
    }

    [Fact]
    public void Decrypt_WithTooManyIterations_RefusesIt() =>
        Assert.IsType<KeystoreOpening.Malformed>(Decrypt(SpecPbkdf2.Replace("\"c\":262144", "\"c\":2000000000")));

    [Fact]
    public void Decrypt_OfALongFile_RefusesIt() => Assert.IsType<KeystoreOpening.Malformed>(Decrypt(new string(' ', 1 << 20)));

    [Fact]
    public void Save_ThenLoad_YieldsTheKeyFromAFileForItsOwnerOnly()
    {
        var directory = Directory.CreateTempSubdirectory("keystore");
        try
        {
            var path = Path.Combine(directory.FullName, "key.json");
            using var first = PrivateKey.Create();
            using var second = PrivateKey.Create();
            Keystore.Save(path, first, "pässwörd", ScryptCost.Light);
            Keystore.Save(path, second, "pässwörd", ScryptCost.Light);
            Assert.Equal(second.Address, Assert.IsType<KeystoreOpening.Opened>(Keystore.Load(path, "pässwörd")).Key.Address);
            Assert.IsType<KeystoreOpening.WrongPassphrase>(Keystore.Load(path, "passwort"));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
            Assert.Single(directory.GetFiles());
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
