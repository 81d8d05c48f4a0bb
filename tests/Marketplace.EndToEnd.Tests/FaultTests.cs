using System.Diagnostics;
using System.Security.Cryptography;

namespace Marketplace.EndToEnd.Tests;

/// <summary>Lost machines, power cuts and dead providers, with real processes.</summary>
public sealed class FaultTests(LocalNetwork network) : IClassFixture<LocalNetwork>
{
    [Fact]
    public async Task LostMachine_IsReplaced_ByTheWords()
    {
        var file = network.MakeFile(300_000, seed: 21);
        (await network.RunAsync("put", file, "--name", "kept")).Succeeded();
        var words = network.NewPath();
        var told = (await network.RunAsync("vault", "words")).Succeeded().Json.GetProperty("words").EnumerateArray().Select(word => word.GetString());
        await File.WriteAllTextAsync(words, string.Join(' ', told));

        Assert.Equal(HashOf(file), HashOf(await GetOnANewMachineAsync("kept", "--words", words)));
    }

    [Fact]
    public async Task LostMachine_IsReplaced_ByEnoughShares()
    {
        var file = network.MakeFile(200_000, seed: 22);
        (await network.RunAsync("put", file, "--name", "shared")).Succeeded();
        var folder = Directory.CreateDirectory(network.NewPath()).FullName;
        var shares = (await network.RunAsync("vault", "shares", "--count", "3", "--threshold", "2", "-o", folder)).Succeeded().Json
            .GetProperty("files").EnumerateArray().Select(path => path.GetString()!).ToArray();

        Assert.All(shares, share => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(share)));
        (await CommandLine.RunAsync(network.NewPath(), ["vault", "init", "--share", shares[0]])).Refused("too-few-shares");
        Assert.Equal(HashOf(file), HashOf(await GetOnANewMachineAsync("shared", "--share", shares[2], "--share", shares[0])));
    }

    async Task<string> GetOnANewMachineAsync(string name, params string[] secret)
    {
        var (fresh, state, copy) = (network.NewPath(), network.State, network.NewPath());
        (await CommandLine.RunAsync(fresh, ["vault", "init", .. secret, "--chain", state.GetProperty("chain").GetString()!,
            "--deployment", state.GetProperty("deployment").GetString()!])).Succeeded();
        (await CommandLine.RunAsync(fresh, ["recover"])).Succeeded();
        (await CommandLine.RunAsync(fresh, ["get", name, "-o", copy])).Succeeded();
        return copy;
    }

    [Theory]
    [InlineData(300)]
    [InlineData(900)]
    [InlineData(1_500)]
    [InlineData(2_500)]
    public async Task PowerCut_DuringAnUpload_LeavesAllOrNothing(int milliseconds)
    {
        var name = $"cut-{milliseconds}";
        var file = network.MakeFile(20 << 20, seed: milliseconds);
        using (var put = CommandLine.Start(network.Consumer, ["put", file, "--name", name]))
        {
            // The moment of the power cut; where in the upload it falls depends on the machine, and must not matter.
            await Task.Delay(milliseconds);
            put.Kill();
            await put.WaitForExitAsync();
        }

        (await network.RunAsync("put", file, "--name", name, "--replace")).Succeeded();
        var copy = network.NewPath();
        (await network.RunAsync("get", name, "-o", copy)).Succeeded();
        Assert.Equal(HashOf(file), HashOf(copy));
    }

    [Fact]
    public async Task TwoUploadsAtOnce_BothEnd_AndNothingIsDamaged()
    {
        var files = new[] { network.MakeFile(3 << 20, seed: 31), network.MakeFile(3 << 20, seed: 32) };
        var results = await Task.WhenAll(files.Select((file, i) => network.RunAsync("put", file, "--name", $"twin-{i}")));

        Assert.Contains(results, result => result.ExitCode == 0);
        for (var i = 0; i < files.Length; i++)
        {
            if (results[i].ExitCode != 0)
            {
                results[i].Refused("busy");
                continue;
            }
            var copy = network.NewPath();
            (await network.RunAsync("get", $"twin-{i}", "-o", copy)).Succeeded();
            Assert.Equal(HashOf(files[i]), HashOf(copy));
        }
    }

    [Fact]
    public async Task Interrupt_DuringADownload_LeavesNoFile()
    {
        var file = network.MakeFile(48 << 20, seed: 41);
        (await network.RunAsync("put", file, "--name", "long")).Succeeded();
        var folder = Directory.CreateDirectory(network.NewPath()).FullName;
        using var get = CommandLine.Start(network.Consumer, ["get", "long", "-o", Path.Combine(folder, "long.bin")]);
        await Task.Delay(900);
        using (var interrupt = Process.Start("kill", ["-INT", $"{get.Id}"]))
            await interrupt.WaitForExitAsync();
        await get.WaitForExitAsync();

        if (get.ExitCode == 0)
            Assert.Equal(HashOf(file), HashOf(Path.Combine(folder, "long.bin")));
        else
            Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    static string HashOf(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexString(SHA256.HashData(stream));
    }
}
