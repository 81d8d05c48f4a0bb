using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Marketplace.Ethereum.Tests.Ethers;

/// <summary>
/// Runs hardhat/scripts/ethers-check.mjs. Without node or ethers the tests fail: an agreement that nobody checked is none.
/// </summary>
static class EthersProcess
{
    const string Script = "hardhat/scripts/ethers-check.mjs";

    public static async Task<JsonObject> RunAsync(JsonObject input, CancellationToken cancellationToken)
    {
        var root = FindRoot();
        var node = new ProcessStartInfo("node", Script)
        {
            WorkingDirectory = root, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(node) ?? throw new InvalidOperationException("node did not start.");
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await process.StandardInput.WriteAsync(input.ToJsonString().AsMemory(), cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it had read everything; what it says on stderr tells why.
        }
        await process.WaitForExitAsync(cancellationToken);
        Assert.True(process.ExitCode == 0, $"{Script} ended with {process.ExitCode}: {await errors}");
        return JsonNode.Parse(await output)!.AsObject();
    }

    static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (!File.Exists(Path.Combine(directory.FullName, Script)))
                continue;
            Assert.True(Directory.Exists(Path.Combine(directory.FullName, "node_modules", "ethers")), "ethers is not installed: run npm ci at the root.");
            return directory.FullName;
        }
        throw new InvalidOperationException($"{Script} lies in no directory above {AppContext.BaseDirectory}.");
    }
}
