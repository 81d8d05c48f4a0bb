namespace Marketplace.Core.Coding.Kernels;

/// <summary>
/// A matrix over <see cref="GaloisField256"/>, made ready for one instruction set: it turns k runs of bytes into m, each byte from those at
/// its own offset. Immutable and safe for several threads.
/// </summary>
/// <param name="inputs">k, at least 1.</param>
/// <param name="outputs">m, which may be 0.</param>
internal abstract unsafe class FieldTransform(int inputs, int outputs)
{
    /// <summary>k.</summary>
    public int Inputs { get; } = inputs;

    /// <summary>m.</summary>
    public int Outputs { get; } = outputs;

    /// <summary>Computes the outputs.</summary>
    /// <param name="sources">k runs that nothing moves meanwhile; fastest where they start at multiples of 64 bytes.</param>
    /// <param name="destinations">m runs, likewise; overwritten. None may overlap a source or another one.</param>
    /// <param name="length">Bytes of each run, any number.</param>
    /// <remarks>
    /// A byte may be written more than once: vectorised code ends with a vector that reaches back over bytes already done.
    /// </remarks>
    public abstract void Apply(byte** sources, byte** destinations, nuint length);
}
