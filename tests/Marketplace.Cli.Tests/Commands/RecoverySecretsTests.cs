using Marketplace.Cli.Commands;
using Marketplace.Cli.Terminal;
using Marketplace.Core.Cryptography;

namespace Marketplace.Cli.Tests.Commands;

public sealed class RecoverySecretsTests : IDisposable
{
    static readonly byte[] Key = [.. Enumerable.Range(1, 32).Select(value => (byte)value)];

    readonly string folder = Directory.CreateTempSubdirectory("marketplace-secrets-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void EnoughShares_GiveTheKeyBack()
    {
        var files = FilesOf(Split(seed: 7));
        Assert.Equal(Key, RecoverySecrets.ReadShares([files[3], files[0], files[2]]));
        Assert.Equal(Key, RecoverySecrets.ReadShares(files));
    }

    [Fact]
    public void TooFewShares_AreRefused_SayingHowManyAreNeeded()
    {
        var files = FilesOf(Split(seed: 7));
        var refusal = Assert.Throws<CommandRefusal>(() => RecoverySecrets.ReadShares([files[0], files[1], files[1]]));
        Assert.Equal("too-few-shares", refusal.Code);
        Assert.Contains("3 different shares", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SharesOfTwoSplits_AreRefused()
    {
        var (one, other) = (FilesOf(Split(seed: 7)), FilesOf(Split(seed: 8)));
        Assert.Equal("wrong-shares", Assert.Throws<CommandRefusal>(() => RecoverySecrets.ReadShares([one[0], one[1], other[2]])).Code);
    }

    [Fact]
    public void AWrongWordInAShare_IsNamedWithItsFile()
    {
        var words = Split(seed: 7)[0].ToWords().ToArray();
        words[4] = "abandonn";
        var file = FileWith(string.Join('\n', words));
        var refusal = Assert.Throws<CommandRefusal>(() => RecoverySecrets.ReadShares([file]));
        Assert.Equal("wrong-words", refusal.Code);
        Assert.Contains("word 5, 'abandonn'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(file, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AShareGivenAsWords_IsRecognised()
    {
        var refusal = Assert.Throws<CommandRefusal>(() => RecoverySecrets.ReadWords(FilesOf(Split(seed: 7))[0]));
        Assert.Equal("wrong-words", refusal.Code);
        Assert.Contains("--share", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Words_GiveTheKeyBack_InAnyCaseAndLayout() =>
        Assert.Equal(Key, RecoverySecrets.ReadWords(FileWith("\n " + string.Join(" \n", RecoveryPhrase.Write(Key)).ToUpperInvariant())));

    [Fact]
    public void MissingFile_IsNotFound() =>
        Assert.Equal("not-found", Assert.Throws<CommandRefusal>(() => RecoverySecrets.ReadShares([Path.Combine(folder, "none")])).Code);

    static IReadOnlyList<RecoveryShare> Split(byte seed) => RecoveryShares.Split(
        Key, threshold: 3, count: 5, [.. Enumerable.Range(0, RecoveryShares.RandomBytesFor(3)).Select(i => (byte)(i * 31 + seed))]);

    string[] FilesOf(IReadOnlyList<RecoveryShare> shares) => [.. shares.Select(share => FileWith(string.Join(' ', share.ToWords())))];

    string FileWith(string text)
    {
        var path = Path.Combine(folder, Guid.NewGuid().ToString("N"));
        File.WriteAllText(path, text);
        return path;
    }
}
