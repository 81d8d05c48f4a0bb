using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Marketplace.Testing;

/// <summary>A local network of real processes, shared by the tests of a class: a chain, twelve providers and a consumer who has rented from all of them.</summary>
public class LocalNetwork : IAsyncLifetime
{
    const int MostAttempts = 5;

    readonly string folder = Directory.CreateTempSubdirectory("marketplace-e2e-").FullName;
    Process? network;

    /// <summary>The consumer's home: a funded wallet, a vault, and twelve agreements.</summary>
    public string Consumer => Path.Combine(folder, "consumer");

    /// <summary>The local network's folder.</summary>
    public string Folder => folder;

    /// <summary>What the network says about itself.</summary>
    public JsonElement State => JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "devnet.json"))).RootElement;

    /// <summary>The length of an epoch, and of the time to answer an audit.</summary>
    protected virtual int EpochSeconds => 8;

    public async Task InitializeAsync()
    {
        network = CommandLine.Start(
            home: null,
            [
                "devnet", "up", "--foreground", "--dir", folder, "--epoch", EpochSeconds.ToString(CultureInfo.InvariantCulture), "--price", "0.1",
                "--end-with-input", "--json",
            ]);
        // Its first and only document says that everything runs.
        var ready = await ReadDocumentAsync(network.StandardOutput).WaitAsync(TimeSpan.FromMinutes(3));
        // Nothing is left to come on standard output, so the process is ending, and says why.
        var errors = network.StandardError.ReadToEndAsync();
        Assert.True(ready, $"The local network did not start.\n{(ready ? "" : await errors)}");
        (await RunAsync("vault", "init")).Succeeded();
        await PrepareAsync();
    }

    /// <summary>Brings about what the tests begin with; the vault is there already.</summary>
    protected virtual Task PrepareAsync() => RentAsync("--space", "1", "--term", "500", "--count", "12");

    /// <summary>On a machine whose processors are busy with other things, providers that just started may not answer the first probes in time.</summary>
    protected async Task RentAsync(params string[] arguments)
    {
        for (var attempt = 1; ; attempt++)
        {
            var rented = await RunAsync(["rent", .. arguments]);
            if (rented.ExitCode == 0 || attempt == MostAttempts || rented.ErrorCode != "too-few-providers")
            {
                rented.Succeeded();
                return;
            }
        }
    }

    public async Task DisposeAsync()
    {
        if (network is not null)
            await CommandLine.StopAsync(network, TimeSpan.FromSeconds(40));
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Runs a command as the consumer.</summary>
    public Task<CommandResult> RunAsync(params string[] arguments) => CommandLine.RunAsync(Consumer, arguments);

    /// <summary>Runs a command as a provider, numbered from 1.</summary>
    public Task<CommandResult> RunAsProviderAsync(int number, params string[] arguments) =>
        CommandLine.RunAsync(Path.Combine(folder, "providers", string.Create(CultureInfo.InvariantCulture, $"provider-{number:D2}")), arguments);

    /// <summary>What the network says about a provider, numbered from 1.</summary>
    public JsonElement Provider(int number) => State.GetProperty("providers")[number - 1];

    /// <summary>The consumer's agreements, those that are over too, by provider's address.</summary>
    public async Task<IReadOnlyDictionary<string, JsonElement>> AgreementsAsync() =>
        (await RunAsync("agreements", "--all")).Succeeded().Json.GetProperty("agreements").EnumerateArray()
            .ToDictionary(agreement => agreement.GetProperty("provider").GetString()!);

    /// <summary>The consumer's agreement with a provider, numbered from 1.</summary>
    public async Task<JsonElement> AgreementWithAsync(int number) =>
        (await AgreementsAsync())[Provider(number).GetProperty("address").GetString()!];

    /// <summary>A new file with bytes that nobody can guess but everybody can repeat.</summary>
    public string MakeFile(long length, int seed = 1)
    {
        var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"file-{length}-{seed}.bin"));
        using var file = File.Create(path);
        var random = new Random(seed);
        var buffer = new byte[1 << 20];
        for (var left = length; left > 0; left -= buffer.Length)
        {
            random.NextBytes(buffer);
            file.Write(buffer, 0, (int)Math.Min(left, buffer.Length));
        }
        return path;
    }

    /// <summary>A path in the network's folder at which nothing is yet.</summary>
    public string NewPath() => Path.Combine(folder, Guid.NewGuid().ToString("N"));

    /// <summary>True when a whole JSON document was read; false when the output ended before.</summary>
    static async Task<bool> ReadDocumentAsync(StreamReader output)
    {
        var text = new System.Text.StringBuilder();
        while (await output.ReadLineAsync() is { } line)
        {
            text.AppendLine(line);
            if (line == "}")
                return true;
        }
        return false;
    }
}
