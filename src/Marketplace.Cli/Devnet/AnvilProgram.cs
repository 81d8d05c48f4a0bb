using System.Runtime.InteropServices;
using Marketplace.Cli.Terminal;

namespace Marketplace.Cli.Devnet;

/// <summary>Finds the development chain's program.</summary>
internal static class AnvilProgram
{
    /// <summary>Names the program's file, for when it is neither on the PATH nor in a node_modules folder above the executable.</summary>
    public const string Variable = "MARKETPLACE_ANVIL";

    /// <exception cref="CommandRefusal">There is none, or none where the variable says: another than the one that was named is never run instead.</exception>
    public static string Find() => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named
        ? File.Exists(named) ? named : throw new CommandRefusal("anvil-not-found", $"{Variable} names {named}, which does not exist.")
        : Candidates().FirstOrDefault(File.Exists)
        ?? throw new CommandRefusal(
            "anvil-not-found", $"The development chain (anvil) was not found. Run `npm ci` in the project's folder, or set {Variable} to the program's file.");

    static IEnumerable<string> Candidates()
    {
        var architecture = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "amd64";
        var platform = OperatingSystem.IsMacOS() ? "darwin" : "linux";
        var package = Path.Combine("node_modules", "@foundry-rs", $"anvil-{platform}-{architecture}", "bin", "anvil");
        foreach (var start in new[] { AppContext.BaseDirectory, Environment.CurrentDirectory })
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
                yield return Path.Combine(folder.FullName, package);
        }

        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
            yield return Path.Combine(folder, "anvil");
    }
}
