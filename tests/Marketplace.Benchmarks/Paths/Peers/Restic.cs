namespace Marketplace.Benchmarks.Paths.Peers;

/// <summary>restic with a repository in a folder: it chunks, encrypts and hashes, and codes and proves nothing.</summary>
sealed class Restic : IPeer
{
    readonly string repository;
    readonly Dictionary<string, string> environment;

    Restic(string repository)
    {
        this.repository = repository;
        environment = new() { ["RESTIC_REPOSITORY"] = repository, ["RESTIC_PASSWORD"] = "a password for measuring" };
    }

    /// <summary>The program; null if it is not there.</summary>
    public static string? Program { get; } = PeerPrograms.Find("restic");

    /// <inheritdoc/>
    public string Name => "restic, folder";

    /// <summary>Makes a repository.</summary>
    public static async Task<Restic> CreateAsync(string repository, CancellationToken cancellationToken)
    {
        var restic = new Restic(repository);
        await restic.RunAsync(["init"], cancellationToken);
        return restic;
    }

    /// <inheritdoc/>
    public Task<TimedRun> StoreAsync(string file, CancellationToken cancellationToken) => RunAsync(["backup", file], cancellationToken);

    /// <inheritdoc/>
    public Task<TimedRun> RestoreAsync(string file, CancellationToken cancellationToken) =>
        RunAsync(["restore", "latest", "--target", file], cancellationToken);

    /// <inheritdoc/>
    public async Task ForgetAsync(CancellationToken cancellationToken)
    {
        // Deduplication would find what an earlier round had stored.
        Directory.Delete(repository, recursive: true);
        await RunAsync(["init"], cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    Task<TimedRun> RunAsync(IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        TimedProgram.RunAsync(Program!, [.. arguments, "--no-cache", "--quiet"], environment, cancellationToken);
}
