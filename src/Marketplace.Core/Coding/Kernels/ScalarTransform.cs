namespace Marketplace.Core.Coding.Kernels;

/// <summary>
/// The definition, byte by byte: the truth that every other transform has to equal, and what computes runs too short for a vector.
/// </summary>
/// <param name="coefficients">m rows of k.</param>
internal sealed unsafe class ScalarTransform(byte[] coefficients, int inputs, int outputs) : FieldTransform(inputs, outputs)
{
    public override void Apply(byte** sources, byte** destinations, nuint length)
    {
        for (var row = 0; row < Outputs; row++)
        {
            for (nuint at = 0; at < length; at++)
                destinations[row][at] = Sum(coefficients.AsSpan(row * Inputs, Inputs), sources, at);
        }
    }

    static byte Sum(ReadOnlySpan<byte> row, byte** sources, nuint at)
    {
        byte sum = 0;
        for (var i = 0; i < row.Length; i++)
            sum ^= GaloisField256.Multiply(row[i], sources[i][at]);
        return sum;
    }
}
