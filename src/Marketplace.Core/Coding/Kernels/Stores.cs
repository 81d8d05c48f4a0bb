namespace Marketplace.Core.Coding.Kernels;

/// <summary>How outputs are written; known to the JIT.</summary>
internal interface IStore
{
    static abstract bool IsPastCaches { get; }
}

/// <summary>Whatever comes next finds them there.</summary>
internal readonly struct ThroughCaches : IStore { public static bool IsPastCaches => false; }

/// <summary>Spares what a cache does first: reading each line that is written from memory. Stores so are in no order with others until a fence.</summary>
internal readonly struct PastCaches : IStore { public static bool IsPastCaches => true; }
