using System.Text.Json;
using Marketplace.Chain;
using Marketplace.Cli.Commands;
using Marketplace.Cli.Terminal;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Cli.Home;

/// <summary>The wallet of a home folder.</summary>
internal static class WalletAccess
{
    /// <summary>Makes a wallet with a new key.</summary>
    public static Address Create(ConsumerHome home, string passphrase)
    {
        using var key = PrivateKey.Create();
        return Save(home, key, passphrase);
    }

    /// <summary>Keeps a key as the wallet.</summary>
    /// <exception cref="CommandRefusal">wallet-exists: it is never overwritten, since it may hold money.</exception>
    public static Address Save(ConsumerHome home, PrivateKey key, string passphrase)
    {
        if (File.Exists(home.WalletFile))
            throw new CommandRefusal("wallet-exists", $"There is a wallet at {home.WalletFile} already; it was left as it is. Move it away first.");
        Keystore.Save(home.WalletFile, key, passphrase, ScryptCost.Standard);
        return key.Address;
    }

    /// <summary>The wallet's address as its file says it, without its passphrase.</summary>
    public static Address AddressOf(ConsumerHome home)
    {
        RequireWallet(home);
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(home.WalletFile));
            var text = document.RootElement.GetProperty("address").GetString() ?? "";
            return Address.Parse(text.StartsWith("0x", StringComparison.Ordinal) ? text : "0x" + text);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new CommandRefusal("wallet-damaged", $"{home.WalletFile} is not a keystore with an address.");
        }
    }

    /// <summary>As <see cref="AddressOf"/>; null where there is no wallet.</summary>
    public static Address? FindAddress(ConsumerHome home) => File.Exists(home.WalletFile) ? AddressOf(home) : null;

    /// <summary>Opens the wallet, takes its lock and runs work that spends; nobody else uses the wallet meanwhile.</summary>
    /// <exception cref="CommandRefusal">wallet-missing, wrong-passphrase, busy, or an earlier transaction still waits for its block.</exception>
    public static async Task SpendAsync(
        CommandContext context, ConsumerSession session, Func<ISigner, TransactionSender, Task> work, CancellationToken cancellationToken)
    {
        var home = session.Home;
        RequireWallet(home);
        using var held = home.Lock("wallet");
        using var key = OpenKey(home, context.Passphrases.Existing("the wallet"));
        var signer = new LocalSigner(key);
        await RequireNothingWaitsAsync(session.Market, key.Address, cancellationToken);
        var sender = new TransactionSender(
            session.Market.Client,
            signer,
            // The chain says which nonce is next: nothing waits, and nobody else uses the wallet from here.
            new NonceTracker(session.Market.Client, session.Market.Deployment.ChainId, key.Address, new MemoryNonceStore(), context.Time),
            new FeeEstimator(session.Market.Client, new FeeEstimatorOptions()),
            new MemoryTransactionJournal(),
            new TransactionSenderOptions { Confirmations = session.Settings.Confirmations, PollInterval = TimeSpan.FromMilliseconds(500) },
            context.Time);
        try
        {
            await work(signer, sender);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new CommandRefusal(
                "cancelled", "Stopped. A transaction may have been sent and take effect all the same: see `marketplace agreements` and `marketplace wallet show` before you do this again.")
            {
                ExitCode = CommandRunner.Cancelled,
            };
        }
    }

    /// <summary>The wallet's key, which the caller disposes.</summary>
    /// <exception cref="CommandRefusal">wrong-passphrase, or wallet-damaged, also when it is not the key of the address that the file names.</exception>
    public static PrivateKey OpenKey(ConsumerHome home, string passphrase)
    {
        var named = AddressOf(home);
        var key = KeyFiles.Open(home.WalletFile, passphrase, "the wallet");
        if (key.Address == named)
            return key;
        var actual = key.Address;
        key.Dispose();
        throw new CommandRefusal(
            "wallet-damaged", $"{home.WalletFile} names the address {named}, but holds the key of {actual}: somebody has altered it. Send nothing to {named}; correct the file, or import the key anew.");
    }

    static void RequireWallet(ConsumerHome home)
    {
        if (!File.Exists(home.WalletFile))
            throw new CommandRefusal("wallet-missing", $"There is no wallet in {home.Folder}; make one with `marketplace wallet create` or `wallet import`.");
    }

    /// <summary>A command that was killed may have left a transaction on its way; doing the same again would pay twice.</summary>
    static async Task RequireNothingWaitsAsync(Market market, Address wallet, CancellationToken cancellationToken)
    {
        var mined = await market.Client.GetTransactionCountAsync(wallet, BlockTag.Latest, cancellationToken);
        var known = await market.Client.GetTransactionCountAsync(wallet, BlockTag.Pending, cancellationToken);
        if (known > mined)
            throw new CommandRefusal(
                "busy", "An earlier transaction of this wallet still waits for its block; see what came of it (`marketplace agreements`), then try again.");
    }
}
