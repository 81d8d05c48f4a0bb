using Marketplace.Client.Recovery;
using Marketplace.Web.Formatting;

namespace Marketplace.Web.Vaults;

/// <summary>What was found of a vault's files, in sentences.</summary>
static class RecoveryWords
{
    /// <summary>How much was found.</summary>
    public static string Found(RecoveryResult.Recovered found) =>
        found.Objects == 0
            ? $"The list of your files was found; it is empty. {Agreements(found.Agreements)} known."
            : $"{Files(found.Objects)} found. {Agreements(found.Agreements)} known.";

    /// <summary>What else its user should know, and what to do next.</summary>
    public static IEnumerable<string> Remarks(RecoveryResult.Recovered found)
    {
        if (found.Renamed.Count > 0)
            yield return $"Two machines had changed the same file: both are kept, one of them as {string.Join(", ", found.Renamed.Take(5).Select(name => $"“{Texts.Name(name, 120)}”"))}.";
        if (found.UnclaimedFragments > 0)
            yield return $"{Figures.Bytes(found.UnclaimedBytes)} at your providers belong to no file that is known here: remains of an upload that was cut off, or newest files of another machine. They are kept.";
        if (found.Problems.Count > 0)
            yield return "Some providers could not be read. Files open all the same where enough of the others answer; look again when they are back:";
    }

    static string Files(int count) => count == 1 ? "1 file was" : $"{Figures.Whole((ulong)count)} files were";

    static string Agreements(int count) => count == 1 ? "1 agreement is" : $"{Figures.Whole((ulong)count)} agreements are";
}
