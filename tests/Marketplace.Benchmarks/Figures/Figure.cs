namespace Marketplace.Benchmarks.Figures;

/// <summary>Which of two measured values is the better one.</summary>
public enum Better
{
    /// <summary>Speeds.</summary>
    Higher,

    /// <summary>Times, and memory.</summary>
    Lower,
}

/// <summary>Something measured beside a peer, or a limit, in the same rounds.</summary>
/// <param name="Suite">The <see cref="ISuite.Name"/> that measured it.</param>
/// <param name="Name">What was measured: unique within the suite and peer.</param>
/// <param name="Peer">What it is held against.</param>
/// <param name="Unit">Of both values: "GB/s" (10^9 bytes a second), "s", "ms", "MiB", "files/s".</param>
/// <param name="Better">Which value is the better one.</param>
/// <param name="Ours">Median of the rounds.</param>
/// <param name="Theirs">Median of the rounds, or the limit.</param>
/// <param name="Ratio">How many times as good as the peer: the median of the rounds' ratios.</param>
/// <param name="Lowest">The lowest ratio of a round.</param>
/// <param name="Highest">The highest ratio of a round.</param>
/// <param name="Rounds">How many there were.</param>
/// <param name="Bar">The ratio that has to be reached, if any.</param>
public sealed record Figure(
    string Suite,
    string Name,
    string Peer,
    string Unit,
    Better Better,
    double Ours,
    double Theirs,
    double Ratio,
    double Lowest,
    double Highest,
    int Rounds,
    double? Bar)
{
    /// <summary>False where the ratio is below the bar.</summary>
    public bool ReachesBar => !(Ratio < Bar);

    /// <summary>A figure of values that were taken in turns.</summary>
    /// <param name="suite">The suite's name.</param>
    /// <param name="name">What was measured.</param>
    /// <param name="peer">What it is held against.</param>
    /// <param name="unit">Of the values.</param>
    /// <param name="better">Which value is the better one.</param>
    /// <param name="rounds">At least one; both values of each are positive.</param>
    /// <param name="bar">The ratio that has to be reached.</param>
    public static Figure Of(
        string suite, string name, string peer, string unit, Better better, IReadOnlyCollection<Round> rounds, double? bar = null)
    {
        var ratios = rounds.Select(round => better == Better.Higher ? round.Ours / round.Theirs : round.Theirs / round.Ours).ToList();
        return new Figure(
            suite, name, peer, unit, better, Median.Of(rounds.Select(round => round.Ours)), Median.Of(rounds.Select(round => round.Theirs)),
            Median.Of(ratios), ratios.Min(), ratios.Max(), rounds.Count, bar);
    }
}

/// <summary>Two values measured one right after the other.</summary>
public readonly record struct Round(double Ours, double Theirs);

/// <summary>The middle one of several values, or the mean of the two in the middle.</summary>
public static class Median
{
    /// <param name="values">At least one.</param>
    public static double Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        var middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
