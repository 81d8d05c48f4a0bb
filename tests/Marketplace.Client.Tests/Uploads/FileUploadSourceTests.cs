using System.Diagnostics;
using Marketplace.Client.Tests.Network;
using Marketplace.Client.Uploads;

namespace Marketplace.Client.Tests.Uploads;

public sealed class FileUploadSourceTests
{
    [Fact]
    public async Task File_IsReadAtAnyPosition()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllBytes(directory["f"], [1, 2, 3, 4, 5]);
        using var source = FileUploadSource.Open(directory["f"]);
        var buffer = new byte[3];
        Assert.Equal(3, await source.ReadAsync(1, buffer, default));
        Assert.Equal([2, 3, 4], buffer);
        Assert.Equal(1, await source.ReadAsync(4, buffer, default));
        Assert.Equal(5, source.Length);
        Assert.Null(source.FindChange());
    }

    /// <summary>The kernel says that it is empty, and it is not: to store nothing and call it stored would lose it.</summary>
    [Fact]
    public async Task File_ThatIsLongerThanItsLengthSays_IsNotStored()
    {
        const string path = "/proc/cpuinfo";
        if (!File.Exists(path))
            return;
        using var consumer = new Consumer(new FakeNetwork(12));
        using var source = FileUploadSource.Open(path);
        var refusal = Assert.IsType<UploadResult.Refused>(await consumer.Put("a", source)).Refusal;
        Assert.Equal(UploadProblem.ContentChanged, refusal.Problem);
        Assert.Contains("longer than its length says", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(consumer.Listed());
    }

    [Fact]
    public async Task NamedPipe_IsRefusedAtOnce()
    {
        using var directory = new TemporaryDirectory();
        using (var make = Process.Start("mkfifo", directory["pipe"]))
            await make.WaitForExitAsync();
        await Assert.ThrowsAsync<NotSupportedException>(() => Task.Run(() => FileUploadSource.Open(directory["pipe"])).WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public void WhatIsNoFile_IsRefused()
    {
        using var directory = new TemporaryDirectory();
        Assert.Throws<FileNotFoundException>(() => FileUploadSource.Open(directory["none"]));
        Assert.ThrowsAny<UnauthorizedAccessException>(() => FileUploadSource.Open(Path.GetDirectoryName(directory["none"])!));
    }
}
