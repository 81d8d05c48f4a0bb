using System.Runtime.CompilerServices;

namespace Marketplace.Core.Coding.Kernels;

/// <summary>
/// The general kernel: all sums of a group of outputs stay in registers, two vectors of each, while the sources go by once. One code for
/// every instruction set; the JIT makes a kernel for each set and size of group.
/// </summary>
internal sealed unsafe class GroupedTransform<TField, TVector, TFactor> : VectorTransform
    where TField : struct, IFieldVectors<TVector, TFactor>
    where TVector : struct
    where TFactor : struct
{
    readonly byte[] tables;

    /// <param name="rows">m rows of k coefficients.</param>
    /// <param name="inputs">k.</param>
    /// <param name="outputs">m.</param>
    public GroupedTransform(byte[] rows, int inputs, int outputs) : base(rows, inputs, outputs, 2 * TField.Width)
    {
        tables = new byte[rows.Length * TField.TableSize];
        for (var output = 0; output < outputs; output++)
        {
            for (var input = 0; input < inputs; input++)
                TField.WriteTable(rows[output * inputs + input], tables.AsSpan((input * outputs + output) * TField.TableSize));
        }
    }

    protected override void Apply<TStore>(byte** sources, byte** destinations, nuint from, nuint end)
    {
        var plan = TraversalPlan.For(Inputs, Outputs, end - from, TField.MaxGroup);
        fixed (byte* first = tables)
        {
            for (var column = from; column < end; column += plan.Columns)
            {
                // The last columns may be fewer than a step; they are reached by going back over some that are done.
                var last = Math.Min(end, column + plan.Columns);
                var start = Math.Min(column, last - Step);
                for (var group = 0; group < plan.Groups; group++)
                {
                    var (output, count) = plan.GroupAt(group);
                    Multiply<TStore>(count, sources, destinations + output, first + output * TField.TableSize, start, last);
                }
            }
        }
    }

    void Multiply<TStore>(int count, byte** sources, byte** destinations, byte* table, nuint from, nuint end)
        where TStore : struct, IStore
    {
        switch (count)
        {
            case 1: Multiply<TStore, One>(sources, destinations, table, from, end); break;
            case 2: Multiply<TStore, Two>(sources, destinations, table, from, end); break;
            case 3: Multiply<TStore, Three>(sources, destinations, table, from, end); break;
            case 4: Multiply<TStore, Four>(sources, destinations, table, from, end); break;
            case 5: Multiply<TStore, Five>(sources, destinations, table, from, end); break;
            case 6: Multiply<TStore, Six>(sources, destinations, table, from, end); break;
            case 7: Multiply<TStore, Seven>(sources, destinations, table, from, end); break;
            case 8: Multiply<TStore, Eight>(sources, destinations, table, from, end); break;
            case 9: Multiply<TStore, Nine>(sources, destinations, table, from, end); break;
            case 10: Multiply<TStore, Ten>(sources, destinations, table, from, end); break;
            default: throw new ArgumentOutOfRangeException(nameof(count), count, "A group has 1 to 10 outputs.");
        }
    }

    /// <summary>Columns [from, end), at least a step of them, of a group of outputs.</summary>
    /// <remarks>
    /// Written out, because only locals stay in registers. Compiled at its best from the first call on: until then a coding would run some
    /// fifty times as long.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Multiply<TStore, TCount>(byte** sources, byte** destinations, byte* tables, nuint from, nuint end)
        where TStore : struct, IStore
        where TCount : struct, ICount
    {
        var inputs = Inputs;
        var stride = Outputs * TField.TableSize;
        var width = (nuint)TField.Width;
        var step = 2 * width;
        for (var at = from; ; at = Math.Min(at + step, end - step))
        {
            TVector a0 = default!, b0 = default!;
            TVector a1 = default!, b1 = default!;
            TVector a2 = default!, b2 = default!;
            TVector a3 = default!, b3 = default!;
            TVector a4 = default!, b4 = default!;
            TVector a5 = default!, b5 = default!;
            TVector a6 = default!, b6 = default!;
            TVector a7 = default!, b7 = default!;
            TVector a8 = default!, b8 = default!;
            TVector a9 = default!, b9 = default!;
            var table = tables;
            var input = 0;
            for (; TField.FoldsPairs && input + 1 < inputs; input += 2, table += 2 * stride)
            {
                byte* x = sources[input] + at, y = sources[input + 1] + at, next = table + stride;
                TFactor x0 = TField.LoadSource(x), x1 = TField.LoadSource(x + width);
                TFactor y0 = TField.LoadSource(y), y1 = TField.LoadSource(y + width);
                Fold(ref a0, ref b0, x0, x1, y0, y1, table, next, 0);
                if (TCount.Value > 1) Fold(ref a1, ref b1, x0, x1, y0, y1, table, next, 1);
                if (TCount.Value > 2) Fold(ref a2, ref b2, x0, x1, y0, y1, table, next, 2);
                if (TCount.Value > 3) Fold(ref a3, ref b3, x0, x1, y0, y1, table, next, 3);
                if (TCount.Value > 4) Fold(ref a4, ref b4, x0, x1, y0, y1, table, next, 4);
                if (TCount.Value > 5) Fold(ref a5, ref b5, x0, x1, y0, y1, table, next, 5);
                if (TCount.Value > 6) Fold(ref a6, ref b6, x0, x1, y0, y1, table, next, 6);
                if (TCount.Value > 7) Fold(ref a7, ref b7, x0, x1, y0, y1, table, next, 7);
                if (TCount.Value > 8) Fold(ref a8, ref b8, x0, x1, y0, y1, table, next, 8);
                if (TCount.Value > 9) Fold(ref a9, ref b9, x0, x1, y0, y1, table, next, 9);
            }
            for (; input < inputs; input++, table += stride)
            {
                TFactor x0 = TField.LoadSource(sources[input] + at), x1 = TField.LoadSource(sources[input] + at + width);
                Fold(ref a0, ref b0, x0, x1, table, 0);
                if (TCount.Value > 1) Fold(ref a1, ref b1, x0, x1, table, 1);
                if (TCount.Value > 2) Fold(ref a2, ref b2, x0, x1, table, 2);
                if (TCount.Value > 3) Fold(ref a3, ref b3, x0, x1, table, 3);
                if (TCount.Value > 4) Fold(ref a4, ref b4, x0, x1, table, 4);
                if (TCount.Value > 5) Fold(ref a5, ref b5, x0, x1, table, 5);
                if (TCount.Value > 6) Fold(ref a6, ref b6, x0, x1, table, 6);
                if (TCount.Value > 7) Fold(ref a7, ref b7, x0, x1, table, 7);
                if (TCount.Value > 8) Fold(ref a8, ref b8, x0, x1, table, 8);
                if (TCount.Value > 9) Fold(ref a9, ref b9, x0, x1, table, 9);
            }
            Store<TStore>(a0, b0, destinations[0] + at);
            if (TCount.Value > 1) Store<TStore>(a1, b1, destinations[1] + at);
            if (TCount.Value > 2) Store<TStore>(a2, b2, destinations[2] + at);
            if (TCount.Value > 3) Store<TStore>(a3, b3, destinations[3] + at);
            if (TCount.Value > 4) Store<TStore>(a4, b4, destinations[4] + at);
            if (TCount.Value > 5) Store<TStore>(a5, b5, destinations[5] + at);
            if (TCount.Value > 6) Store<TStore>(a6, b6, destinations[6] + at);
            if (TCount.Value > 7) Store<TStore>(a7, b7, destinations[7] + at);
            if (TCount.Value > 8) Store<TStore>(a8, b8, destinations[8] + at);
            if (TCount.Value > 9) Store<TStore>(a9, b9, destinations[9] + at);
            if (at + step == end)
                return;
        }
    }

    /// <summary>Adds two sources' products to an output's two vectors; both matrices are loaded once for the two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Fold(ref TVector a, ref TVector b, TFactor x0, TFactor x1, TFactor y0, TFactor y1, byte* tableX, byte* tableY, int output)
    {
        var factorX = TField.LoadTable(tableX + output * TField.TableSize);
        var factorY = TField.LoadTable(tableY + output * TField.TableSize);
        a = TField.Add(a, TField.Multiply(x0, factorX), TField.Multiply(y0, factorY));
        b = TField.Add(b, TField.Multiply(x1, factorX), TField.Multiply(y1, factorY));
    }

    /// <inheritdoc cref="Fold(ref TVector, ref TVector, TFactor, TFactor, TFactor, TFactor, byte*, byte*, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Fold(ref TVector a, ref TVector b, TFactor x0, TFactor x1, byte* tables, int output)
    {
        var factor = TField.LoadTable(tables + output * TField.TableSize);
        a = TField.Add(a, TField.Multiply(x0, factor));
        b = TField.Add(b, TField.Multiply(x1, factor));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store<TStore>(TVector a, TVector b, byte* destination)
        where TStore : struct, IStore
    {
        if (TStore.IsPastCaches)
        {
            TField.StorePastCaches(a, destination);
            TField.StorePastCaches(b, destination + TField.Width);
        }
        else
        {
            TField.Store(a, destination);
            TField.Store(b, destination + TField.Width);
        }
    }
}
