using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Marketplace.Cli.Terminal;

namespace Marketplace.Cli.Devnet;

/// <summary>The process that runs a local network in the background, seen from outside.</summary>
internal static partial class DevnetBackground
{
    const int Terminate = 15, OnlyAsk = 0;
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2), Poll = TimeSpan.FromMilliseconds(100);

    /// <summary>Starts it and waits until all its nodes are healthy. Nothing is left running when it fails or is cancelled.</summary>
    /// <exception cref="CommandRefusal">It ended or was not ready in time.</exception>
    public static async Task<DevnetState> StartAsync(DevnetPlan plan, TimeProvider time, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(plan.LogFolder);
        File.Delete(plan.StateFile);
        var log = Path.Combine(plan.LogFolder, "devnet.log");
        var process = await StartProcessAsync(plan, log, cancellationToken);
        try
        {
            for (var began = time.GetTimestamp(); time.GetElapsedTime(began) < Patience; await Task.Delay(Poll, time, cancellationToken))
            {
                if (DevnetState.Load(plan.StateFile) is { } state)
                    return state;
                if (!IsAlive(process))
                    throw new CommandRefusal("devnet-failed", $"The local network did not start; its log is {log}.");
            }
            throw new CommandRefusal("devnet-failed", $"The local network did not start within two minutes; its log is {log}.");
        }
        catch
        {
            _ = Kill(process, Terminate);
            throw;
        }
    }

    /// <summary>Asks a network to stop, and waits until it has let its folder go: a dead process that nobody has buried is not waited for.</summary>
    /// <exception cref="CommandRefusal">devnet-not-yours.</exception>
    public static async Task StopAsync(DevnetPlan plan, DevnetState state, TimeProvider time, CancellationToken cancellationToken)
    {
        if (Kill(state.Pid, Terminate) != 0)
            throw new CommandRefusal("devnet-not-yours", $"Process {state.Pid} cannot be stopped by you.");
        while (DevnetFolder.IsHeld(plan))
            await Task.Delay(Poll, time, cancellationToken);
    }

    static async Task<int> StartProcessAsync(DevnetPlan plan, string log, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(
            "/bin/sh",
            ["-c", "log=$1; shift; setsid \"$@\" </dev/null >\"$log\" 2>&1 & echo $!", "sh", log, OwnProgram.Path, "devnet", "up", "--foreground", "--json",
                "--dir", plan.Folder, "--providers", $"{plan.Providers}", "--epoch", $"{plan.EpochSeconds}", .. plan.Price is { } price ? (string[])["--price", price.ToTokens()] : []])
        {
            RedirectStandardOutput = true,
        };
        using var shell = Process.Start(start) ?? throw new InvalidOperationException("The shell did not start.");
        var process = int.Parse((await shell.StandardOutput.ReadLineAsync(CancellationToken.None))!, CultureInfo.InvariantCulture);
        await shell.WaitForExitAsync(cancellationToken);
        return process;
    }

    static bool IsAlive(int process) => Kill(process, OnlyAsk) == 0;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);
}
