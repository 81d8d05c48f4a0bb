using Marketplace.Cli.Devnet;
using Marketplace.Cli.Terminal;

namespace Marketplace.Cli.Tests.Devnet;

public sealed class DevnetFolderTests : IDisposable
{
    readonly DevnetPlan plan = new() { Folder = Directory.CreateTempSubdirectory("marketplace-devnet-").FullName };

    public void Dispose() => Directory.Delete(plan.Folder, recursive: true);

    [Fact]
    public void FolderOfAnEarlierNetwork_IsStartedAnew()
    {
        DevnetFolder.Claim(plan).Dispose();
        var (old, catalog) = (Path.Combine(plan.ProviderHome(7), "node.json"), Path.Combine(plan.ConsumerHome, "catalog.db"));
        foreach (var file in new[] { plan.StateFile, plan.DeploymentFile, old, catalog })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, "old");
        }

        DevnetFolder.Claim(plan).Dispose();

        Assert.All([plan.StateFile, plan.DeploymentFile, old, catalog], file => Assert.False(File.Exists(file)));
        Assert.True(Directory.Exists(plan.ConsumerHome));
    }

    [Fact]
    public void FolderOfSomethingElse_IsRefused_AndLeftAsItIs()
    {
        var precious = Path.Combine(plan.Folder, "consumer", "precious.txt");
        Directory.CreateDirectory(plan.ConsumerHome);
        File.WriteAllText(precious, "precious");

        Assert.Equal("devnet-folder-in-use", Assert.Throws<CommandRefusal>(() => DevnetFolder.Claim(plan)).Code);

        Assert.Equal([plan.ConsumerHome], Directory.GetFileSystemEntries(plan.Folder));
        Assert.Equal("precious", File.ReadAllText(precious));
    }

    [Fact]
    public void FolderOfARunningNetwork_IsHeld_AndLeftAsItIs()
    {
        Assert.False(DevnetFolder.IsHeld(plan));
        using (DevnetFolder.Claim(plan))
        {
            File.WriteAllText(plan.StateFile, "running");

            Assert.Equal("devnet-running", Assert.Throws<CommandRefusal>(() => DevnetFolder.Claim(plan)).Code);

            Assert.True(DevnetFolder.IsHeld(plan));
            Assert.Equal("running", File.ReadAllText(plan.StateFile));
        }
        Assert.False(DevnetFolder.IsHeld(plan));
    }
}
