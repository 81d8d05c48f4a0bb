using System.Globalization;
using System.Security.Cryptography;
using Dapper;
using Marketplace.Benchmarks.Figures;
using Microsoft.Data.Sqlite;

namespace Marketplace.Benchmarks.Paths;

/// <summary>What a vault's commands cost by the number of files in it, beside the same with one file: the copy of the catalog that lies with the providers included.</summary>
sealed class ManyFilesSuite : ISuite
{
    const string Coding = "devices", Folder = "folder";
    const int Providers = 10, FileBytes = 4096;

    static readonly IReadOnlyList<int> Sizes = [1_000, 100_000, 1_000_000];

    /// <inheritdoc/>
    public string Name => "many-files";

    /// <inheritdoc/>
    public string Description => "commands by the number of files in the vault, providers as processes, on tmpfs";

    /// <inheritdoc/>
    public IEnumerable<string> Measurements => Sizes.Select(NameOf);

    /// <inheritdoc/>
    public async Task MeasureAsync(SuiteRun run, CancellationToken cancellationToken)
    {
        if (LocalNetwork.Program is null)
        {
            run.Miss(Name, $"the product is not built; {LocalNetwork.Variable} names its executable");
            return;
        }
        using var folder = new WorkFolder();
        run.Say($"starting {Providers} providers");
        await using var network = await LocalNetwork.StartAsync(folder.File("network"), Providers, Coding, cancellationToken);
        var content = folder.File("content");
        await File.WriteAllBytesAsync(content, RandomNumberGenerator.GetBytes(FileBytes), cancellationToken);
        await PutAsync(network, content, $"{Folder}/first", cancellationToken);
        var alone = await RoundsAsync(run, network, content, cancellationToken);
        foreach (var files in Sizes.Where(files => run.Wants(NameOf(files))))
        {
            run.Say($"making a catalog of {NameOf(files)}");
            Fill(network.CatalogFile, files);
            // The first change sends all pages that nobody has seen.
            await PutAsync(network, content, $"{Folder}/{files}", cancellationToken);
            Report(run, NameOf(files), await RoundsAsync(run, network, content, cancellationToken), alone);
        }
    }

    static async Task<List<CommandRound>> RoundsAsync(SuiteRun run, LocalNetwork network, string content, CancellationToken cancellationToken)
    {
        var rounds = new List<CommandRound>();
        for (var round = 0; round < run.Rounds; round++)
        {
            // Among the others, not at their end.
            var put = await PutAsync(network, content, string.Create(CultureInfo.InvariantCulture, $"{Folder}/{RandomNumberGenerator.GetInt32(1_000_000):D7} {round}"), cancellationToken);
            var list = await network.RunAsync(["ls", $"{Folder}/000012"], cancellationToken);
            var get = await network.RunAsync(["get", $"{Folder}/first", "--output", $"{content}.back", "--force"], cancellationToken);
            rounds.Add(new CommandRound(put, list, get));
        }
        return rounds;
    }

    static Task<TimedRun> PutAsync(LocalNetwork network, string content, string name, CancellationToken cancellationToken) =>
        network.RunAsync(["put", content, "--name", name, "--coding", Coding], cancellationToken);

    /// <summary>Adds rows as if as many files had been stored. Their manifests are as long as a real one's, and random, as what is in those mostly is.</summary>
    static void Fill(string catalog, int files)
    {
        using var connection = new SqliteConnection($"Data Source={catalog};Pooling=False");
        connection.Open();
        connection.Execute(
            """
            WITH RECURSIVE count (number) AS (SELECT (SELECT count(*) FROM versions WHERE state = 2 AND hidden = 0) UNION ALL SELECT number + 1 FROM count WHERE number < @files - 1)
            INSERT INTO versions (name, number, state, hidden, size, created, manifest)
            SELECT CAST(printf('folder/%07d', count.number) AS BLOB), 1, 2, 0, v.size, v.created, randomblob(length(v.manifest))
            FROM count, versions AS v WHERE v.state = 2 AND v.hidden = 0 AND v.name = CAST('folder/first' AS BLOB)
            """,
            new { files }, commandTimeout: 600);
    }

    void Report(SuiteRun run, string name, List<CommandRound> rounds, List<CommandRound> alone)
    {
        Add("one more file", round => round.Put.Seconds);
        Add("one more file, processor time", round => round.Put.ProcessorSeconds);
        Add("one more file, memory", round => round.Put.PeakMiB, "MiB");
        Add("a part of the list", round => round.List.Seconds);
        Add("a file back", round => round.Get.Seconds);

        void Add(string what, Func<CommandRound, double> value, string unit = "s") => run.Add(Figure.Of(
            Name, $"{what}, {name}", "1 file", unit, Better.Lower, [.. rounds.Zip(alone, (round, before) => new Round(value(round), value(before)))]));
    }

    static string NameOf(int files) => string.Create(CultureInfo.InvariantCulture, $"{files} files");

    sealed record CommandRound(TimedRun Put, TimedRun List, TimedRun Get);
}
