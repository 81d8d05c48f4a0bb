using System.Diagnostics;
using System.Globalization;

namespace Marketplace.Benchmarks.Paths;

/// <summary>What a program's run took.</summary>
/// <param name="Output">Its standard output.</param>
/// <param name="Seconds">From its start to its end.</param>
/// <param name="PeakMiB">The most memory that it held at once.</param>
/// <param name="ProcessorSeconds">Of all its threads, its last hundredths left out.</param>
public sealed record TimedRun(string Output, double Seconds, double PeakMiB, double ProcessorSeconds);

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
        var watched = WatchAsync(process, cancellationToken);
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
        var (peak, processor) = await watched;
        return process.ExitCode == 0
            ? new TimedRun(await output, seconds, peak, processor)
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await errors}{await output}");
    }

    /// <summary>The kernel's own high-water mark and its count of processor time, as long as the process is there to be asked.</summary>
    static async Task<(double PeakMiB, double ProcessorSeconds)> WatchAsync(Process process, CancellationToken cancellationToken)
    {
        var (peak, processor) = (0.0, 0.0);
        while (!process.HasExited)
        {
            peak = Math.Max(peak, HighWaterMark(process.Id));
            processor = Math.Max(processor, ProcessorSeconds(process.Id));
            await Task.Delay(Poll, cancellationToken);
        }
        return (peak, processor);
    }

    /// <summary>Seconds of processor time that a process has taken so far; 0 when it is gone.</summary>
    public static double ProcessorSeconds(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return found.TotalProcessorTime.TotalSeconds;
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return 0;
        }
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
