namespace Marketplace.Core.Coding.Kernels;

/// <summary>
/// What an instruction set offers to multiply vectors of bytes by a coefficient. Implemented by empty structs, so that the JIT compiles a
/// kernel for each.
/// </summary>
/// <typeparam name="TVector">So many bytes.</typeparam>
/// <typeparam name="TFactor">A source's bytes, or a coefficient's table, in the form in which they are multiplied.</typeparam>
internal unsafe interface IFieldVectors<TVector, TFactor>
{
    /// <summary>Bytes of a vector.</summary>
    static abstract int Width { get; }

    /// <summary>The most outputs computed in one pass: as many as leave their sums, two vectors each, in registers.</summary>
    static abstract int MaxGroup { get; }

    /// <summary>
    /// Whether there are registers for two sources at a time, which saves an addition where one instruction adds three vectors.
    /// </summary>
    static abstract bool FoldsPairs { get; }

    /// <summary>Bytes of a coefficient's table.</summary>
    static abstract int TableSize { get; }

    /// <summary>Writes a coefficient's table.</summary>
    static abstract void WriteTable(byte coefficient, Span<byte> table);

    static abstract TFactor LoadTable(byte* table);

    static abstract TFactor LoadSource(byte* source);

    static abstract TVector Multiply(TFactor source, TFactor table);

    static abstract TVector Add(TVector left, TVector right);

    static abstract TVector Add(TVector first, TVector second, TVector third);

    static abstract void Store(TVector vector, byte* destination);

    /// <summary>To a multiple of a vector's bytes, which no cache takes in.</summary>
    static abstract void StorePastCaches(TVector vector, byte* destination);
}
