using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Marketplace.Benchmarks.Machine;

/// <summary>Where figures were taken, as far as it decides them. Parts that cannot be found out are null or empty.</summary>
public sealed record MachineDescription(
    string? Processor,
    int Cores,
    IReadOnlyList<string> InstructionSets,
    IReadOnlyList<string> Caches,
    double MemoryGiB,
    string System,
    string Kernel,
    bool IsVirtual,
    string Runtime,
    string? OpenSsl,
    string? IsaL,
    double[] Load)
{
    /// <param name="isaL">The library beside which coding is measured, if there is one.</param>
    public static MachineDescription OfThis(string? isaL) => new(
        CpuInfo("model name"),
        Environment.ProcessorCount,
        [.. Sets.Where(set => set.IsSupported).Select(set => set.Name)],
        [.. CachesOfFirstCore()],
        Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30), 1),
        Value("/etc/os-release", '=', "PRETTY_NAME")?.Trim('"') ?? RuntimeInformation.OSDescription,
        Environment.OSVersion.Version.ToString(),
        CpuInfo("flags")?.Split(' ').Contains("hypervisor") ?? false,
        RuntimeInformation.FrameworkDescription,
        Programs.TryRun("openssl", "version")?.Trim(),
        isaL,
        CurrentLoad());

    /// <summary>Runnable threads over the last 1, 5 and 15 minutes.</summary>
    public static double[] CurrentLoad() => File.Exists("/proc/loadavg")
        ? [.. File.ReadAllText("/proc/loadavg").Split(' ').Take(3).Select(load => double.Parse(load, CultureInfo.InvariantCulture))]
        : [];

    static (string Name, bool IsSupported)[] Sets =>
    [
        ("GFNI-512", Gfni.V512.IsSupported), ("GFNI-256", Gfni.V256.IsSupported), ("AVX-512F", Avx512F.IsSupported),
        ("AVX-512BW", Avx512BW.IsSupported), ("AVX2", Avx2.IsSupported), ("AES", Aes.IsSupported),
        ("SHA", CpuInfo("flags")?.Split(' ').Contains("sha_ni") ?? false),
        ("NEON", global::System.Runtime.Intrinsics.Arm.AdvSimd.IsSupported),
    ];

    static string? CpuInfo(string key) => Value("/proc/cpuinfo", ':', key);

    static string? Value(string file, char separator, string key) => !File.Exists(file) ? null : File.ReadLines(file)
        .Select(line => line.Split(separator, 2, StringSplitOptions.TrimEntries))
        .FirstOrDefault(parts => parts.Length == 2 && parts[0] == key)?[1];

    static IEnumerable<string> CachesOfFirstCore()
    {
        const string Folder = "/sys/devices/system/cpu/cpu0/cache";
        if (!Directory.Exists(Folder))
            yield break;
        foreach (var cache in Directory.GetDirectories(Folder, "index*").Order(StringComparer.Ordinal))
        {
            string Read(string name) => File.ReadAllText(Path.Combine(cache, name)).Trim();
            yield return $"L{Read("level")} {Read("type")} {Read("size")}";
        }
    }
}
