using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Marketplace.Cli.Home;
using Marketplace.Cli.Terminal;
using Marketplace.Core.Cryptography;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>marketplace vault unlock, lock and words</summary>
internal static class VaultUse
{
    static readonly Option<string> For = new("--for")
    {
        Description = "How long, such as 30m, 8h or 2d (at most 30d).",
        HelpName = "TIME",
        DefaultValueFactory = _ => "8h",
    };

    public static Command CreateUnlock() => new Command(
        "unlock",
        """
        Keep the vault open for some hours, so that file commands do not ask for its passphrase. The wallet stays closed.
        Example: marketplace vault unlock --for 8h
        """) { For }.Runs(Unlock);

    public static Command CreateLock() => new Command("lock", "Forget the key of a vault that was unlocked.").Runs(Lock);

    public static Command CreateWords() => new Command("words", "Show the vault's 24 words; always asks for the passphrase.").Runs(ShowWords);

    static Task Unlock(CommandContext context, CancellationToken cancellationToken)
    {
        if (!Figures.TryParseDuration(context.Get(For), out var duration))
            throw new CommandRefusal("duration-invalid", "A time is a number and a unit: 30m, 8h or 2d; at most 30d.");
        var vaultKey = VaultAccess.OpenWithPassphrase(context);
        try
        {
            var until = new UnlockedVault(new ConsumerHome(context.Home), context.Time).Open(vaultKey, duration);
            context.Terminal.Result(
                new { unlockedUntil = until },
                console => console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"The vault is open until {until.ToLocalTime():yyyy-MM-dd HH:mm}; `marketplace vault lock` closes it.")));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(vaultKey);
        }
        return Task.CompletedTask;
    }

    static Task Lock(CommandContext context, CancellationToken cancellationToken)
    {
        new UnlockedVault(new ConsumerHome(context.Home), context.Time).Lock();
        context.Terminal.Result(new { locked = true }, console => console.WriteLine("The vault is locked."));
        return Task.CompletedTask;
    }

    static Task ShowWords(CommandContext context, CancellationToken cancellationToken)
    {
        var vaultKey = VaultAccess.OpenWithPassphrase(context);
        try
        {
            var words = RecoveryPhrase.Write(vaultKey);
            context.Terminal.Result(new { words }, console => WordsTable.Write(console, words));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(vaultKey);
        }
        return Task.CompletedTask;
    }
}
