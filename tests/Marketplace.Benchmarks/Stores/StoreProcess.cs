using System.Collections.Frozen;
using System.Diagnostics;
using System.Text.Json;
using Marketplace.Chain.Losses;
using Marketplace.Ethereum.Primitives;
using Marketplace.Provider.Agreements;
using Marketplace.Provider.Persistence;

namespace Marketplace.Benchmarks.Stores;

/// <summary>What a process that does nothing but open a store and answer challenges found.</summary>
/// <param name="OpenSeconds">Until the store is open, with nothing of it in memory before.</param>
/// <param name="ChallengeSeconds">Of each challenge, with nothing of the files in the system's memory before; the first one loads the checkpoint.</param>
/// <param name="PeakMiB">The most memory that the process held.</param>
sealed record StoreRun(double OpenSeconds, IReadOnlyList<double> ChallengeSeconds, double PeakMiB);

/// <summary>A process of its own for a store, so that its memory and its start are the store's alone.</summary>
static class StoreProcess
{
    public const string Argument = "--open-store";

    const int Challenges = 40;

    /// <summary>The process's work.</summary>
    public static int Run(string directory)
    {
        BigStore.DropCached(directory);
        var began = Stopwatch.GetTimestamp();
        var store = BigStore.Open(directory);
        var open = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var checkpoint = store.Checkpoints.Newest()!;
        var challenges = Enumerable.Range(0, Challenges).Select(number => Challenge(store, directory, checkpoint, number)).ToList();
        var peak = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        Console.WriteLine(JsonSerializer.Serialize(new StoreRun(open, challenges, double.Parse(peak, System.Globalization.CultureInfo.InvariantCulture) / 1024)));
        return 0;
    }

    /// <summary>Runs it as a process.</summary>
    public static async Task<StoreRun> StartAsync(string directory, CancellationToken cancellationToken)
    {
        var program = Environment.ProcessPath!;
        string[] own = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [typeof(StoreProcess).Assembly.Location] : [];
        var run = await Paths.TimedProgram.RunAsync(program, [.. own, Argument, directory], new Dictionary<string, string>(), cancellationToken);
        return JsonSerializer.Deserialize<StoreRun>(run.Output)!;
    }

    /// <summary>A fragment that is drawn is written before it is asked for again: the store has only the bytes that are needed.</summary>
    static double Challenge(ProviderStore store, string directory, StoredCheckpoint checkpoint, int number)
    {
        var seed = new Hash256(System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(number)));
        while (true)
        {
            BigStore.DropCached(directory);
            var began = Stopwatch.GetTimestamp();
            var result = store.Checkpoints.AnswerChallenges(checkpoint.Sequence, seed, Address.Zero, 1, FrozenSet<LostNode>.Empty);
            var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            if (result is ChallengeResult.Answered)
                return seconds;
            var lost = result as ChallengeResult.LeafLost ?? throw new InvalidOperationException($"A challenge was not answered: {result}.");
            BigStore.Write(directory, lost.Agreement, lost.Fragment);
        }
    }
}
