using Marketplace.Cli.Commands;
using Marketplace.Cli.Terminal;

namespace Marketplace.Cli.Tests.Commands;

public sealed class ReceivedFileTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("marketplace-received-").FullName;

    string Target => Path.Combine(folder, "copy");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task WholeFile_Appears()
    {
        await ReceivedFile.WriteAsync(Target, force: false, WriteAsync, default);

        Assert.Equal([1, 2, 3], await File.ReadAllBytesAsync(Target));
        Assert.Single(Directory.GetFiles(folder));
    }

    [Fact]
    public async Task FileThatIsGivenUp_LeavesNothing()
    {
        await ReceivedFile.WriteAsync(Target, force: false, async file => await WriteAsync(file) && false, default);

        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public async Task Fault_LeavesNothing()
    {
        await Assert.ThrowsAsync<IOException>(() => ReceivedFile.WriteAsync(Target, force: false, _ => throw new IOException("broken"), default));

        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public async Task Cancellation_LeavesWhatWasThere()
    {
        await File.WriteAllTextAsync(Target, "old");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ReceivedFile.WriteAsync(Target, force: true, WriteAsync, new CancellationToken(canceled: true)));

        Assert.Equal("old", await File.ReadAllTextAsync(Target));
        Assert.Single(Directory.GetFiles(folder));
    }

    [Fact]
    public async Task FileThatCameIntoBeingMeanwhile_IsNotOverwritten()
    {
        var refusal = await Assert.ThrowsAsync<CommandRefusal>(() => ReceivedFile.WriteAsync(
            Target, force: false, async file =>
            {
                await File.WriteAllTextAsync(Target, "theirs");
                return await WriteAsync(file);
            }, default));

        Assert.Equal("output-exists", refusal.Code);
        Assert.Equal("theirs", await File.ReadAllTextAsync(Target));
    }

    [Fact]
    public async Task ExistingFile_IsRefusedEarly_UnlessForced()
    {
        await File.WriteAllTextAsync(Target, "old");

        Assert.Equal("output-exists", Assert.Throws<CommandRefusal>(() => ReceivedFile.Check(Target, force: false)).Code);
        ReceivedFile.Check(Target, force: true);
    }

    [Fact]
    public void FolderAsOutput_IsRefused() =>
        Assert.Equal("output-invalid", Assert.Throws<CommandRefusal>(() => ReceivedFile.Check(folder, force: true)).Code);

    static async Task<bool> WriteAsync(Stream file)
    {
        await file.WriteAsync(new byte[] { 1, 2, 3 });
        return true;
    }
}
