using System.ComponentModel;
using System.Diagnostics;

namespace Marketplace.Benchmarks.Machine;

/// <summary>Programs that are asked for one answer.</summary>
static class Programs
{
    /// <summary>What a program writes to its standard output; null if it is not there or fails.</summary>
    public static string? TryRun(string name, params IEnumerable<string> arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(name, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginErrorReadLine();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
