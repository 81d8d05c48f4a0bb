using Marketplace.Application.Transfers;
using Marketplace.Web.Formatting;

namespace Marketplace.Web.Files;

/// <summary>What became of files that were to be stored again, in a sentence.</summary>
static class AgainWords
{
    /// <summary>12 files are stored again; 3 are whole already.</summary>
    /// <param name="again">Those of which fragments are missing.</param>
    /// <param name="whole">How many others were chosen, of which none is.</param>
    /// <param name="unknown">How many of which nobody can say it.</param>
    public static string Of(StoringAgain again, int whole, int unknown) => again.IsLocked ? "The vault is locked."
        : string.Join("; ", new[]
        {
            again.Begun.Count > 0 ? $"{Figures.Files(again.Begun.Count)} {Are(again.Begun.Count)} stored again" : "No file is stored again",
            Part(again.OnTheWay, "on {0} way already"),
            Part(whole, "whole already"),
            Part(unknown, "left out, since nobody knows how {1}"),
            Part(again.Gone, "not in the vault any more"),
            again.Left > 0 ? $"{Whole(again.Left)} more {(again.Left == 1 ? "finds" : "find")} no place in the queue: choose {(again.Left == 1 ? "it" : "them")} again when some are stored" : null,
        }.OfType<string>()) + ".";

    static string? Part(int count, string words) =>
        count == 0 ? null : $"{Whole(count)} {Are(count)} {string.Format(null, words, count == 1 ? "its" : "their", count == 1 ? "it does" : "they do")}";

    static string Are(int count) => count == 1 ? "is" : "are";

    static string Whole(int count) => Figures.Whole((ulong)count);
}
