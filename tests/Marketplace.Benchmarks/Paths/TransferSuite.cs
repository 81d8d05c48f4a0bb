using System.Security.Cryptography;
using Marketplace.Benchmarks.Figures;
using Marketplace.Benchmarks.Paths.Limits;
using Marketplace.Benchmarks.Paths.Peers;

namespace Marketplace.Benchmarks.Paths;

/// <summary>
/// A file to provider nodes and back, by the product's own commands, start of the process and everything else included: beside the least
/// that the measured costs of its parts allow on this machine, and beside the programs that people use for this today.
/// </summary>
/// <param name="bytes">Of the content.</param>
sealed class TransferSuite(long bytes) : ISuite
{
    /// <summary>What a command may hold beside the buffers that it was given, and those.</summary>
    const double MemoryMiB = 256 + 60;

    const double LimitBar = 0.7, UploadBar = 2, DownloadBar = 1.5;

    const int MostWarmUps = 8;

    /// <summary>What the network's processes take, and how often the content lies about beside what nodes keep: as itself, restored, and at the peers.</summary>
    const long ProgramBytes = 5L << 30, Copies = 5;

    /// <inheritdoc/>
    public string Name => "transfer";

    /// <inheritdoc/>
    public string Description => $"whole uploads and downloads by commands, providers as processes, on {WorkFolder.Kind}; a command's memory";

    /// <inheritdoc/>
    public IEnumerable<string> Measurements => Works.Select(work => work.Name);

    IReadOnlyList<TransferWork> Works => [new("devices", 6, 10, bytes), new("standard", 10, 30, bytes)];

    /// <inheritdoc/>
    public async Task MeasureAsync(SuiteRun run, CancellationToken cancellationToken)
    {
        if (LocalNetwork.Program is null)
        {
            run.Miss(Name, $"the product is not built; {LocalNetwork.Variable} names its executable");
            return;
        }
        foreach (var work in Works.Where(work => run.Wants(work.Name)))
            await MeasureAsync(run, work, cancellationToken);
    }

    async Task MeasureAsync(SuiteRun run, TransferWork work, CancellationToken cancellationToken)
    {
        using var folder = new WorkFolder();
        var (warmUps, rounds) = Plan(work, run.Rounds, folder.FreeBytes);
        if (rounds < 1)
        {
            run.Miss(work.Name, $"{folder.FreeBytes >> 30} GiB are free in {folder.Path}, too few for what nodes keep of two transfers; {WorkFolder.Variable} names another place, --size a smaller content");
            return;
        }
        var content = folder.File("content");
        await MakeContentAsync(content, work.Bytes, cancellationToken);
        var peers = await PeerPrograms.StartAsync(run, folder, areSmallFiles: false, cancellationToken);
        try
        {
            run.Say($"starting {work.TotalFragments} providers");
            await using var network = await LocalNetwork.StartAsync(folder.File("network"), work.TotalFragments, work.Coding, cancellationToken);
            run.Say($"warming them up by {Count(warmUps, "transfer")}, then {Count(rounds, "round")}{(rounds < run.Rounds ? ": there is no room for more" : "")}");
            // A download asks k of n nodes only.
            for (var i = 0; i < warmUps; i++)
                await TransferAsync(network, work, content, folder, (int)Math.Ceiling(work.Expansion), cancellationToken);
            var measured = new List<TransferRound>();
            for (var round = 0; round < rounds; round++)
                measured.Add(await RoundAsync(network, work, content, folder, peers, cancellationToken));
            Report(run, work, measured);
        }
        finally
        {
            foreach (var peer in peers)
                await peer.DisposeAsync();
        }
    }

    /// <summary>
    /// The first transfers find cold code at every node, and new pages beneath every file. Nodes serve for months: they are measured when each has taken as much
    /// as the server has that tells the limit of its parts, or as often as there is room: what is removed is kept until the epoch ends. No more rounds than that, too.
    /// </summary>
    static (int WarmUps, int Rounds) Plan(TransferWork work, int rounds, long freeBytes)
    {
        var warmUps = (int)Math.Clamp(Math.Ceiling((double)TransportCosts.WarmUpBytes * work.DataFragments / work.Bytes), 1, MostWarmUps);
        var transfers = (int)Math.Max(0, (freeBytes - ProgramBytes - Copies * work.Bytes) / (work.Bytes * work.Expansion));
        var measured = Math.Min(rounds, transfers - 1);
        return (Math.Min(warmUps, transfers - measured), measured);
    }

    static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    /// <summary>There and back again; what each took is that of the last download.</summary>
    async Task<(TimedRun Put, TimedRun Get, double PutProcessor, double GetProcessor)> TransferAsync(
        LocalNetwork network, TransferWork work, string content, WorkFolder folder, int downloads, CancellationToken cancellationToken)
    {
        var before = network.ProviderSeconds();
        var put = await network.RunAsync(["put", content, "--name", "content", "--coding", work.Coding], cancellationToken);
        var putProcessor = put.ProcessorSeconds + network.ProviderSeconds() - before;
        for (var i = 1; i < downloads; i++)
            await DownloadAsync(network, content, folder.File("restored"), cancellationToken);
        var (get, getProcessor) = await DownloadAsync(network, content, folder.File("restored"), cancellationToken);
        await network.RunAsync(["rm", "content", "--for-good"], cancellationToken);
        return (put, get, putProcessor, getProcessor);
    }

