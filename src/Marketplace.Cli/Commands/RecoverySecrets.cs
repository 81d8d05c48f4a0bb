using Marketplace.Cli.Terminal;
using Marketplace.Core.Cryptography;

namespace Marketplace.Cli.Commands;

/// <summary>Reads a vault key from what was written down of it: its 24 words, or enough of its shares. Files only: what is on a command line others can read.</summary>
internal static class RecoverySecrets
{
    const int MaxFileCharacters = 4096;

    /// <summary>The vault key of the 24 words in a file; the caller erases it.</summary>
    /// <param name="path">- for standard input.</param>
    /// <exception cref="CommandRefusal">not-found, or wrong-words, which names the first wrong word.</exception>
    public static byte[] ReadWords(string path) => RecoveryPhrase.Parse(ReadStart(path)) switch
    {
        RecoveryPhraseReading.Read read => read.VaultKey,
        RecoveryPhraseReading.WrongCount { Count: RecoveryShare.WordCount } => throw new CommandRefusal(
            "wrong-words", $"These are {RecoveryShare.WordCount} words, as a share of a vault has them; give it with --share, and the other shares too."),
        RecoveryPhraseReading.WrongCount wrong => throw new CommandRefusal(
            "wrong-words", $"A vault has {RecoveryPhrase.WordCount} words, but there are {wrong.Count}."),
        RecoveryPhraseReading.UnknownWord unknown => throw new CommandRefusal(
            "wrong-words", DescribeUnknown("Word", unknown.Position, unknown.Word, unknown.Suggestions)),
        _ => throw new CommandRefusal(
            "wrong-words", "All words are in the list, but they do not belong together: one is wrong, or two are swapped. Compare them with what you wrote down."),
    };

    /// <summary>The vault key of shares, one in each file; the caller erases it.</summary>
    /// <exception cref="CommandRefusal">not-found, wrong-words, too-few-shares or wrong-shares.</exception>
    public static byte[] ReadShares(IReadOnlyList<string> paths) => RecoveryShares.Combine([.. paths.Select(ReadShare)]) switch
    {
        RecoverySharesResult.Combined combined => combined.VaultKey,
        RecoverySharesResult.TooFew few => throw new CommandRefusal(
            "too-few-shares", $"{few.Needed} different shares are needed, but there {(few.Given == 1 ? "is" : "are")} {few.Given}; give each with a --share of its own."),
        RecoverySharesResult.DifferentSets => throw new CommandRefusal("wrong-shares", "The shares were not all made together; they may be of different vaults."),
        _ => throw new CommandRefusal("wrong-shares", "The shares claim to belong together, but at least one of them is not what it was. Try with others."),
    };

    static RecoveryShare ReadShare(string path)
    {
        var shown = Printable.Escape(path, 80);
        return RecoveryShare.Parse(ReadStart(path)) switch
        {
            RecoveryShareReading.Read read => read.Share,
            RecoveryShareReading.WrongCount wrong => throw new CommandRefusal(
                "wrong-words", $"A share has {RecoveryShare.WordCount} words, but in {shown} there are {wrong.Count}."),
            RecoveryShareReading.UnknownWord unknown => throw new CommandRefusal(
                "wrong-words", DescribeUnknown($"In {shown}, word", unknown.Position, unknown.Word, unknown.Suggestions)),
            _ => throw new CommandRefusal(
                "wrong-words", $"In {shown}, all words are in the list, but they do not belong together: one is wrong, or two are swapped."),
        };
    }

    static string DescribeUnknown(string where, int position, string word, IReadOnlyList<string> suggestions) =>
        $"{where} {position}, '{Printable.Escape(word, 40)}', is not in the list."
        + (suggestions.Count == 0 ? "" : $" Did you mean {string.Join(" or ", suggestions.Select(known => $"'{known}'"))}?");

    static string ReadStart(string path)
    {
        if (path != "-" && !File.Exists(path))
            throw new CommandRefusal("not-found", $"There is no file {Printable.Escape(path)} with words.");
        using var reader = path == "-" ? Console.In : new StreamReader(path);
        var buffer = new char[MaxFileCharacters];
        return new string(buffer, 0, reader.ReadBlock(buffer));
    }
}
