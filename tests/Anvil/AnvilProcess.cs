using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Marketplace.Cli.Devnet;

namespace Marketplace.Testing;

/// <summary>
/// A development chain of its own for a test: anvil on a free port of the loopback interface, killed when disposed. The binary is npm's
/// <c>@foundry-rs/anvil</c>, found by walking up to <c>node_modules</c>, or the one that <c>MARKETPLACE_ANVIL</c> names.
/// </summary>
public sealed class AnvilProcess : IAsyncDisposable
{
    /// <summary>anvil's own chain id.</summary>
    public const ulong ChainId = 31337;

    static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    readonly Process process;
    readonly Queue<string> output;
    bool disposed;

    AnvilProcess(Process process, int port, Queue<string> output) => (this.process, Port, this.output) = (process, port, output);

    /// <summary>The port it listens on.</summary>
    public int Port { get; }

    /// <summary>Its JSON-RPC address.</summary>
    public string Url => $"http://127.0.0.1:{Port}";

    /// <summary>
    /// The first private keys of the standard test mnemonic, each rich on this chain; known to everybody and worth nothing elsewhere.
    /// </summary>
    public static IReadOnlyList<string> PrivateKeys { get; } =
    [
        "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
        "59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
        "5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a",
        "7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6",
    ];

    /// <summary>Starts anvil and waits until it answers.</summary>
    /// <param name="arguments">Further arguments, for instance <c>--no-mining</c> or <c>--block-time 1</c>.</param>
    public static async Task<AnvilProcess> StartAsync(params string[] arguments)
    {
        var port = FreePort.On(IPAddress.Loopback);
        var start = new ProcessStartInfo(FindBinary()) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["--host", "127.0.0.1", "--port", $"{port}", "--quiet", .. arguments])
            start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        var anvil = new AnvilProcess(process, port, Collect(process));
        try
        {
            await anvil.WaitUntilReadyAsync();
            return anvil;
        }
        catch
        {
            await anvil.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (disposed)
            return;
        disposed = true;
        if (!process.HasExited)
            process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    async Task WaitUntilReadyAsync()
    {
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var socket = new TcpClient();
                await socket.ConnectAsync(IPAddress.Loopback, Port);
                return;
            }
            catch (SocketException) when (!process.HasExited && Stopwatch.GetElapsedTime(since) < StartLimit)
            {
                await Task.Delay(25);
            }
            catch (SocketException)
            {
                throw new InvalidOperationException($"anvil did not start: {string.Join('\n', output)}");
            }
        }
    }

    static Queue<string> Collect(Process process)
    {
        var lines = new Queue<string>();
        void Add(object sender, DataReceivedEventArgs line)
        {
            lock (lines)
            {
                if (line.Data is not null)
                    lines.Enqueue(line.Data);
                if (lines.Count > 100)
                    lines.Dequeue();
            }
        }
        process.OutputDataReceived += Add;
        process.ErrorDataReceived += Add;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return lines;
    }

    static string FindBinary()
    {
        if (Environment.GetEnvironmentVariable("MARKETPLACE_ANVIL") is { Length: > 0 } given)
            return given;
        var architecture = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "amd64";
        var system = OperatingSystem.IsMacOS() ? "darwin" : "linux";
        var relative = Path.Combine("node_modules", "@foundry-rs", $"anvil-{system}-{architecture}", "bin", "anvil");
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var candidate = Path.Combine(directory.FullName, relative);
            if (File.Exists(candidate))
                return candidate;
        }
        throw new FileNotFoundException("anvil is not installed: run `npm ci` in the project's root, or set MARKETPLACE_ANVIL.");
    }
}
