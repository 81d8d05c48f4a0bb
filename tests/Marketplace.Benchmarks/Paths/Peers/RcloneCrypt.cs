using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Marketplace.Benchmarks.Machine;
using Marketplace.Cli.Devnet;

namespace Marketplace.Benchmarks.Paths.Peers;

/// <summary>rclone with its crypt layer, to a folder or to its own WebDAV server on loopback: it encrypts, and codes and proves nothing.</summary>
sealed class RcloneCrypt : IPeer
{
    const string Remote = "secret:content";

    readonly Process? server;
    readonly Dictionary<string, string> environment;

    RcloneCrypt(string name, Process? server, Dictionary<string, string> environment) =>
        (Name, this.server, this.environment) = (name, server, environment);

    /// <summary>The program; null if it is not there.</summary>
    public static string? Program { get; } = PeerPrograms.Find("rclone");

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Into a folder.</summary>
    public static RcloneCrypt ToFolder(string folder) =>
        new("rclone crypt, folder", null, Settings(new() { ["RCLONE_CONFIG_SECRET_REMOTE"] = folder }));

    /// <summary>To `rclone serve webdav` over a folder.</summary>
    public static async Task<RcloneCrypt> ToWebDavAsync(string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var port = FreePort.On(IPAddress.Loopback);
        var address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
        var server = Process.Start(new ProcessStartInfo(Program!, ["serve", "webdav", folder, "--addr", address, "--log-level", "ERROR"]))!;
        for (var left = 100; !await AnswersAsync(port, cancellationToken); left--)
        {
            if (left == 0 || server.HasExited)
                throw new InvalidOperationException("`rclone serve webdav` did not start.");
            await Task.Delay(50, cancellationToken);
        }
        return new("rclone crypt, webdav", server, Settings(new()
        {
            ["RCLONE_CONFIG_DAV_TYPE"] = "webdav",
            ["RCLONE_CONFIG_DAV_URL"] = $"http://{address}",
            ["RCLONE_CONFIG_DAV_VENDOR"] = "other",
            ["RCLONE_CONFIG_SECRET_REMOTE"] = "dav:",
        }));
    }

    /// <inheritdoc/>
    public Task<TimedRun> StoreAsync(string file, CancellationToken cancellationToken) =>
        TimedProgram.RunAsync(Program!, ["copyto", file, Remote], environment, cancellationToken);

    /// <inheritdoc/>
    public Task<TimedRun> RestoreAsync(string file, CancellationToken cancellationToken) =>
        TimedProgram.RunAsync(Program!, ["copyto", Remote, file], environment, cancellationToken);

    /// <inheritdoc/>
    public Task ForgetAsync(CancellationToken cancellationToken) =>
        TimedProgram.RunAsync(Program!, ["delete", "secret:", "--rmdirs"], environment, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (server is null)
            return;
        server.Kill();
        await server.WaitForExitAsync();
        server.Dispose();
    }

    static Dictionary<string, string> Settings(Dictionary<string, string> settings) => new(settings)
    {
        // No file of the user's own settings is read or written.
        ["RCLONE_CONFIG"] = "/dev/null",
        ["RCLONE_CONFIG_SECRET_TYPE"] = "crypt",
        ["RCLONE_CONFIG_SECRET_PASSWORD"] = Programs.TryRun(Program!, "obscure", "a password for measuring")!.Trim(),
    };

    static async Task<bool> AnswersAsync(int port, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
