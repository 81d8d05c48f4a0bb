namespace Marketplace.Core.Coding;

/// <summary>
/// A systematic Reed-Solomon code: fragments 0 to k-1 are the data, k to n-1 parity, and any k of them give all. The parity rows are
/// Cauchy's, 1 / (i xor j), as ISA-L's gf_gen_cauchy1_matrix makes them.
/// </summary>
/// <remarks>
/// Blömer et al., "An XOR-Based Erasure-Resilient Coding Scheme", 1995: every square part of a Cauchy matrix can be inverted.
/// </remarks>
public sealed class ReedSolomon
{
    /// <param name="dataFragments">k, at least 1.</param>
    /// <param name="totalFragments">n, at least k and at most 256.</param>
    /// <exception cref="ArgumentOutOfRangeException">The numbers are outside these bounds.</exception>
    public ReedSolomon(int dataFragments, int totalFragments)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dataFragments, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(totalFragments, dataFragments);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(totalFragments, 256);
        DataFragments = dataFragments;
        TotalFragments = totalFragments;
    }

    /// <summary>k: how many fragments are needed.</summary>
    public int DataFragments { get; }

    /// <summary>n: how many fragments there are.</summary>
    public int TotalFragments { get; }

    /// <summary>Computes the parity fragments.</summary>
    /// <param name="data">k fragments of one length.</param>
    /// <param name="parity">n - k fragments of the same length; overwritten.</param>
    /// <exception cref="ArgumentException">Another number of fragments, or lengths that differ.</exception>
    public void Encode(IReadOnlyList<ReadOnlyMemory<byte>> data, IReadOnlyList<Memory<byte>> parity)
    {
        RequireCount(data.Count, DataFragments, nameof(data));
        RequireCount(parity.Count, TotalFragments - DataFragments, nameof(parity));
        Span<byte> row = stackalloc byte[DataFragments];
        for (var i = 0; i < parity.Count; i++)
        {
            FillRow(DataFragments + i, row);
            Combine(row, data, parity[i].Span);
        }
    }

    /// <summary>
    /// Rebuilds fragments from any k others. Ranges are rebuilt from the same ranges: every byte depends only on the bytes at its offset.
    /// </summary>
    /// <param name="present">Numbers of k different fragments.</param>
    /// <param name="sources">Their bytes, in the same order and of one length.</param>
    /// <param name="wanted">Numbers of the fragments to rebuild.</param>
    /// <param name="outputs">Where their bytes go; overwritten.</param>
    /// <exception cref="ArgumentException">Too few or repeated fragments, or lengths that differ.</exception>
    public void Rebuild(
        IReadOnlyList<int> present,
        IReadOnlyList<ReadOnlyMemory<byte>> sources,
        IReadOnlyList<int> wanted,
        IReadOnlyList<Memory<byte>> outputs)
    {
        RequireCount(present.Count, DataFragments, nameof(present));
        RequireCount(sources.Count, DataFragments, nameof(sources));
        RequireCount(outputs.Count, wanted.Count, nameof(outputs));
        if (present.Distinct().Count() != DataFragments || present.Concat(wanted).Any(index => index < 0 || index >= TotalFragments))
            throw new ArgumentException($"{DataFragments} different fragments of {TotalFragments} are needed.", nameof(present));

        var inverse = InverseOf(present);
        var row = new byte[DataFragments];
        for (var i = 0; i < wanted.Count; i++)
        {
            FillRow(wanted[i], row);
            Combine(inverse.MultiplyLeft(row), sources, outputs[i].Span);
        }
    }

    /// <summary>The coefficients with which the data fragments make fragment <paramref name="index"/>.</summary>
    void FillRow(int index, Span<byte> row)
    {
        row.Clear();
        if (index < DataFragments)
        {
            row[index] = 1;
            return;
        }
        for (var column = 0; column < row.Length; column++)
            row[column] = GaloisField256.Inverse((byte)(index ^ column));
    }

    FieldMatrix InverseOf(IReadOnlyList<int> present)
    {
        var matrix = new FieldMatrix(DataFragments);
        for (var i = 0; i < present.Count; i++)
            FillRow(present[i], matrix[i]);
        return matrix.Invert();
    }

    static void Combine(ReadOnlySpan<byte> coefficients, IReadOnlyList<ReadOnlyMemory<byte>> sources, Span<byte> output)
    {
        output.Clear();
        for (var i = 0; i < coefficients.Length; i++)
            FieldVectors.MultiplyAdd(coefficients[i], sources[i].Span, output);
    }

    static void RequireCount(int actual, int expected, string name)
    {
        if (actual != expected)
            throw new ArgumentException($"{expected} are needed, not {actual}.", name);
    }
}
