namespace Marketplace.Benchmarks.Kernels;

/// <summary>What a benchmark method does in one invocation, the same for the subject and its peers.</summary>
public interface IWork
{
    /// <summary>Unique within the suite.</summary>
    string Name { get; }

    /// <summary>Threads that do it. One is timed by its own processor time, several by the clock on the wall.</summary>
    int Threads { get; }

    /// <summary>Bytes that one invocation works through, by all its threads together.</summary>
    long Bytes { get; }

    /// <summary>The ratio to a peer that has to be reached, if any.</summary>
    /// <param name="peer">A benchmark method's description, or an outside peer's name.</param>
    double? BarAgainst(string peer);
}
