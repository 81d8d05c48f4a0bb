using System.Globalization;

namespace Marketplace.Benchmarks.Paths;

/// <summary>A folder for one run, in memory where the system has that, else on disk; gone with everything in it when disposed.</summary>
sealed class WorkFolder : IDisposable
{
    /// <summary>Names another place than the memory, such as a disk that is to be measured.</summary>
    public const string Variable = "MARKETPLACE_BENCH_DIR";

    const string Memory = "/dev/shm";
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <param name="onDisk">Whether a disk is what is measured, so that memory would not do.</param>
    public WorkFolder(bool onDisk = false) => Path = Directory.CreateDirectory(
        System.IO.Path.Combine(
            onDisk && Root == Memory ? System.IO.Path.GetTempPath() : Root, $"marketplace-bench-{Environment.ProcessId}-{Guid.NewGuid():N}"),
        OwnerOnly).FullName;

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Bytes that still fit into it; where it is in memory, with what programs need.</summary>
    public long FreeBytes => Drive.DriveFormat == "tmpfs" ? Math.Min(Drive.AvailableFreeSpace, FreeMemory()) : Drive.AvailableFreeSpace;

    /// <summary>What lies beneath, for the report.</summary>
    public static string Kind => Root == Memory ? "tmpfs" : Root;

    DriveInfo Drive => new(Path);

    static string Root => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named
        : Directory.Exists(Memory) ? Memory : System.IO.Path.GetTempPath();

    /// <summary>A path in it.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>As proc_meminfo(5) tells it, in KiB.</summary>
    static long FreeMemory() => long.Parse(
        System.IO.File.ReadLines("/proc/meminfo").First(line => line.StartsWith("MemAvailable:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture) << 10;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
