using System.CommandLine;
using Marketplace.Cli.Terminal;

namespace Marketplace.Cli.Commands;

/// <summary>The options that every command takes.</summary>
internal static class CommandOptions
{
    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Print the result as one JSON document, and nothing else, on standard output.",
        Recursive = true,
    };

    public static Option<string?> Home { get; } = new("--home")
    {
        Description = "The folder with the vault, the wallet and the catalog, or a provider's node (default: $MARKETPLACE_HOME, else ~/.marketplace).",
        Recursive = true,
    };

    public static Option<string?> PassphraseFile { get; } = new("--passphrase-file")
    {
        Description = $"A file whose first line is the passphrase (default: ${Passphrases.Variable}, else a prompt).",
        Recursive = true,
    };

    /// <summary>The folder named by --home, by the environment, or the default one.</summary>
    /// <exception cref="CommandRefusal">--home is empty.</exception>
    public static string HomeOf(ParseResult parsed) => parsed.GetValue(Home) is { } named
        ? named.Length > 0 ? Path.GetFullPath(named) : throw new CommandRefusal("option-invalid", "--home names a folder; it cannot be empty.")
        : Path.GetFullPath(Environment.GetEnvironmentVariable("MARKETPLACE_HOME") is { Length: > 0 } set
            ? set : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".marketplace"));
}

/// <summary>What a command works with.</summary>
/// <param name="Parsed">The command line.</param>
/// <param name="Terminal">Where it speaks.</param>
internal sealed record CommandContext(ParseResult Parsed, CommandTerminal Terminal)
{
    public string Home => CommandOptions.HomeOf(Parsed);

    public Passphrases Passphrases => new(Parsed.GetValue(CommandOptions.PassphraseFile));

    public TimeProvider Time => TimeProvider.System;

    public T Get<T>(Option<T> option) => Parsed.GetValue(option)!;

    public T Get<T>(Argument<T> argument) => Parsed.GetValue(argument)!;
}
