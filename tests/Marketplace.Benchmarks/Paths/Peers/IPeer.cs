namespace Marketplace.Benchmarks.Paths.Peers;

/// <summary>Another program that keeps a file safe somewhere else.</summary>
interface IPeer : IAsyncDisposable
{
    /// <summary>As figures call it.</summary>
    string Name { get; }

    /// <summary>Takes a file, or a folder with its files, in; nothing of it was there before.</summary>
    Task<TimedRun> StoreAsync(string file, CancellationToken cancellationToken);

    /// <summary>Gives it back as a new file.</summary>
    Task<TimedRun> RestoreAsync(string file, CancellationToken cancellationToken);

    /// <summary>Forgets it, so that it can be taken in anew.</summary>
    Task ForgetAsync(CancellationToken cancellationToken);
}

/// <summary>Where peers are: among the system's programs, or unpacked beside the figures by scripts/bench.mjs.</summary>
static class PeerPrograms
{
    /// <summary>Names the folder that they were unpacked into.</summary>
    public const string Variable = "MARKETPLACE_BENCH_PEERS";

    /// <summary>A program's file; null if it is not there.</summary>
    public static string? Find(string name)
    {
        var unpacked = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder ? [Path.Combine(folder, "usr", "bin")] : Array.Empty<string>();
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return path.Concat(unpacked).Select(place => Path.Combine(place, name)).FirstOrDefault(File.Exists);
    }

    /// <summary>All that are there, ready for work; tells which are not.</summary>
    /// <param name="run">Is told.</param>
    /// <param name="folder">Where they keep what they store.</param>
    /// <param name="areSmallFiles">Whether thousands of small files are stored: rclone takes minutes for that over WebDAV, a request for each, and is left out there.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<IReadOnlyList<IPeer>> StartAsync(SuiteRun run, WorkFolder folder, bool areSmallFiles, CancellationToken cancellationToken)
    {
        var peers = new List<IPeer>();
        if (RcloneCrypt.Program is null)
        {
            run.Miss("beside rclone", "the program is not there");
        }
        else
        {
            peers.Add(RcloneCrypt.ToFolder(folder.File("rclone")));
            if (!areSmallFiles)
                peers.Add(await RcloneCrypt.ToWebDavAsync(folder.File("webdav"), cancellationToken));
        }
        if (Restic.Program is null)
            run.Miss("beside restic", "the program is not there");
        else
            peers.Add(await Restic.CreateAsync(folder.File("restic"), cancellationToken));
        return peers;
    }
}
