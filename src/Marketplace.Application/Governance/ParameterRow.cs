using Marketplace.Chain.Parameters;

namespace Marketplace.Application.Governance;

/// <summary>One of the market's numbers.</summary>
interface IParameterRow
{
    string Name { get; }

    string Meaning { get; }

    string Say(MarketParameters parameters);

    string SayAllowed(ParameterLimits limits);

    ParameterReading Read(MarketParameters parameters, string text, ParameterLimits limits);
}

/// <inheritdoc cref="IParameterRow"/>
/// <param name="Name">As <see cref="MarketParameters"/> has it.</param>
/// <param name="Meaning">What it is, in a few words.</param>
/// <param name="Kind">What it is a number of.</param>
/// <param name="Get">Its value.</param>
/// <param name="With">All of them, with another value of it.</param>
/// <param name="Bounds">As its contract has them; null for none.</param>
sealed record ParameterRow<T>(
    string Name, string Meaning, ParameterKind<T> Kind, Func<MarketParameters, T> Get, Func<MarketParameters, T, MarketParameters> With,
    Func<ParameterLimits, (T Least, T Most)>? Bounds) : IParameterRow where T : struct
{
    public string Say(MarketParameters parameters) => Kind.Say(Get(parameters));

    public string SayAllowed(ParameterLimits limits) => Bounds?.Invoke(limits) is var (least, most) ? $"{Kind.Say(least)} to {Kind.Say(most)}" : "any account";

    public ParameterReading Read(MarketParameters parameters, string text, ParameterLimits limits)
    {
        if (Kind.Read(text.Trim()) is not { } value)
            return new ParameterReading.Refused($"Write {Kind.Example}.");
        if (Bounds?.Invoke(limits) is var (least, most) && (Comparer<T>.Default.Compare(value, least) < 0 || Comparer<T>.Default.Compare(value, most) > 0))
            return new ParameterReading.Refused($"It has to be {SayAllowed(limits)}.");
        return new ParameterReading.Taken(With(parameters, value));
    }
}

/// <summary>What became of a value that somebody wrote.</summary>
public abstract record ParameterReading
{
    ParameterReading()
    {
    }

    /// <summary>It can be.</summary>
    /// <param name="Parameters">All numbers, with it.</param>
    public sealed record Taken(MarketParameters Parameters) : ParameterReading;

    /// <summary>It is none, or out of bounds.</summary>
    /// <param name="Problem">A sentence for people.</param>
    public sealed record Refused(string Problem) : ParameterReading;
}
