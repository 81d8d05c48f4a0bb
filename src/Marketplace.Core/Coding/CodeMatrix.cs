namespace Marketplace.Core.Coding;

/// <summary>
/// The coefficients of a systematic code whose parity rows are Cauchy's, 1 / (i xor j), as ISA-L's gf_gen_cauchy1_matrix makes them.
/// </summary>
/// <remarks>
/// Blömer et al., "An XOR-Based Erasure-Resilient Coding Scheme", 1995: every square part of a Cauchy matrix can be inverted.
/// </remarks>
/// <param name="dataFragments">k.</param>
/// <param name="totalFragments">n.</param>
internal sealed class CodeMatrix(int dataFragments, int totalFragments)
{
    /// <summary>n - k rows of k coefficients: the parity from the data.</summary>
    public byte[] ParityRows()
    {
        var rows = new byte[(totalFragments - dataFragments) * dataFragments];
        for (var index = dataFragments; index < totalFragments; index++)
            FillRow(index, rows.AsSpan((index - dataFragments) * dataFragments, dataFragments));
        return rows;
    }

    /// <summary>Rows of k coefficients: the wanted fragments from k different ones that are present, in their order.</summary>
    public byte[] RebuildRows(ReadOnlySpan<int> present, ReadOnlySpan<int> wanted)
    {
        var matrix = new FieldMatrix(dataFragments);
        for (var i = 0; i < present.Length; i++)
            FillRow(present[i], matrix[i]);
        var inverse = matrix.Invert();

        var rows = new byte[wanted.Length * dataFragments];
        var row = new byte[dataFragments];
        for (var i = 0; i < wanted.Length; i++)
        {
            FillRow(wanted[i], row);
            inverse.MultiplyLeft(row, rows.AsSpan(i * dataFragments, dataFragments));
        }
        return rows;
    }

    /// <summary>The coefficients with which the data fragments make fragment <paramref name="index"/>.</summary>
    void FillRow(int index, Span<byte> row)
    {
        row.Clear();
        if (index < dataFragments)
        {
            row[index] = 1;
            return;
        }
        for (var column = 0; column < row.Length; column++)
            row[column] = GaloisField256.Inverse((byte)(index ^ column));
    }
}
