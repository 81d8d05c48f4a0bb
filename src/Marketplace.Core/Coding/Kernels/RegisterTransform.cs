using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Field = Marketplace.Core.Coding.Kernels.GfniField512;

namespace Marketplace.Core.Coding.Kernels;

/// <summary>
/// The kernel for small codings (6-of-10, and what is rebuilt of 4-of-12): up to six sources and four outputs, whose 24 matrices all stay
/// in registers, so that nothing is loaded but data.
/// </summary>
internal sealed unsafe class RegisterTransform : VectorTransform
{
    const int MaxInputs = 6, MaxOutputs = 4;

    /// <summary>Of source i and output j at i * 4 + j; zero where there is no such source or output.</summary>
    readonly ulong[] matrices = new ulong[MaxInputs * MaxOutputs];

    /// <param name="rows">m rows of k coefficients.</param>
    /// <param name="inputs">k, at most 6.</param>
    /// <param name="outputs">m, at most 4.</param>
    public RegisterTransform(byte[] rows, int inputs, int outputs) : base(rows, inputs, outputs, Field.Width)
    {
        if (!Fits(inputs, outputs))
            throw new ArgumentException($"{inputs} x {outputs} matrices do not fit into the registers.", nameof(inputs));
        for (var output = 0; output < outputs; output++)
        {
            for (var input = 0; input < inputs; input++)
                matrices[input * MaxOutputs + output] = AffineMatrix.Of(rows[output * inputs + input]);
        }
    }

    /// <summary>Whether the matrices leave enough registers for the data.</summary>
    public static bool Fits(int inputs, int outputs) => inputs <= MaxInputs && outputs is >= 1 and <= MaxOutputs;

    protected override void Apply<TStore>(byte** sources, byte** destinations, nuint from, nuint end)
    {
        // Sources are folded in pairs: an odd one is paired with itself and a matrix of zeros.
        var pairs = stackalloc byte*[MaxInputs];
        for (var i = 0; i < MaxInputs; i++)
            pairs[i] = sources[Math.Min(i, Inputs - 1)];
        switch ((Inputs + 1) / 2)
        {
            case 1: Multiply<TStore, One>(pairs, destinations, from, end); break;
            case 2: Multiply<TStore, Two>(pairs, destinations, from, end); break;
            default: Multiply<TStore, Three>(pairs, destinations, from, end); break;
        }
    }

    void Multiply<TStore, TPairs>(byte** sources, byte** destinations, nuint from, nuint end)
        where TStore : struct, IStore
        where TPairs : struct, ICount
    {
        switch (Outputs)
        {
            case 1: Multiply<TStore, TPairs, One>(sources, destinations, from, end); break;
            case 2: Multiply<TStore, TPairs, Two>(sources, destinations, from, end); break;
            case 3: Multiply<TStore, TPairs, Three>(sources, destinations, from, end); break;
            default: Multiply<TStore, TPairs, Four>(sources, destinations, from, end); break;
        }
    }

    /// <remarks>Compiled at its best from the first call on: until then a coding would run some fifty times as long.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Multiply<TStore, TPairs, TOutputs>(byte** sources, byte** destinations, nuint from, nuint end)
        where TStore : struct, IStore
        where TPairs : struct, ICount
        where TOutputs : struct, ICount
    {
        // Named by source and output.
        Vector512<byte> m00 = Matrix(0), m01 = Matrix(1), m02 = Matrix(2), m03 = Matrix(3);
        Vector512<byte> m10 = Matrix(4), m11 = Matrix(5), m12 = Matrix(6), m13 = Matrix(7);
        Vector512<byte> m20 = Matrix(8), m21 = Matrix(9), m22 = Matrix(10), m23 = Matrix(11);
        Vector512<byte> m30 = Matrix(12), m31 = Matrix(13), m32 = Matrix(14), m33 = Matrix(15);
        Vector512<byte> m40 = Matrix(16), m41 = Matrix(17), m42 = Matrix(18), m43 = Matrix(19);
        Vector512<byte> m50 = Matrix(20), m51 = Matrix(21), m52 = Matrix(22), m53 = Matrix(23);
        byte* d0 = destinations[0];
        var d1 = TOutputs.Value > 1 ? destinations[1] : null;
        var d2 = TOutputs.Value > 2 ? destinations[2] : null;
        var d3 = TOutputs.Value > 3 ? destinations[3] : null;
        byte* s0 = sources[0], s1 = sources[1], s2 = sources[2], s3 = sources[3], s4 = sources[4], s5 = sources[5];
        var step = (nuint)Field.Width;
        for (var at = from; ; at = Math.Min(at + step, end - step))
        {
            Vector512<byte> x = Field.LoadSource(s0 + at), y = Field.LoadSource(s1 + at);
            Vector512<byte> a = First(x, y, m00, m10), b = First(x, y, m01, m11), c = First(x, y, m02, m12), d = First(x, y, m03, m13);
            if (TPairs.Value > 1)
            {
                (x, y) = (Field.LoadSource(s2 + at), Field.LoadSource(s3 + at));
                (a, b, c, d) = (Fold(a, x, y, m20, m30), Fold(b, x, y, m21, m31), Fold(c, x, y, m22, m32), Fold(d, x, y, m23, m33));
            }
            if (TPairs.Value > 2)
            {
                (x, y) = (Field.LoadSource(s4 + at), Field.LoadSource(s5 + at));
                (a, b, c, d) = (Fold(a, x, y, m40, m50), Fold(b, x, y, m41, m51), Fold(c, x, y, m42, m52), Fold(d, x, y, m43, m53));
            }
            Store<TStore>(a, d0 + at);
            if (TOutputs.Value > 1) Store<TStore>(b, d1 + at);
            if (TOutputs.Value > 2) Store<TStore>(c, d2 + at);
            if (TOutputs.Value > 3) Store<TStore>(d, d3 + at);
            if (at + step == end)
                return;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    Vector512<byte> Matrix(int index) => Vector512.Create(Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(matrices), index)).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<byte> First(Vector512<byte> x, Vector512<byte> y, Vector512<byte> m, Vector512<byte> n) =>
        Field.Add(Field.Multiply(x, m), Field.Multiply(y, n));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<byte> Fold(Vector512<byte> sum, Vector512<byte> x, Vector512<byte> y, Vector512<byte> m, Vector512<byte> n) =>
        Field.Add(sum, Field.Multiply(x, m), Field.Multiply(y, n));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store<TStore>(Vector512<byte> vector, byte* destination)
        where TStore : struct, IStore
    {
        if (TStore.IsPastCaches)
            Field.StorePastCaches(vector, destination);
        else
            Field.Store(vector, destination);
    }
}
