using Marketplace.Provider.Persistence;

namespace Marketplace.Provider.Tests.Persistence;

public sealed class DurableFileTests
{
    [Fact]
    public void Replace_IsTheNewContentsForTheOwnerOnly_AndAFailedFsyncLeavesTheOld()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("file-").FullName, "small");
        DurableFile.Replace(path, "one"u8);
        DurableFile.Replace(path, "two"u8);
        Assert.Equal("two", File.ReadAllText(path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        var failing = new FaultyDurability(new PosixDurability()) { FailSync = true };
        Assert.Throws<DurabilityException>(() => DurableFile.Replace(path, "three"u8, failing));
        Assert.Equal("two", File.ReadAllText(path));
        DurableFile.Replace(path, "four"u8);
        Assert.Equal("four", File.ReadAllText(path));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public void SyncDirectory_OfAMissingOne_ReportsTheError()
    {
        var error = Assert.Throws<DurabilityException>(() => new PosixDurability().SyncDirectory("/nonexistent"));
        Assert.Equal(2, error.Error);
    }
}
