using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Marketplace.Benchmarks.Paths;

/// <summary>
/// The product as its users run it: a development chain, provider nodes as processes of their own on loopback, and a consumer's commands,
/// each a process. Ends with this object.
/// </summary>
sealed class LocalNetwork : IAsyncDisposable
{
    /// <summary>Names the product's executable, where it is not the one that was built beside this.</summary>
    public const string Variable = "MARKETPLACE_PROGRAM";

    const int SpaceGiB = 8, Epochs = 20, EpochSeconds = 3_600;
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5), Poll = TimeSpan.FromMilliseconds(200);

    readonly Process network;
    readonly Dictionary<string, string> environment = [];
    readonly List<Process> restarted = [];
    string[] homes = [];

    LocalNetwork(Process network) => this.network = network;

    /// <summary>The product's executable; null if it was not built.</summary>
    public static string? Program { get; } = FindProgram();

    /// <summary>Processes of the provider nodes.</summary>
    public IReadOnlyList<int> Providers { get; private set; } = [];

    /// <summary>The consumer's catalog.</summary>
    public string CatalogFile => Path.Combine(environment["MARKETPLACE_HOME"], "catalog.db");

    /// <summary>Starts a network in an empty folder, and rents from all its providers.</summary>
    /// <param name="folder">What providers store goes there, too.</param>
    /// <param name="providers">As many as the coding has fragments.</param>
    /// <param name="coding">The coding's name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<LocalNetwork> StartAsync(string folder, int providers, string coding, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(
            Program!,
            ["devnet", "up", "--foreground", "--end-with-input", "--dir", folder, "--providers", Text(providers), "--epoch", Text(EpochSeconds)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var started = new LocalNetwork(process);
        try
        {
            await started.JoinAsync(folder, coding, cancellationToken);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs one of the consumer's commands to its end.</summary>
    public Task<TimedRun> RunAsync(IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        TimedProgram.RunAsync(Program!, [.. arguments, "--json"], environment, cancellationToken);

    /// <summary>Seconds of processor time that the provider nodes have taken so far.</summary>
    public double ProviderSeconds() => Providers.Sum(TimedProgram.ProcessorSeconds);

    /// <summary>Ends a provider's node and starts it again.</summary>
    /// <returns>Seconds from the new process's start to its saying that it serves.</returns>
    public async Task<double> RestartAsync(int provider, CancellationToken cancellationToken)
    {
        using (var running = Process.GetProcessById(Providers[provider]))
        {
            running.Kill();
            await running.WaitForExitAsync(cancellationToken);
        }
        var start = new ProcessStartInfo(Program!, ["provider", "run", "--home", homes[provider], "--end-with-input"])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        var began = Stopwatch.GetTimestamp();
        var node = Process.Start(start)!;
        restarted.Add(node);
        Providers = [.. Providers.Select((id, index) => index == provider ? node.Id : id)];
        node.OutputDataReceived += static (_, _) => { };
        node.BeginOutputReadLine();
        while (await node.StandardError.ReadLineAsync(cancellationToken) is { } line)
        {
            if (!line.StartsWith("Ready:", StringComparison.Ordinal))
                continue;
            var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            _ = node.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
            return seconds;
        }
        throw new InvalidOperationException("The node did not start again.");
    }

    /// <summary>Closes its input, on which everything ends by itself.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var node in restarted)
        {
            if (!node.HasExited)
                node.StandardInput.Close();
            await node.WaitForExitAsync();
            node.Dispose();
        }
        network.StandardInput.Close();
        await network.WaitForExitAsync();
        network.Dispose();
    }

    async Task JoinAsync(string folder, string coding, CancellationToken cancellationToken)
    {
        var state = Path.Combine(folder, "devnet.json");
        for (var began = Stopwatch.GetTimestamp(); !File.Exists(state); await Task.Delay(Poll, cancellationToken))
        {
            if (network.HasExited || Stopwatch.GetElapsedTime(began) > Patience)
                throw new InvalidOperationException($"The local network did not start; its logs are in {folder}/logs.");
        }
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(state, cancellationToken));
        environment["MARKETPLACE_HOME"] = json.RootElement.GetProperty("consumerHome").GetString()!;
        environment["MARKETPLACE_PASSPHRASE"] =
            (await File.ReadAllTextAsync(json.RootElement.GetProperty("passphraseFile").GetString()!, cancellationToken)).Trim();
        Providers = [.. json.RootElement.GetProperty("providers").EnumerateArray().Select(row => row.GetProperty("pid").GetInt32())];
        homes = [.. json.RootElement.GetProperty("providers").EnumerateArray().Select(row => row.GetProperty("home").GetString()!)];
        await RunAsync(["vault", "init"], cancellationToken);
        await RunAsync(
            ["rent", "--space", Text(SpaceGiB), "--term", Text(Epochs), "--coding", coding, "--yes"], cancellationToken);
    }

    static string? FindProgram()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
            return named;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var built = Path.Combine(folder.FullName, "src", "Marketplace.Cli", "bin", "Release", "net10.0", "marketplace");
            if (File.Exists(built))
                return built;
        }
        return null;
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
