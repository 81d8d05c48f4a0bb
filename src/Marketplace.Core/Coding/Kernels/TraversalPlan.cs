namespace Marketplace.Core.Coding.Kernels;

/// <summary>In which order a kernel goes over columns and outputs.</summary>
/// <param name="Outputs">All outputs.</param>
/// <param name="Groups">In so many groups of nearly the same size.</param>
/// <param name="Columns">Bytes of each run that all groups finish before the next ones are touched.</param>
internal readonly record struct TraversalPlan(int Outputs, int Groups, nuint Columns)
{
    /// <summary>
    /// Of k sources that is within a second-level cache, where the groups after the first find them; whole pages, so that few are open at a
    /// time.
    /// </summary>
    const nuint ColumnsFromMemory = 8 << 10;

    /// <summary>Bytes of sources and outputs beyond which they come from memory and go there.</summary>
    const nuint CacheSize = 32 << 20;

    /// <summary>With many sources besides, more outputs at a time are more streams than the prefetchers follow.</summary>
    const int MaxGroupFromMemory = 5, ManyInputs = 8;

    public static TraversalPlan For(int inputs, int outputs, nuint length, int maxGroup)
    {
        if (IsFromMemory(inputs, outputs, length) && inputs > ManyInputs)
            maxGroup = Math.Min(maxGroup, MaxGroupFromMemory);
        return new TraversalPlan(outputs, (outputs + maxGroup - 1) / maxGroup, ColumnsFromMemory);
    }

    /// <summary>Whether so many runs of that length are more than the caches hold.</summary>
    public static bool IsFromMemory(int inputs, int outputs, nuint length) => (nuint)(inputs + outputs) * length > CacheSize;

    /// <summary>A group's first output, and how many it has.</summary>
    public (int First, int Count) GroupAt(int group)
    {
        var first = group * Outputs / Groups;
        return (first, (group + 1) * Outputs / Groups - first);
    }
}
