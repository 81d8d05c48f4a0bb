namespace Marketplace.Core.Tests.Primitives;

/// <summary>What code takes from the managed heap.</summary>
static class Allocation
{
    /// <summary>
    /// Bytes that something takes in its steady state: the fewest of several times, since pools of arrays may let go of some whenever the
    /// collector runs, which other tests make it do.
    /// </summary>
    public static long OfSteadyState(Action action)
    {
        action();
        return Enumerable.Range(0, 5).Min(_ => Measure(action));
    }

    static long Measure(Action action)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
