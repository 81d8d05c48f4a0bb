using Spectre.Console;

namespace Marketplace.Cli.Terminal;

/// <summary>Where passphrases come from: a file, the environment, or the person at the terminal. Never from the command line, which others can read.</summary>
/// <param name="file">Whose first line it is; null for none.</param>
/// <param name="variable">The environment variable that may hold it.</param>
/// <param name="option">The option that names the file.</param>
internal sealed class Passphrases(string? file, string variable = Passphrases.Variable, string option = "--passphrase-file")
{
    /// <summary>The environment variable that may hold the passphrase.</summary>
    public const string Variable = "MARKETPLACE_PASSPHRASE";

    /// <summary>The passphrase of something that exists.</summary>
    /// <param name="of">What it opens, for the prompt: "the vault".</param>
    /// <exception cref="CommandRefusal">There is none, and nobody to ask.</exception>
    public string Existing(string of) => Given() ?? Ask($"Passphrase of {of}:");

    /// <summary>The passphrase for something new; asked twice, and refused when it is too short to protect anything.</summary>
    /// <exception cref="CommandRefusal">It is too short, the two differ, or there is none and nobody to ask.</exception>
    public string New(string of)
    {
        var passphrase = Given();
        if (passphrase is null)
        {
            passphrase = Ask($"New passphrase for {of} (at least 8 characters):");
            if (Ask("The same once more:") != passphrase)
                throw new CommandRefusal("passphrases-differ", "The two passphrases differ; nothing was written.");
        }
        if (passphrase.Length < 8)
            throw new CommandRefusal("passphrase-too-short", "A passphrase needs at least 8 characters; nothing was written.");
        return passphrase;
    }

    string? Given()
    {
        if (file is not null)
        {
            if (!File.Exists(file))
                throw new CommandRefusal("passphrase-file-missing", $"The passphrase file {file} does not exist.");
            using var reader = new StreamReader(file);
            return reader.ReadLine() ?? "";
        }
        return Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? text : null;
    }

    string Ask(string prompt)
    {
        if (Console.IsInputRedirected)
            throw new CommandRefusal("passphrase-missing", $"A passphrase is needed: use {option} or set {variable}.");
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Prompt(new TextPrompt<string>(prompt).Secret());
    }
}
