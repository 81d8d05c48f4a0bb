using System.Diagnostics;
using System.Globalization;

namespace Marketplace.Benchmarks.Paths;

/// <summary>What a program's run took.</summary>
/// <param name="Output">Its standard output.</param>
/// <param name="Seconds">From its start to its end.</param>
/// <param name="PeakMiB">The most memory that it held at once.</param>
public sealed record TimedRun(string Output, double Seconds, double PeakMiB);

/// <summary>Runs programs to their end, and measures them from outside.</summary>
static class TimedProgram
{
    static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    /// <summary>Runs a program.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has what it said.</exception>
    public static async Task<TimedRun> RunAsync(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (key, value) in environment)
            start.Environment[key] = value;
        var began = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        var peak = PeakAsync(process, cancellationToken);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return process.ExitCode == 0
            ? new TimedRun(await output, seconds, await peak)
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await errors}{await output}");
    }

    /// <summary>The kernel's own high-water mark, as long as the process is there to be asked.</summary>
    static async Task<double> PeakAsync(Process process, CancellationToken cancellationToken)
    {
        var peak = 0.0;
        while (!process.HasExited)
        {
            peak = Math.Max(peak, HighWaterMark(process.Id));
            await Task.Delay(Poll, cancellationToken);
        }
        return peak;
    }

    static double HighWaterMark(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
        }
        catch (IOException)
        {
            // It ended between the look and the reading.
            return 0;
        }
    }
}
