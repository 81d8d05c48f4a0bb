using System.CommandLine;
using Marketplace.Chain;
using Marketplace.Cli.Terminal;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>What every command does before money moves.</summary>
internal static class Spending
{
    public static Option<bool> CreateYes() => new("--yes", "-y") { Description = "Do not ask before paying." };

    /// <summary>Asks the person at the terminal; a script that gave no --yes is taken at its word.</summary>
    /// <param name="context">The command.</param>
    /// <param name="yes">The command's --yes.</param>
    /// <param name="show">Shows what is paid for.</param>
    /// <param name="question">Answered with yes or no.</param>
    /// <exception cref="CommandRefusal">declined.</exception>
    public static void Confirm(CommandContext context, Option<bool> yes, Action<IAnsiConsole> show, string question)
    {
        if (context.Get(yes) || context.Terminal.Json || Console.IsInputRedirected || Console.IsErrorRedirected)
            return;
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        show(console);
        if (!console.Confirm(question, defaultValue: false))
            throw new CommandRefusal("declined", "Nothing was paid.");
    }

    /// <exception cref="CommandRefusal">not-enough-tokens.</exception>
    public static void RequireTokens(TokenAmount balance, TokenAmount needed)
    {
        if (balance < needed)
            throw new CommandRefusal(
                "not-enough-tokens", $"This needs {needed.Space()}, but the wallet has {balance.Space()}; {(needed - balance).Space()} are missing. Nothing was paid.");
    }

    /// <exception cref="CommandRefusal">not-enough-gas: the wallet cannot pay any transaction's fee.</exception>
    public static async Task RequireGasAsync(Market market, Address wallet, CancellationToken cancellationToken)
    {
        if (await market.Client.GetBalanceAsync(wallet, BlockTag.Latest, cancellationToken) == Wei.Zero)
            throw new CommandRefusal("not-enough-gas", $"The wallet {wallet} has no ether to pay the transaction's fee with; send it some. Nothing was paid.");
    }
}
