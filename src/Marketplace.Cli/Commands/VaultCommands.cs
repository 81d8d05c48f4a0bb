using System.CommandLine;

namespace Marketplace.Cli.Commands;

/// <summary>marketplace vault …</summary>
internal static class VaultCommands
{
    public static Command Create() => new("vault", "The vault: the one secret behind all your files, its 24 words, and its shares.")
    {
        VaultInit.Create(),
        VaultUse.CreateUnlock(),
        VaultUse.CreateLock(),
        VaultUse.CreateWords(),
        VaultShares.Create(),
    };
}
