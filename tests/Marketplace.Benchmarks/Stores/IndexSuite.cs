using System.Globalization;
using Marketplace.Benchmarks.Figures;
using Marketplace.Benchmarks.Paths;

namespace Marketplace.Benchmarks.Stores;

/// <summary>What a provider's index costs by the number of fragments in it: its start, its memory, and a challenge's answer from the disk.</summary>
sealed class IndexSuite : ISuite
{
    const double OpenBar = 5, MemoryBar = 500, ChallengeBar = 10;

    /// <summary>Beyond these it is only told how it grows.</summary>
    const int MostWithMemoryBar = 1_000;

    /// <summary>Few agreements with very many fragments, and many with some.</summary>
    static readonly IReadOnlyList<(int Agreements, int FragmentsOfEach)> Shapes = [(1, 1_000), (1, 1_000_000), (1_000, 10_000), (4, 2_500_000), (1_000_000, 1)];

    /// <inheritdoc/>
    public string Name => "index";

    /// <inheritdoc/>
    public string Description => "a provider's index by the number of fragments, on disk, nothing of it in the system's memory";

    /// <inheritdoc/>
    public IEnumerable<string> Measurements => Shapes.Select(NameOf);

    /// <inheritdoc/>
    public async Task MeasureAsync(SuiteRun run, CancellationToken cancellationToken)
    {
        foreach (var shape in Shapes.Where(shape => run.Wants(NameOf(shape))))
        {
            using var folder = new WorkFolder(onDisk: true);
            var store = folder.File("store");
            run.Say($"making a store of {NameOf(shape)}");
            await BigStore.MakeAsync(store, shape.Agreements, shape.FragmentsOfEach, cancellationToken);
            // The first run writes what the challenges draw.
            await StoreProcess.StartAsync(store, cancellationToken);
            var rounds = new List<StoreRun>();
            for (var round = 0; round < run.Rounds; round++)
                rounds.Add(await StoreProcess.StartAsync(store, cancellationToken));
            Report(run, NameOf(shape), rounds, shape.Agreements <= MostWithMemoryBar);
        }
    }

    void Report(SuiteRun run, string name, List<StoreRun> rounds, bool hasMemoryBar)
    {
        Add($"start, {name}", "5 s", "s", OpenBar, round => round.OpenSeconds);
        Add($"memory, {name}", "500 MiB", "MiB", MemoryBar, round => round.PeakMiB, hasMemoryBar);
        Add($"challenge, {name}", "10 ms", "ms", ChallengeBar, round => Median.Of(round.ChallengeSeconds.Skip(1)) * 1e3);
        Add($"slowest of 39 challenges, {name}", "10 ms", "ms", ChallengeBar, round => round.ChallengeSeconds.Skip(1).Max() * 1e3, isBar: false);
        Add($"first challenge, {name}", "10 ms", "ms", ChallengeBar, round => round.ChallengeSeconds[0] * 1e3, isBar: false);

        void Add(string what, string peer, string unit, double bar, Func<StoreRun, double> value, bool isBar = true) => run.Add(
            Figure.Of(Name, what, peer, unit, Better.Lower, [.. rounds.Select(round => new Round(value(round), bar))], isBar ? 1 : null));
    }

    static string NameOf((int Agreements, int FragmentsOfEach) shape) => string.Create(
        CultureInfo.InvariantCulture, $"{(long)shape.Agreements * shape.FragmentsOfEach} fragments of {shape.Agreements} agreements");
}
