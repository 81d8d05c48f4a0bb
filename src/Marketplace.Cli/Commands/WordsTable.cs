using System.Globalization;
using Spectre.Console;

namespace Marketplace.Cli.Commands;

/// <summary>Words of a vault or a share as one copies them: numbered, in four columns read downward.</summary>
internal static class WordsTable
{
    const int Columns = 4;

    public static void Write(IAnsiConsole console, IReadOnlyList<string> words)
    {
        var rows = (words.Count + Columns - 1) / Columns;
        var grid = new Grid();
        for (var column = 0; column < Columns; column++)
            grid.AddColumn();
        for (var row = 0; row < rows; row++)
            grid.AddRow([.. Enumerable.Range(0, Columns).Select(column => column * rows + row).Select(index =>
                index < words.Count ? string.Create(CultureInfo.InvariantCulture, $"{index + 1,2}. {words[index]}") : "")]);
        console.Write(grid);
    }
}
