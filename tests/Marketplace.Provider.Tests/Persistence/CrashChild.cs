using System.Collections.Concurrent;
using System.Diagnostics;

namespace Marketplace.Provider.Tests.Persistence;

/// <summary>A running <see cref="CrashWriter"/> and what it acknowledged.</summary>
internal sealed class CrashChild : IDisposable
{
    readonly Process process;
    readonly TaskCompletionSource firstRevision = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="directory">The store's directory.</param>
    /// <param name="wrapper">A command to run it under, such as strace with its options.</param>
    public CrashChild(string directory, params string[] wrapper)
    {
        string[] command = [.. wrapper, Environment.ProcessPath is { } path && Path.GetFileName(path) == "dotnet" ? path : "dotnet",
            typeof(CrashChild).Assembly.Location, "crash-writer", directory];
        process = new Process
        {
            StartInfo = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true },
        };
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Errors.Enqueue(line.Data ?? "");
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public ConcurrentQueue<string> Lines { get; } = [];

    public ConcurrentQueue<string> Errors { get; } = [];

    public IEnumerable<ulong> Acknowledged(char kind) => Lines.Where(line => line[0] == kind).Select(line => ulong.Parse(line[2..]));

    public Task FirstRevision => firstRevision.Task;

    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public async Task<int> WaitForExitAsync()
    {
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        process.Dispose();
    }

    void Take(string? line)
    {
        if (line is null)
        {
            firstRevision.TrySetResult();
            return;
        }
        Lines.Enqueue(line);
        if (line[0] == 'R')
            firstRevision.TrySetResult();
    }
}
