using Marketplace.Benchmarks.Figures;

namespace Marketplace.Benchmarks;

/// <summary>A group of figures that are measured together. Registered in <see cref="Suites"/>.</summary>
public interface ISuite
{
    /// <summary>Lower-case words; the first part of what a filter sees.</summary>
    string Name { get; }

    /// <summary>In one line: what is measured, beside what.</summary>
    string Description { get; }

    /// <summary>The names that <see cref="SuiteRun.Wants"/> will be asked about.</summary>
    IEnumerable<string> Measurements { get; }

    /// <summary>Measures what is wanted, and tells what could not be and why.</summary>
    Task MeasureAsync(SuiteRun run, CancellationToken cancellationToken);
}

/// <summary>What a suite is asked for, and where it puts what it found.</summary>
/// <param name="suite">Whose run this is.</param>
/// <param name="options">How to measure.</param>
/// <param name="report">What all suites fill.</param>
public sealed class SuiteRun(ISuite suite, BenchOptions options, Report report)
{
    /// <summary>How often each figure is taken; its medians are reported.</summary>
    public int Rounds => options.Rounds;

    /// <summary>Whether a measurement passes the filter.</summary>
    public bool Wants(string measurement) => options.Matches(suite, measurement);

    /// <summary>Whether any measurement passes.</summary>
    public bool WantsAny => suite.Measurements.Any(Wants);

    /// <summary>Takes a figure in and shows it.</summary>
    public void Add(Figure figure) => report.Add(figure);

    /// <summary>Says that a peer is not there or a measurement cannot be made on this machine.</summary>
    public void Miss(string measurement, string reason) => report.Miss(new MissingFigure(suite.Name, measurement, reason));

    /// <summary>Says what is being done, for whoever waits.</summary>
    public void Say(string text) => report.Say(text);
}

/// <summary>What was asked for on the command line.</summary>
/// <param name="Filters">Words of which each has to occur in "suite measurement"; none means everything.</param>
/// <param name="Rounds">At least 1.</param>
public sealed record BenchOptions(IReadOnlyList<string> Filters, int Rounds)
{
    /// <summary>Whether a measurement is wanted.</summary>
    public bool Matches(ISuite suite, string measurement) =>
        Filters.All(filter => $"{suite.Name} {measurement}".Contains(filter, StringComparison.OrdinalIgnoreCase));
}
