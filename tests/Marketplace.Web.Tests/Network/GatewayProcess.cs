using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Marketplace.Cli.Devnet;
using Marketplace.Testing;

namespace Marketplace.Web.Tests.Network;

/// <summary>`marketplace gateway run` on a home of its own, which can be killed and started again.</summary>
sealed class GatewayProcess : IAsyncDisposable
{
    readonly string home;
    readonly ConcurrentQueue<string> log = [];
    readonly string listen = $"127.0.0.1:{FreePort.On(IPAddress.Loopback)}";
    Process? running;

    GatewayProcess(string home) => this.home = home;

    /// <summary>What a browser is started with.</summary>
    public Uri Start { get; private set; } = null!;

    /// <summary>What it wrote beside its answers, over all runs.</summary>
    public string Log => string.Join('\n', log);

    /// <summary>The caller's.</summary>
    /// <param name="home">A folder with a vault, which knows its market.</param>
    public static async Task<GatewayProcess> StartAsync(string home)
    {
        var gateway = new GatewayProcess(home);
        await gateway.StartAgainAsync();
        return gateway;
    }

    /// <summary>As a machine ends that loses its power.</summary>
    public async Task KillAsync()
    {
        running!.Kill();
        await running.WaitForExitAsync();
        running.Dispose();
        running = null;
    }

    public async Task StartAgainAsync()
    {
        running = CommandLine.Start(home, ["gateway", "run", "--listen", listen, "--json"]);
        running.ErrorDataReceived += (_, line) => log.Enqueue(line.Data ?? "");
        running.BeginErrorReadLine();
        var text = new StringBuilder();
        while (await running.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(2)) is { } line)
        {
            text.Append(line);
            if (line != "}")
                continue;
            using var said = JsonDocument.Parse(text.ToString());
            Start = new Uri(said.RootElement.GetProperty("address").GetString()!);
            // Its log comes here as well.
            _ = ReadOnAsync(running.StandardOutput);
            return;
        }
        Assert.Fail($"The gateway did not start.\n{Log}");
    }

    async Task ReadOnAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
            log.Enqueue(line);
    }

    public async ValueTask DisposeAsync()
    {
        if (running is not null)
            await KillAsync();
    }
}
