namespace Marketplace.Core.Coding;

/// <summary>A square matrix over <see cref="GaloisField256"/>.</summary>
sealed class FieldMatrix(int size)
{
    readonly byte[] elements = new byte[size * size];

    /// <summary>A row, to read and to write.</summary>
    public Span<byte> this[int row] => elements.AsSpan(row * size, size);

    /// <summary>Adds the product of a row vector with this matrix to another.</summary>
    public void MultiplyLeft(ReadOnlySpan<byte> vector, Span<byte> product)
    {
        for (var i = 0; i < size; i++)
            GaloisField256.MultiplyAdd(vector[i], this[i], product);
    }

    /// <summary>The inverse by Gauss and Jordan; this matrix is used up.</summary>
    /// <exception cref="InvalidOperationException">The matrix is singular.</exception>
    public FieldMatrix Invert()
    {
        var inverse = new FieldMatrix(size);
        for (var i = 0; i < size; i++)
            inverse[i][i] = 1;
        for (var column = 0; column < size; column++)
        {
            var pivot = column;
            while (pivot < size && this[pivot][column] == 0)
                pivot++;
            if (pivot == size)
                throw new InvalidOperationException("The matrix is singular.");
            Swap(column, pivot);
            inverse.Swap(column, pivot);
            var scale = GaloisField256.Inverse(this[column][column]);
            Scale(column, scale);
            inverse.Scale(column, scale);
            for (var row = 0; row < size; row++)
            {
                if (row == column)
                    continue;
                var factor = this[row][column];
                GaloisField256.MultiplyAdd(factor, this[column], this[row]);
                GaloisField256.MultiplyAdd(factor, inverse[column], inverse[row]);
            }
        }
        return inverse;
    }

    void Swap(int first, int second)
    {
        if (first == second)
            return;
        var kept = this[first].ToArray();
        this[second].CopyTo(this[first]);
        kept.CopyTo(this[second]);
    }

    void Scale(int row, byte factor)
    {
        foreach (ref var element in this[row])
            element = GaloisField256.Multiply(element, factor);
    }
}
