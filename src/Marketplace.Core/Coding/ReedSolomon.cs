using Marketplace.Core.Coding.Kernels;

namespace Marketplace.Core.Coding;

/// <summary>
/// A systematic Reed-Solomon code: fragments 0 to k-1 are the data, k to n-1 parity (see <see cref="CodeMatrix"/>), and any k of them give
/// all. Every byte depends only on the bytes at its offset, so ranges are coded and rebuilt from the same ranges. Safe for several threads;
/// allocates nothing once a set of fragments to rebuild was seen before.
/// </summary>
public sealed class ReedSolomon
{
    const int MaxFragments = 256;

    readonly CodeMatrix matrix;
    readonly FieldKernel kernel;
    readonly FieldTransform encoder;
    readonly RebuildCache rebuilders = new();

    /// <param name="dataFragments">k, at least 1.</param>
    /// <param name="totalFragments">n, at least k and at most 256.</param>
    /// <exception cref="ArgumentOutOfRangeException">The numbers are outside these bounds.</exception>
    public ReedSolomon(int dataFragments, int totalFragments)
        : this(dataFragments, totalFragments, FieldKernel.Best)
    {
    }

    internal ReedSolomon(int dataFragments, int totalFragments, FieldKernel kernel)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dataFragments, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(totalFragments, dataFragments);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(totalFragments, MaxFragments);
        DataFragments = dataFragments;
        TotalFragments = totalFragments;
        this.kernel = kernel;
        matrix = new CodeMatrix(dataFragments, totalFragments);
        encoder = kernel.Create(matrix.ParityRows(), dataFragments, totalFragments - dataFragments);
    }

    /// <summary>k: how many fragments are needed.</summary>
    public int DataFragments { get; }

    /// <summary>n: how many fragments there are.</summary>
    public int TotalFragments { get; }

    /// <summary>Computes the parity fragments.</summary>
    /// <param name="data">k fragments of one length.</param>
    /// <param name="parity">n - k fragments of the same length; overwritten, and apart from the data and from each other.</param>
    /// <exception cref="ArgumentException">Another number of fragments, or lengths that differ.</exception>
    public void Encode(IReadOnlyList<ReadOnlyMemory<byte>> data, IReadOnlyList<Memory<byte>> parity)
    {
        RequireCount(data.Count, DataFragments, nameof(data));
        RequireCount(parity.Count, TotalFragments - DataFragments, nameof(parity));
        Apply(encoder, data, parity);
    }

    /// <summary>Computes fragments k to n-1 from the others.</summary>
    /// <exception cref="ArgumentException">There is no room for n fragments.</exception>
    public unsafe void Encode(FragmentStripe stripe)
    {
        stripe.RequireRoomFor(TotalFragments);
        byte** addresses = stackalloc byte*[TotalFragments];
        fixed (byte* first = stripe.Bytes)
        {
            for (var i = 0; i < TotalFragments; i++)
                addresses[i] = first + (nint)i * stripe.Stride;
            encoder.Apply(addresses, addresses + DataFragments, (nuint)stripe.Length);
        }
    }

    /// <summary>Rebuilds fragments from any k others.</summary>
    /// <param name="present">Numbers of k different fragments.</param>
    /// <param name="sources">Their bytes, in the same order and of one length.</param>
    /// <param name="wanted">Numbers of the fragments to rebuild.</param>
    /// <param name="outputs">Where their bytes go; overwritten, and apart from the sources and from each other.</param>
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
        RequireAtMost(wanted.Count);
        Span<int> numbers = stackalloc int[present.Count + wanted.Count];
        for (var i = 0; i < present.Count; i++)
            numbers[i] = present[i];
        for (var i = 0; i < wanted.Count; i++)
            numbers[present.Count + i] = wanted[i];
        Apply(RebuilderOf(numbers[..present.Count], numbers[present.Count..]), sources, outputs);
    }

    /// <summary>Rebuilds fragments of a stripe from any k others of it.</summary>
    /// <param name="stripe">Room for n fragments, or at least for all that are named.</param>
    /// <param name="present">Numbers of k different fragments, read.</param>
    /// <param name="wanted">Numbers of other fragments; overwritten.</param>
    /// <exception cref="ArgumentException">Too few or repeated fragments, or no room for them.</exception>
    public unsafe void Rebuild(FragmentStripe stripe, ReadOnlySpan<int> present, ReadOnlySpan<int> wanted)
    {
        RequireCount(present.Length, DataFragments, nameof(present));
        RequireAtMost(wanted.Length);
        if (wanted.ContainsAny(present))
            throw new ArgumentException("A fragment of a stripe cannot be read and rebuilt at once.", nameof(wanted));
        var rebuilder = RebuilderOf(present, wanted);
        byte** addresses = stackalloc byte*[present.Length + wanted.Length];
        fixed (byte* first = stripe.Bytes)
        {
            Locate(stripe, first, present, addresses);
            Locate(stripe, first, wanted, addresses + present.Length);
            rebuilder.Apply(addresses, addresses + present.Length, (nuint)stripe.Length);
        }
    }

    static unsafe void Locate(FragmentStripe stripe, byte* first, ReadOnlySpan<int> numbers, byte** addresses)
    {
        for (var i = 0; i < numbers.Length; i++)
        {
            stripe.RequireRoomFor(numbers[i] + 1);
            addresses[i] = first + (nint)numbers[i] * stripe.Stride;
        }
    }

    static unsafe void Apply(FieldTransform transform, IReadOnlyList<ReadOnlyMemory<byte>> sources, IReadOnlyList<Memory<byte>> outputs)
    {
        var length = sources[0].Length;
        byte** addresses = stackalloc byte*[sources.Count + outputs.Count];
        using var from = new PinnedFragments(sources, length, addresses);
        using var to = new PinnedFragments(outputs, length, addresses + sources.Count);
        transform.Apply(addresses, addresses + sources.Count, (nuint)length);
    }

    FieldTransform RebuilderOf(ReadOnlySpan<int> present, ReadOnlySpan<int> wanted)
    {
        Span<byte> key = stackalloc byte[present.Length + wanted.Length];
        WriteNumbers(present, key);
        WriteNumbers(wanted, key[present.Length..]);
        if (rebuilders.Find(key) is { } known)
            return known;
        if (present.ToArray().Distinct().Count() < present.Length)
            throw new ArgumentException($"{DataFragments} different fragments of {TotalFragments} are needed.", nameof(present));
        var made = kernel.Create(matrix.RebuildRows(present, wanted), DataFragments, wanted.Length);
        rebuilders.Add(key, made);
        return made;
    }

    void WriteNumbers(ReadOnlySpan<int> numbers, Span<byte> key)
    {
        for (var i = 0; i < numbers.Length; i++)
        {
            if (numbers[i] < 0 || numbers[i] >= TotalFragments)
                throw new ArgumentException($"There is no fragment {numbers[i]} of {TotalFragments}.", nameof(numbers));
            key[i] = (byte)numbers[i];
        }
    }

    void RequireAtMost(int wanted)
    {
        if (wanted > TotalFragments)
            throw new ArgumentException($"{wanted} fragments are wanted of {TotalFragments}.", nameof(wanted));
    }

    static void RequireCount(int actual, int expected, string name)
    {
        if (actual != expected)
            throw new ArgumentException($"{expected} are needed, not {actual}.", name);
    }
}
