using Marketplace.Cli.Terminal;

namespace Marketplace.Cli.Devnet;

/// <summary>The folder of a local network: one network at a time, started anew each time.</summary>
internal static class DevnetFolder
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Takes the folder for as long as the answer is not disposed, and empties it of an earlier network. Killed processes keep nothing.</summary>
    /// <exception cref="CommandRefusal">devnet-running, or devnet-folder-in-use: what is in it is no local network's.</exception>
    public static IDisposable Claim(DevnetPlan plan)
    {
        RequireOurs(plan);
        Directory.CreateDirectory(plan.Folder, OwnerOnly);
        var held = Lock(plan);
        try
        {
            StartAnew(plan);
            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Whether a process runs a network there now.</summary>
    public static bool IsHeld(DevnetPlan plan)
    {
        if (!File.Exists(plan.LockFile))
            return false;
        try
        {
            Lock(plan).Dispose();
            return false;
        }
        catch (CommandRefusal)
        {
            return true;
        }
    }

    static void RequireOurs(DevnetPlan plan)
    {
        var isOurs = !Directory.Exists(plan.Folder) || File.Exists(plan.LockFile) || File.Exists(plan.DeploymentFile)
            || Directory.GetFileSystemEntries(plan.Folder).All(entry => entry == plan.LogFolder);
        if (!isOurs)
            throw new CommandRefusal(
                "devnet-folder-in-use", $"{plan.Folder} holds other things than a local network, which would be started anew there; name another folder with --dir.");
    }

    static FileStream Lock(DevnetPlan plan)
    {
        try
        {
            return new FileStream(plan.LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(plan.LockFile))
        {
            throw new CommandRefusal("devnet-running", $"A local network runs in {plan.Folder} already. Stop it with `marketplace devnet down`.");
        }
    }

    /// <summary>Keys, catalogs and fragments of an earlier network mean nothing on a new chain, and would only be refused there.</summary>
    static void StartAnew(DevnetPlan plan)
    {
        File.Delete(plan.StateFile);
        File.Delete(plan.DeploymentFile);
        foreach (var folder in new[] { plan.ProvidersFolder, plan.ConsumerHome })
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        foreach (var folder in new[] { plan.LogFolder, plan.ConsumerHome })
            Directory.CreateDirectory(folder, OwnerOnly);
    }
}
