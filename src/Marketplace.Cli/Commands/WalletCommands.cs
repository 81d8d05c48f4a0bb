using System.CommandLine;
using Marketplace.Application.Money;
using Marketplace.Cli.Home;
using Marketplace.Cli.Terminal;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>marketplace wallet …</summary>
internal static class WalletCommands
{
    static readonly Option<string> KeyFile = new("--key-file")
    {
        Description = "A file with the secret key: 64 hex digits, with or without 0x. Delete it afterwards.",
        HelpName = "FILE",
        Required = true,
    };

    static readonly Option<bool> Verify = new("--verify") { Description = "Open the wallet with its passphrase and check that the address is its key's." };

    public static Command Create() => new("wallet", "The wallet that pays for space: its key, its balance, and refunds.")
    {
        new Command("create", "Make a wallet with a new key.").Runs(CreateWallet),
        new Command(
            "import",
            """
            Keep an existing key as the wallet, under a passphrase.
            Example: marketplace wallet import --key-file key.txt
            """) { KeyFile }.Runs(Import),
        new Command(
            "show",
            """
            Show the wallet's address, what it holds, and what can be withdrawn. The address is what the wallet's file names; with --verify the wallet is
            opened, so that it is known to be yours, before somebody sends money there.
            """) { Verify }.Runs(ShowAsync),
        new Command("withdraw", "Take refunds and other credits out of the market's escrow into the wallet.").Runs(WithdrawAsync),
    };

    static Task CreateWallet(CommandContext context, CancellationToken cancellationToken)
    {
        var home = new ConsumerHome(context.Home);
        home.Create();
        using var held = home.Lock("wallet");
        RequireNone(home);
        Tell(context, WalletAccess.Create(home, context.Passphrases.New("the wallet")));
        return Task.CompletedTask;
    }

    static Task Import(CommandContext context, CancellationToken cancellationToken)
    {
        var home = new ConsumerHome(context.Home);
        using var key = KeyFiles.Import(context.Get(KeyFile));
        home.Create();
        using var held = home.Lock("wallet");
        RequireNone(home);
        Tell(context, WalletAccess.Save(home, key, context.Passphrases.New("the wallet")));
        return Task.CompletedTask;
    }

    static async Task ShowAsync(CommandContext context, CancellationToken cancellationToken)
    {
        using var session = await ConsumerSession.OpenAsync(context, cancellationToken);
        var address = WalletAccess.AddressOf(session.Home);
        if (context.Get(Verify))
            WalletAccess.OpenKey(session.Home, context.Passphrases.Existing("the wallet")).Dispose();
        var (ether, tokens, withdrawable) = await WalletUseCases.Reading(session).Send(new DescribeWallet(address), cancellationToken);
        context.Terminal.Result(
            new { address, wei = new TokenAmount(ether.Value), tokens, withdrawable, chainId = session.Market.Deployment.ChainId },
            console =>
            {
                console.WriteLine($"Address       {address}");
                console.WriteLine($"For fees      {Figures.Ether(ether)}");
                console.WriteLine($"Tokens        {tokens.Space()}");
                console.WriteLine($"Withdrawable  {withdrawable.Space()}");
            });
    }

    static async Task WithdrawAsync(CommandContext context, CancellationToken cancellationToken)
    {
        using var session = await ConsumerSession.OpenAsync(context, cancellationToken);
        var (market, address) = (session.Market, WalletAccess.AddressOf(session.Home));
        var withdrawn = await market.Escrow.GetWithdrawableAsync(address, cancellationToken: cancellationToken);
        if (withdrawn > TokenAmount.Zero)
        {
            await WalletAccess.SpendAsync(
                context, session, (signer, sender) => sender.SendAsync(market.Escrow.Withdraw(signer.Address), "withdraw", cancellationToken), cancellationToken);
        }
        var tokens = await market.Token.GetBalanceAsync(address, cancellationToken: cancellationToken);
        context.Terminal.Result(
            new { address, withdrawn, tokens },
            console => console.WriteLine(withdrawn == TokenAmount.Zero
                ? "There is nothing to withdraw."
                : $"{withdrawn.Space()} withdrawn; the wallet holds {tokens.Space()}."));
    }

    static void RequireNone(ConsumerHome home)
    {
        if (File.Exists(home.WalletFile))
            throw new CommandRefusal("wallet-exists", $"There is a wallet at {home.WalletFile} already; it was left as it is. Use another --home, or move it away first.");
    }

    static void Tell(CommandContext context, Address address) =>
        context.Terminal.Result(
            new { address },
            console => console.WriteLine($"The wallet is {address}. It needs tokens to rent with and a little ether for fees."));
}