    static async Task<(TimedRun Get, double Processor)> DownloadAsync(LocalNetwork network, string content, string restored, CancellationToken cancellationToken)
    {
        var before = network.ProviderSeconds();
        var get = await network.RunAsync(["get", "content", "-o", restored], cancellationToken);
        var processor = get.ProcessorSeconds + network.ProviderSeconds() - before;
        RequireSame(content, restored);
        File.Delete(restored);
        return (get, processor);
    }

    async Task<TransferRound> RoundAsync(
        LocalNetwork network, TransferWork work, string content, WorkFolder folder, IReadOnlyList<IPeer> peers, CancellationToken cancellationToken)
    {
        var (put, get, putProcessor, getProcessor) = await TransferAsync(network, work, content, folder, downloads: 1, cancellationToken);
        var restored = folder.File("restored");
        var others = new Dictionary<string, (TimedRun Store, TimedRun Restore)>();
        foreach (var peer in peers)
        {
            var store = await peer.StoreAsync(content, cancellationToken);
            var restore = await peer.RestoreAsync(restored, cancellationToken);
            others.Add(peer.Name, (store, restore));
            await peer.ForgetAsync(cancellationToken);
            Remove(restored);
        }
        return new TransferRound(put, get, putProcessor, getProcessor, await PathCosts.MeasureAsync(work, folder.Path, cancellationToken), others);
    }

    void Report(SuiteRun run, TransferWork work, List<TransferRound> rounds)
    {
        var gigabytes = work.Bytes / 1e9;
        rounds.ForEach(round => run.Say(round.Costs.ToString()));
        void Compare(string what, string peer, Func<TransferRound, double> ours, Func<TransferRound, double> theirs, double? bar) =>
            run.Add(Figure.Of(
                Name, $"{what} {work.Name}", peer, "GB/s", Better.Higher,
                [.. rounds.Select(round => new Round(gigabytes / ours(round), gigabytes / theirs(round)))], bar));

        Compare("upload", "limit of its parts", round => round.Put.Seconds, round => round.Costs.LeastUpload(work), LimitBar);
        Compare("download", "limit of its parts", round => round.Get.Seconds, round => round.Costs.LeastDownload(work), LimitBar);
        // On a machine that does other things as well, only this says something about the program.
        void Cost(string what, Func<TransferRound, double> ours, Func<TransferRound, double> least) => run.Add(Figure.Of(
            Name, $"{what} processor time {work.Name}", "limit of its parts", "s", Better.Lower,
            [.. rounds.Select(round => new Round(ours(round), least(round) * Environment.ProcessorCount))]));
        Cost("upload", round => round.PutProcessor, round => round.Costs.LeastUpload(work));
        Cost("download", round => round.GetProcessor, round => round.Costs.LeastDownload(work));
        foreach (var peer in rounds[0].Others.Keys)
        {
            var isHeld = work.DataFragments == 6 && !peer.EndsWith("crypt, folder", StringComparison.Ordinal);
            Compare("upload", peer, round => round.Put.Seconds, round => round.Others[peer].Store.Seconds, isHeld ? UploadBar : null);
            Compare("download", peer, round => round.Get.Seconds, round => round.Others[peer].Restore.Seconds, isHeld ? DownloadBar : null);
        }
        void Memory(string what, Func<TransferRound, double> ours) => run.Add(Figure.Of(
            Name, $"{what} memory {work.Name}", "256 MiB and 60", "MiB", Better.Lower, [.. rounds.Select(round => new Round(ours(round), MemoryMiB))], 1));
        Memory("upload", round => round.Put.PeakMiB);
        Memory("download", round => round.Get.PeakMiB);
    }

    /// <summary>Content that nothing can compress or find twice.</summary>
    static async Task MakeContentAsync(string path, long bytes, CancellationToken cancellationToken)
    {
        await using var file = File.Create(path);
        var piece = new byte[1 << 20];
        for (var left = bytes; left > 0; left -= piece.Length)
        {
            RandomNumberGenerator.Fill(piece);
            await file.WriteAsync(piece.AsMemory(0, (int)Math.Min(left, piece.Length)), cancellationToken);
        }
    }

    static void RequireSame(string one, string other)
    {
        using var first = File.OpenRead(one);
        using var second = File.OpenRead(other);
        if (!SHA256.HashData(first).AsSpan().SequenceEqual(SHA256.HashData(second)))
            throw new InvalidOperationException("What came back is not what was stored.");
    }

    static void Remove(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        else
            File.Delete(path);
    }

    /// <summary>Everything that was measured one right after the other.</summary>
    sealed record TransferRound(
        TimedRun Put, TimedRun Get, double PutProcessor, double GetProcessor, PathCosts Costs, IReadOnlyDictionary<string, (TimedRun Store, TimedRun Restore)> Others);
}
