using System.Diagnostics;
using System.Text;

namespace Marketplace.Cli.Devnet;

/// <summary>
/// A process of the local network. It ends with this process whatever happens to it: it watches its standard input, which the operating
/// system closes when this process is gone.
/// </summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    /// <summary>Runs a program that knows nothing of the above, and ends it when standard input closes.</summary>
    const string EndWithInput = """
        exec 3<&0
        "$@" </dev/null 3<&- &
        child=$!
        trap 'kill $child' TERM INT
        ( cat <&3 >/dev/null; kill $child 2>/dev/null ) &
        watcher=$!
        exec 3<&-
        wait $child
        code=$?
        kill $watcher 2>/dev/null
        exit $code
        """;

    readonly Process process;
    readonly Task logging;

    ChildProcess(string name, Process process, Task logging)
    {
        Name = name;
        this.process = process;
        this.logging = logging;
    }

    public string Name { get; }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    /// <summary>Starts a program that ends by itself when its standard input closes.</summary>
    /// <param name="log">File that its output is written to.</param>
    public static ChildProcess Start(string name, string program, IEnumerable<string> arguments, string log, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (key, value) in environment ?? new Dictionary<string, string>())
            start.Environment[key] = value;
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{name} did not start.");
        return new ChildProcess(name, process, LogAsync(process, log));
    }

    /// <summary>Starts any program, such that it is ended when this process is gone.</summary>
    public static ChildProcess StartWatched(string name, string program, IEnumerable<string> arguments, string log) =>
        Start(name, "/bin/sh", ["-c", EndWithInput, "sh", program, .. arguments], log);

    /// <summary>Ends the process at once, as a power cut would (SIGKILL).</summary>
    public void Kill()
    {
        if (!process.HasExited)
            process.Kill();
    }

    /// <summary>Completes when the process has ended.</summary>
    public Task WaitForExitAsync(CancellationToken cancellationToken) => process.WaitForExitAsync(cancellationToken);

    /// <summary>Asks the process to stop by closing its input, waits ten seconds at most, then kills it.</summary>
    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
        await logging;
        process.Dispose();
    }

    static async Task LogAsync(Process process, string log)
    {
        await using var file = new StreamWriter(new FileStream(log, FileMode.Append, FileAccess.Write, FileShare.ReadWrite), new UTF8Encoding(false)) { AutoFlush = true };
        using var oneAtATime = new SemaphoreSlim(1);
        await Task.WhenAll(CopyAsync(process.StandardOutput), CopyAsync(process.StandardError));

        async Task CopyAsync(StreamReader reader)
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                await oneAtATime.WaitAsync();
                try
                {
                    await file.WriteLineAsync(line);
                }
                finally
                {
                    oneAtATime.Release();
                }
            }
        }
    }
}
