using System.CommandLine;
using System.Security.Cryptography;
using Marketplace.Cli.Home;
using Marketplace.Cli.Terminal;
using Marketplace.Core.Cryptography;
using Marketplace.Ethereum.Primitives;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>marketplace vault init</summary>
internal static class VaultInit
{
    static readonly Option<string?> Words = new("--words")
    {
        Description = "Restore the vault from its 24 words, read from this file (- for standard input).",
        HelpName = "FILE",
    };

    static readonly Option<string[]> Shares = new("--share")
    {
        Description = "Restore the vault from its shares, each read from a file of its own; give the option once for each.",
        HelpName = "FILE",
        AllowMultipleArgumentsPerToken = true,
    };

    public static Command Create() => new Command(
        "init",
        """
        Make a vault (and a wallet, if there is none) and show its 24 words once.
        Examples:
          marketplace vault init --chain http://127.0.0.1:8545 --deployment deployment.json
          marketplace vault init --words words.txt      # bring a vault back; then `marketplace recover`
          marketplace vault init --share one.txt --share two.txt --share three.txt
        """)
    {
        Words, Shares, MarketChoice.Chain, MarketChoice.Deployment,
    }.Runs(RunAsync);

    static async Task RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var home = new ConsumerHome(context.Home);
        var vaultKey = ReadOrDrawKey(context);
        try
        {
            if (File.Exists(home.VaultFile))
                throw new CommandRefusal("vault-exists", $"There is a vault in {home.Folder} already; it was left as it is. Use another --home for another vault.");
            var market = await MarketChoice.ReadAsync(context, home, cancellationToken);
            var passphrase = context.Passphrases.New("the vault and the wallet");
            cancellationToken.ThrowIfCancellationRequested();
            home.Create();
            using var held = home.Lock("vault");
            if (File.Exists(home.VaultFile))
                throw new CommandRefusal("vault-exists", $"Another command has just made a vault in {home.Folder}.");
            if (market is not null)
                await market.SaveAsync(home, cancellationToken);
            var wallet = File.Exists(home.WalletFile) ? (Address?)null : WalletAccess.Create(home, passphrase);
            // The vault comes last: once it is there, everything is.
            VaultAccess.Create(home, vaultKey, passphrase);
            Show(context, home, vaultKey, wallet);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(vaultKey);
        }
    }

    static byte[] ReadOrDrawKey(CommandContext context) => (context.Get(Words), context.Get(Shares)) switch
    {
        ({ }, { Length: > 0 }) => throw new CommandRefusal("option-invalid", "Say either --words or --share, not both."),
        ({ } words, _) => RecoverySecrets.ReadWords(words),
        (null, { Length: > 0 } shares) => RecoverySecrets.ReadShares(shares),
        _ => RandomNumberGenerator.GetBytes(KeyDerivation.KeySize),
    };

    static void Show(CommandContext context, ConsumerHome home, byte[] vaultKey, Address? wallet)
    {
        if (context.Get(Words) is not null || context.Get(Shares) is { Length: > 0 })
        {
            context.Terminal.Result(
                new { home = home.Folder, restored = true, wallet },
                console => console.WriteLine("The vault is restored. Bring its catalog back with `marketplace recover`."));
            return;
        }
        var words = RecoveryPhrase.Write(vaultKey);
        context.Terminal.Result(new { home = home.Folder, restored = false, wallet, words }, console =>
        {
            WordsTable.Write(console, words);
            console.WriteLine("These 24 words are your files: whoever has them can read everything, and without them and the vault nobody can.");
            console.WriteLine("Write them down on paper, in this order, and keep them apart from this machine.");
            if (wallet is { } address)
                console.WriteLine($"A wallet was made, too: {address}. It needs tokens to rent with and a little ether for fees.");
        });
    }
}
