using System.Globalization;
using System.Security.Cryptography;
using Marketplace.Benchmarks.Figures;
using Marketplace.Benchmarks.Paths.Peers;

namespace Marketplace.Benchmarks.Paths;

/// <summary>A folder with 10,000 files of 4 KiB to provider nodes by one command, beside programs that people use for this today.</summary>
sealed class SmallFilesSuite : ISuite
{
    const int Files = 10_000, FileBytes = 4096, Fragments = 10;
    const double FilesPerSecondBar = 1_000;
    const string Coding = "devices", Put = "upload 6-of-10 10,000 files of 4 KiB";

    /// <inheritdoc/>
    public string Name => "small-files";

    /// <inheritdoc/>
    public string Description => $"a folder of small files by one command, providers as processes, on {WorkFolder.Kind}";

    /// <inheritdoc/>
    public IEnumerable<string> Measurements => [Put];

    /// <inheritdoc/>
    public async Task MeasureAsync(SuiteRun run, CancellationToken cancellationToken)
    {
        if (LocalNetwork.Program is null)
        {
            run.Miss(Name, $"the product is not built; {LocalNetwork.Variable} names its executable");
            return;
        }
        using var folder = new WorkFolder();
        var content = folder.File("content");
        MakeFiles(content);
        var peers = await PeerPrograms.StartAsync(run, folder, areSmallFiles: true, cancellationToken);
        try
        {
            run.Say($"starting {Fragments} providers");
            await using var network = await LocalNetwork.StartAsync(folder.File("network"), Fragments, Coding, cancellationToken);
            // The first transfer finds cold code at every node.
            run.Say("warming up");
            await network.RunAsync(["put", content, "--name", "warm-up", "--coding", Coding], cancellationToken);
            var rounds = new List<FilesRound>();
            for (var round = 0; round < run.Rounds; round++)
            {
                rounds.Add(await RoundAsync(network, content, round, peers, cancellationToken));
                run.Say(string.Create(
                    CultureInfo.InvariantCulture,
                    $"round {round + 1}: {rounds[^1].Seconds:0.0} s, processor time {rounds[^1].Client:0.0} s of the command, {rounds[^1].Nodes:0.0} s of the nodes"));
            }
            Report(run, rounds);
        }
        finally
        {
            foreach (var peer in peers)
                await peer.DisposeAsync();
        }
    }

    static async Task<FilesRound> RoundAsync(
        LocalNetwork network, string content, int round, IReadOnlyList<IPeer> peers, CancellationToken cancellationToken)
    {
        var before = network.ProviderSeconds();
        var put = await network.RunAsync(
            ["put", content, "--name", string.Create(CultureInfo.InvariantCulture, $"round-{round}"), "--coding", Coding], cancellationToken);
        var nodes = network.ProviderSeconds() - before;
        var others = new Dictionary<string, double>();
        foreach (var peer in peers)
        {
            others.Add(peer.Name, (await peer.StoreAsync(content, cancellationToken)).Seconds);
            await peer.ForgetAsync(cancellationToken);
        }
        return new FilesRound(put.Seconds, put.ProcessorSeconds, nodes, others);
    }

    void Report(SuiteRun run, List<FilesRound> rounds)
    {
        run.Add(Figure.Of(
            Name, Put, "1,000 files/s", "files/s", Better.Higher, [.. rounds.Select(round => new Round(Files / round.Seconds, FilesPerSecondBar))], 1));
        // What it would be on this machine if nothing else ran on it and no core waited.
        run.Add(Figure.Of(
            Name, $"{Put}, by processor time", "1,000 files/s", "files/s", Better.Higher,
            [.. rounds.Select(round => new Round(Files / (round.Processor / Environment.ProcessorCount), FilesPerSecondBar))]));
        foreach (var peer in rounds[0].Others.Keys)
        {
            run.Add(Figure.Of(
                Name, Put, peer, "files/s", Better.Higher, [.. rounds.Select(round => new Round(Files / round.Seconds, Files / round.Others[peer]))]));
        }
    }

    static void MakeFiles(string folder)
    {
        for (var number = 0; number < Files; number++)
        {
            var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{number / 100:D3}"), string.Create(CultureInfo.InvariantCulture, $"{number:D5}"));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, RandomNumberGenerator.GetBytes(FileBytes));
        }
    }

    /// <param name="Seconds">By the clock.</param>
    /// <param name="Client">Processor time of the command.</param>
    /// <param name="Nodes">Of all nodes.</param>
    /// <param name="Others">What each peer took, by the clock.</param>
    sealed record FilesRound(double Seconds, double Client, double Nodes, IReadOnlyDictionary<string, double> Others)
    {
        public double Processor => Client + Nodes;
    }
}
