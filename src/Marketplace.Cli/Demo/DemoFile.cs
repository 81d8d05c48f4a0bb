using Marketplace.Cli.Devnet;
using Marketplace.Cli.Terminal;

namespace Marketplace.Cli.Demo;

/// <summary>The file of the demonstration: a real one.</summary>
internal static class DemoFile
{
    const long Smallest = 64 << 20, Largest = 512 << 20;

    /// <summary>The file that was named, or the smallest of at least 64 MiB among the programs that this demonstration itself needs.</summary>
    /// <param name="named">A path, or null.</param>
    /// <param name="folder">Where one is put together if no program is large enough.</param>
    /// <exception cref="CommandRefusal">The file that was named is not there.</exception>
    public static string Choose(string? named, string folder)
    {
        if (named is not null)
        {
            return File.Exists(named)
                ? Path.GetFullPath(named)
                : throw new CommandRefusal("not-found", $"The file {named} does not exist.");
        }
        var programs = Programs().OrderBy(file => file.Length).ToList();
        return programs.Find(file => file.Length is >= Smallest and <= Largest)?.FullName ?? Join(programs, Path.Combine(folder, "programs.bin"));
    }

    /// <summary>The files of the .NET runtime and of the development chain.</summary>
    static IEnumerable<FileInfo> Programs()
    {
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var sdk = Path.GetFullPath(Path.Combine(runtime, "..", "..", ".."));
        var unreadable = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };
        return new DirectoryInfo(sdk).EnumerateFiles("*", unreadable).Append(new FileInfo(AnvilProgram.Find()));
    }

    static string Join(IEnumerable<FileInfo> parts, string path)
    {
        using var joined = File.Create(path);
        foreach (var part in parts.OrderByDescending(file => file.Length))
        {
            using var source = part.OpenRead();
            source.CopyTo(joined);
            if (joined.Length >= Smallest)
                break;
        }
        return path;
    }
}
