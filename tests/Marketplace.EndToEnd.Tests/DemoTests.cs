using System.Text.Json;

namespace Marketplace.EndToEnd.Tests;

/// <summary>The demonstration itself, on a small file and short epochs.</summary>
public sealed class DemoTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("marketplace-demo-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Demo_ToldWhole_HoldsEveryClaim_AndLeavesNothingRunning()
    {
        var file = Path.Combine(folder, "file.bin");
        await File.WriteAllBytesAsync(file, System.Security.Cryptography.RandomNumberGenerator.GetBytes(3 << 20));
        var path = Path.Combine(folder, "report.json");

        var result = await CommandLine.RunAsync(home: null, ["demo", "--file", file, "--epoch", "10", "--report", path], TimeSpan.FromMinutes(12));

        result.Succeeded();
        var report = JsonDocument.Parse(await File.ReadAllTextAsync(path)).RootElement;
        Assert.All(report.GetProperty("claims").EnumerateArray(), claim => Assert.True(claim.GetProperty("holds").GetBoolean(), claim.ToString()));
        Assert.Equal(report.GetProperty("sha256").GetString(), report.GetProperty("downloadedSha256").GetString());
        Assert.Equal(8, report.GetProperty("epochs").GetArrayLength());
        Assert.Equal(8, report.GetProperty("providers").EnumerateArray().Count(provider => provider.GetProperty("killed").GetBoolean()));
        Assert.Empty(RunningForDemos());
    }

    /// <summary>Processes of a demonstration's network; other networks may run beside it.</summary>
    static IEnumerable<string> RunningForDemos() => Directory.GetDirectories("/proc")
        .Select(process => Path.Combine(process, "cmdline")).Where(File.Exists).Select(ReadOrNothing)
        .Where(line => line.StartsWith(CommandLine.Executable, StringComparison.Ordinal) && line.Contains("/marketplace-demo-", StringComparison.Ordinal));

    static string ReadOrNothing(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            // It ended meanwhile.
            return "";
        }
    }
}
