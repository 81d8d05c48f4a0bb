using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Marketplace.Cli.Home;
using Marketplace.Cli.Terminal;
using Marketplace.Core.Cryptography;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>marketplace vault shares</summary>
internal static class VaultShares
{
    static readonly Option<int> Count = new("--count") { Description = $"How many shares, 2 to {RecoveryShares.MaxShares}.", HelpName = "N", Required = true };

    static readonly Option<int> Threshold = new("--threshold") { Description = "How many of them give the vault back: 2 to all.", HelpName = "K", Required = true };

    static readonly Option<string?> Folder = new("--output", "-o")
    {
        Description = "Write each share into a file of its own in this folder, instead of showing them.",
        HelpName = "FOLDER",
    };

    public static Command Create() => new Command(
        "shares",
        """
        Split the vault key into shares for several people or places; some of them together give it back, fewer say nothing about it.
        Always asks for the passphrase. Shares of one call do not mix with those of another.
        Examples:
          marketplace vault shares --count 5 --threshold 3
          marketplace vault shares --count 3 --threshold 2 -o /media/stick
          marketplace vault init --share one.txt --share two.txt      # bring the vault back; then `marketplace recover`
        """) { Count, Threshold, Folder }.Runs(Run);

    static Task Run(CommandContext context, CancellationToken cancellationToken)
    {
        var (count, threshold) = (context.Get(Count), context.Get(Threshold));
        if (threshold < RecoveryShares.MinThreshold || count < threshold || count > RecoveryShares.MaxShares)
            throw new CommandRefusal(
                "option-invalid", $"--threshold is 2 to --count, and --count at most {RecoveryShares.MaxShares}. One share that suffices is `marketplace vault words`.");
        var folder = context.Get(Folder);
        var files = folder is null ? null : FilesIn(folder, count);
        var shares = Split(context, threshold, count);
        if (files is null)
            Show(context, shares);
        else
            Write(context, shares, files);
        return Task.CompletedTask;
    }

    static IReadOnlyList<RecoveryShare> Split(CommandContext context, int threshold, int count)
    {
        var vaultKey = VaultAccess.OpenWithPassphrase(context);
        var random = RandomNumberGenerator.GetBytes(RecoveryShares.RandomBytesFor(threshold));
        try
        {
            return RecoveryShares.Split(vaultKey, threshold, count, random);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(vaultKey);
            CryptographicOperations.ZeroMemory(random);
        }
    }

    /// <summary>The files to write, none of which is there yet.</summary>
    static string[] FilesIn(string folder, int count)
    {
        if (!Directory.Exists(folder))
            throw new CommandRefusal("output-invalid", $"There is no folder {Printable.Escape(folder)}.");
        string[] files = [.. Enumerable.Range(1, count).Select(index =>
            Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"vault-share-{index}-of-{count}.txt")))];
        return files.FirstOrDefault(Path.Exists) is { } existing
            ? throw new CommandRefusal("output-exists", $"{Printable.Escape(existing)} exists already and was left as it is; use another folder.")
            : files;
    }

    static void Write(CommandContext context, IReadOnlyList<RecoveryShare> shares, string[] files)
    {
        foreach (var (share, file) in shares.Zip(files))
            KeyFiles.WritePrivate(file, string.Join(' ', share.ToWords()) + "\n");
        context.Terminal.Result(
            new { set = SetOf(shares), threshold = shares[0].Threshold, files },
            console => console.WriteLine(
                $"{files.Length} shares are in {Printable.Escape(context.Get(Folder)!)}; {shares[0].Threshold} of them give the vault back. Bring each to its place and delete it here."));
    }

    static void Show(CommandContext context, IReadOnlyList<RecoveryShare> shares) => context.Terminal.Result(
        new
        {
            set = SetOf(shares),
            threshold = shares[0].Threshold,
            shares = shares.Select(share => new { index = share.Index, words = share.ToWords() }),
        },
        console =>
        {
            foreach (var share in shares)
            {
                console.WriteLine($"Share {share.Index} of {shares.Count} (set {SetOf(shares)}):");
                WordsTable.Write(console, share.ToWords());
            }
            console.WriteLine($"Any {shares[0].Threshold} of these shares together are your files. Write each on a paper of its own, and keep them in different places.");
        });

    static string SetOf(IReadOnlyList<RecoveryShare> shares) => shares[0].Set.ToString("x8", CultureInfo.InvariantCulture);
}
