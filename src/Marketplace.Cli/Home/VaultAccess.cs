using System.Security.Cryptography;
using Marketplace.Cli.Commands;
using Marketplace.Cli.Terminal;
using Marketplace.Client.Keys;
using Marketplace.Provider.Persistence;

namespace Marketplace.Cli.Home;

/// <summary>The vault of a home folder. Every key that is handed out is the caller's to erase.</summary>
internal static class VaultAccess
{
    const int MaxFileBytes = 4096, SaltSize = 32, NonceSize = 12;

    /// <summary>The vault key: from the vault that was unlocked, else with the passphrase. That is asked for at once; deriving runs beside the caller.</summary>
    /// <exception cref="CommandRefusal">vault-missing, wrong-passphrase, vault-damaged.</exception>
    public static Task<byte[]> OpenAsync(CommandContext context)
    {
        var home = new ConsumerHome(context.Home);
        RequireVault(home);
        if (new UnlockedVault(home, context.Time).TryRead() is { } vaultKey)
            return Task.FromResult(vaultKey);
        var passphrase = context.Passphrases.Existing("the vault");
        return Task.Run(() => Open(home, passphrase));
    }

    /// <summary>The vault key, always with the passphrase.</summary>
    /// <exception cref="CommandRefusal">vault-missing, wrong-passphrase, vault-damaged.</exception>
    public static byte[] OpenWithPassphrase(CommandContext context)
    {
        var home = new ConsumerHome(context.Home);
        RequireVault(home);
        return Open(home, context.Passphrases.Existing("the vault"));
    }

    static byte[] Open(ConsumerHome home, string passphrase) => VaultFile.Open(ReadVault(home), passphrase) switch
    {
        VaultOpening.Opened opened => opened.VaultKey,
        VaultOpening.WrongPassphrase => throw new CommandRefusal(
            "wrong-passphrase", "The passphrase does not open the vault. With the 24 words a vault can be made anew: `marketplace vault init --words FILE`."),
        VaultOpening.Malformed malformed => throw new CommandRefusal(
            "vault-damaged", $"{home.VaultFile} cannot be used: {malformed.Reason} Restore it from the 24 words: `marketplace vault init --words FILE`."),
        _ => throw new InvalidOperationException("A vault opened in a way that nobody knows."),
    };

    /// <summary>Writes a new vault.</summary>
    public static void Create(ConsumerHome home, ReadOnlySpan<byte> vaultKey, string passphrase) =>
        DurableFile.Replace(
            home.VaultFile, VaultFile.Write(vaultKey, passphrase, RandomNumberGenerator.GetBytes(SaltSize), RandomNumberGenerator.GetBytes(NonceSize)));

    static void RequireVault(ConsumerHome home)
    {
        if (!File.Exists(home.VaultFile))
            throw new CommandRefusal("vault-missing", $"There is no vault in {home.Folder}; make one with `marketplace vault init`.");
    }

    static byte[] ReadVault(ConsumerHome home)
    {
        using var file = File.OpenRead(home.VaultFile);
        var buffer = new byte[MaxFileBytes];
        return buffer[..file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)];
    }
}
