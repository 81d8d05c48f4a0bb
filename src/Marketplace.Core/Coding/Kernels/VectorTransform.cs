using System.Runtime.Intrinsics.X86;

namespace Marketplace.Core.Coding.Kernels;

/// <summary>What kernels of vectors have in common: too few bytes for them are left to scalar code, and where runs are more than the caches hold, outputs are written past them.</summary>
/// <param name="rows">m rows of k coefficients.</param>
/// <param name="inputs">k.</param>
/// <param name="outputs">m.</param>
/// <param name="step">Bytes of each run that are computed at a time.</param>
internal abstract unsafe class VectorTransform(byte[] rows, int inputs, int outputs, int step) : FieldTransform(inputs, outputs)
{
    /// <summary>Of the caches. An output has to begin with one for being written past them.</summary>
    const nuint Line = 64;

    readonly ScalarTransform scalar = new(rows, inputs, outputs);

    /// <summary>Bytes of each run that are computed at a time.</summary>
    protected nuint Step { get; } = (nuint)step;

    public sealed override void Apply(byte** sources, byte** destinations, nuint length)
    {
        if (length < Step)
        {
            scalar.Apply(sources, destinations, length);
            return;
        }
        if (!WritesPastCaches(destinations, length))
        {
            Apply<ThroughCaches>(sources, destinations, 0, length);
            return;
        }
        var whole = length - length % Step;
        Apply<PastCaches>(sources, destinations, 0, whole);
        // What goes past the caches is in order with nothing else until it is waited for.
        if (Sse.IsSupported)
            Sse.StoreFence();
        if (whole < length)
            Apply<ThroughCaches>(sources, destinations, length - Step, length);
    }

    /// <summary>Whether outputs of so many bytes are written past the caches.</summary>
    internal bool WritesPastCaches(byte** destinations, nuint length) => TraversalPlan.IsFromMemory(Inputs, Outputs, length) && AreAligned(destinations);

    /// <summary>Computes a part of the outputs.</summary>
    /// <param name="sources">k runs.</param>
    /// <param name="destinations">m runs; past the caches they start with a line.</param>
    /// <param name="from">The first byte's offset.</param>
    /// <param name="end">That after the last one's, at least a step later; past the caches a multiple of steps.</param>
    protected abstract void Apply<TStore>(byte** sources, byte** destinations, nuint from, nuint end)
        where TStore : struct, IStore;

    bool AreAligned(byte** destinations)
    {
        for (var i = 0; i < Outputs; i++)
        {
            if ((nuint)destinations[i] % Line != 0)
                return false;
        }
        return true;
    }
}
