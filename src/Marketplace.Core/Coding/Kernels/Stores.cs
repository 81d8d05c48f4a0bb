namespace Marketplace.Core.Coding.Kernels;

/// <summary>How outputs are written; known to the JIT.</summary>
internal interface IStore
{
    static abstract bool IsPastCaches { get; }
}

/// <summary>Whatever comes next finds them there.</summary>
internal readonly struct ThroughCaches : IStore { public static bool IsPastCaches => false; }

/// <summary>A cache would read each line from memory before it takes what is written: of 6-of-10 that is four bytes for ten.</summary>
internal readonly struct PastCaches : IStore { public static bool IsPastCaches => true; }
