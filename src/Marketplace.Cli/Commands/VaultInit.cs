using System.CommandLine;
using System.Security.Cryptography;
using Marketplace.Chain.Deployments;
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

    static readonly Option<string?> Chain = new("--chain") { Description = "The chain's JSON-RPC endpoint, such as http://127.0.0.1:8545.", HelpName = "URL" };

    static readonly Option<string?> Deployment = new("--deployment") { Description = "The market's deployment file; it is copied into the home folder.", HelpName = "FILE" };

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
        Words, Shares, Chain, Deployment,
    }.Runs(RunAsync);

    static async Task RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var home = new ConsumerHome(context.Home);
        var vaultKey = ReadOrDrawKey(context);
        try
        {
            if (File.Exists(home.VaultFile))
                throw new CommandRefusal("vault-exists", $"There is a vault in {home.Folder} already; it was left as it is. Use another --home for another vault.");
            var market = await ChooseMarketAsync(context, home, cancellationToken);
            var passphrase = context.Passphrases.New("the vault and the wallet");
            cancellationToken.ThrowIfCancellationRequested();
            home.Create();
            using var held = home.Lock("vault");
            if (File.Exists(home.VaultFile))
                throw new CommandRefusal("vault-exists", $"Another command has just made a vault in {home.Folder}.");
            await SaveMarketAsync(home, market, cancellationToken);
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

    /// <summary>What the options name, checked on the chain; null when market.json is there and no option is given.</summary>
    static async Task<(string Chain, Deployment Deployment)?> ChooseMarketAsync(CommandContext context, ConsumerHome home, CancellationToken cancellationToken)
    {
        var (chain, file) = (context.Get(Chain), context.Get(Deployment));
        if (chain is null && file is null && File.Exists(home.MarketFile))
            return null;
        if (chain is null || file is null)
            throw new CommandRefusal("market-missing", "Say which market to use: --chain URL and --deployment FILE, both.");
        using var session = await ChainSession.OpenAsync(chain, file, cancellationToken);
        await DeploymentVerifier.VerifyAsync(session.Market.Client, session.Market.Deployment, cancellationToken);
        return (chain, session.Market.Deployment);
    }

    static async Task SaveMarketAsync(ConsumerHome home, (string Chain, Deployment Deployment)? market, CancellationToken cancellationToken)
    {
        if (market is not { } chosen)
            return;
        var settings = new MarketSettings { Chain = chosen.Chain };
        await DeploymentFile.SaveAsync(chosen.Deployment, settings.DeploymentPath(home), cancellationToken);
        settings.Save(home);
    }

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
