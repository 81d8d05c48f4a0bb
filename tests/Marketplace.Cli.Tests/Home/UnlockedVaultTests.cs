using System.Security.Cryptography;
using Marketplace.Cli.Home;

namespace Marketplace.Cli.Tests.Home;

public sealed class UnlockedVaultTests : IDisposable
{
    readonly ConsumerHome home = new(Directory.CreateTempSubdirectory("marketplace-unlock-").FullName);
    readonly SetClock clock = new(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));
    readonly byte[] key = RandomNumberGenerator.GetBytes(32);

    public UnlockedVaultTests() => VaultAccess.Create(home, key, "correct horse battery staple");

    UnlockedVault Unlocked => new(home, clock);

    public void Dispose()
    {
        Unlocked.Lock();
        Directory.Delete(home.Folder, recursive: true);
    }

    [Fact]
    public void OpenVault_GivesItsKey_UntilItsTimeIsOver()
    {
        Unlocked.Open(key, TimeSpan.FromHours(8));
        Assert.Equal(key, Unlocked.TryRead());

        clock.Now += TimeSpan.FromHours(8);
        Assert.Null(Unlocked.TryRead());

        clock.Now -= TimeSpan.FromHours(1);
        Assert.Null(Unlocked.TryRead());
    }

    [Fact]
    public void LockedVault_GivesNothing()
    {
        Unlocked.Open(key, TimeSpan.FromHours(8));

        Unlocked.Lock();

        Assert.Null(Unlocked.TryRead());
    }

    [Fact]
    public void Disk_HoldsTheKeyOnlyEncrypted()
    {
        Unlocked.Open(key, TimeSpan.FromHours(8));

        Assert.All(Directory.GetFiles(home.Folder), file => Assert.True(File.ReadAllBytes(file).AsSpan().IndexOf(key) < 0));
        Assert.All(Directory.GetFiles(home.Folder), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }

    [Fact]
    public void AlteredExpiry_GivesNothing()
    {
        Unlocked.Open(key, TimeSpan.FromHours(8));
        var file = Path.Combine(home.Folder, "vault.unlocked");
        var bytes = File.ReadAllBytes(file);
        bytes[3] ^= 1;
        File.WriteAllBytes(file, bytes);

        Assert.Null(Unlocked.TryRead());
    }

    [Fact]
    public void AnotherVaultFile_IsNotOpened()
    {
        Unlocked.Open(key, TimeSpan.FromHours(8));

        VaultAccess.Create(home, RandomNumberGenerator.GetBytes(32), "correct horse battery staple");

        Assert.Null(Unlocked.TryRead());
    }

    sealed class SetClock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
