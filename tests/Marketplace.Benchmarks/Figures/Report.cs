using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Benchmarks.Machine;

namespace Marketplace.Benchmarks.Figures;

/// <summary>What could not be measured here.</summary>
public sealed record MissingFigure(string Suite, string Name, string Reason);

/// <summary>What was found so far: shown line by line as it comes, and written as JSON at the end.</summary>
/// <param name="machine">Where it was found.</param>
/// <param name="output">For people.</param>
/// <param name="time">For the times in the file.</param>
public sealed class Report(MachineDescription machine, TextWriter output, TimeProvider time)
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    readonly DateTimeOffset started = time.GetUtcNow();
    readonly List<Figure> figures = [];
    readonly List<MissingFigure> missing = [];

    /// <summary>All figures, in the order in which they came.</summary>
    public IReadOnlyList<Figure> Figures => figures;

    /// <summary>Takes a figure in and shows it in one line.</summary>
    public void Add(Figure figure)
    {
        figures.Add(figure);
        var bar = figure.Bar is { } least ? $"  bar {Number(least)}{(figure.ReachesBar ? "" : " MISSED")}" : "";
        output.WriteLine(
            $"{figure.Suite,-12} {figure.Name,-38} {Number(figure.Ours),8} {figure.Unit,-7} {Number(figure.Ratio),6} x {figure.Peer,-26} "
            + $"{Number(figure.Theirs),8}  ({Number(figure.Lowest)}-{Number(figure.Highest)}){bar}");
    }

    /// <summary>Takes in that something was not measured, and why.</summary>
    public void Miss(MissingFigure figure)
    {
        missing.Add(figure);
        output.WriteLine($"{figure.Suite,-12} {figure.Name}: not measured: {figure.Reason}");
    }

    /// <summary>Shows a line that is no figure.</summary>
    public void Say(string text) => output.WriteLine(text);

    /// <summary>Writes everything: machine, times, figures, and what is missing.</summary>
    public async Task WriteAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.Create(path);
        var everything = new
        {
            machine,
            loadAtTheEnd = MachineDescription.CurrentLoad(),
            started,
            ended = time.GetUtcNow(),
            figures,
            missing,
        };
        await JsonSerializer.SerializeAsync(file, everything, Json, cancellationToken);
    }

    static string Number(double value) => value.ToString(value >= 100 ? "F0" : value >= 10 ? "F1" : "F2", CultureInfo.InvariantCulture);
}
