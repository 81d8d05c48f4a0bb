using System.Runtime.InteropServices;
using Marketplace.Client.Content;
using Marketplace.Client.Transport;
using Marketplace.Core.Coding;
using Marketplace.Core.SumTree;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Client.Uploads;

/// <summary>
/// A segment's fragments with their roots. The memory is used again for a later segment; the fragments lie as <see cref="FragmentStripe"/>
/// advises.
/// </summary>
sealed class EncodedSegment : IParcel
{
    const int Line = 64;

    readonly ObjectLayout layout;
    readonly FragmentHasher[] hashers;
    readonly Memory<byte> memory;
    readonly int stride;

    public EncodedSegment(ObjectLayout layout)
    {
        this.layout = layout;
        stride = FragmentStripe.StrideFor(layout.MaxFragmentSize);
        hashers = [.. Enumerable.Range(0, layout.Fragments).Select(_ => new FragmentHasher())];
        var bytes = GC.AllocateUninitializedArray<byte>((int)BytesFor(layout), pinned: true);
        var first = (int)(Line - Marshal.UnsafeAddrOfPinnedArrayElement(bytes, 0) % Line) % Line;
        memory = bytes.AsMemory(first, bytes.Length - Line);
        Roots = new Hash256[layout.Fragments];
    }

    public int Segment { get; private set; }

    public Hash256[] Roots { get; }

    /// <summary>Memory that one takes.</summary>
    /// <exception cref="OverflowException">More than 2 GiB.</exception>
    public static long BytesFor(ObjectLayout layout) => checked(FragmentStripe.SizeFor(layout.Fragments, layout.MaxFragmentSize) + Line);

    int IParcel.Number => Segment;

    IReadOnlyList<OutgoingFragment> IParcel.FragmentsFor(int lane) => [new OutgoingFragment(Roots[lane], Fragment(lane))];

    public void Start(int segment) => Segment = segment;

    /// <summary>A fragment's bytes.</summary>
    public Memory<byte> Fragment(int index) => memory.Slice(index * stride, layout.FragmentSize(Segment));

    /// <summary>The same bytes of all fragments.</summary>
    public FragmentStripe Stripe(int start, int length) => new(memory.Span[start..], stride, length);

    /// <summary>Takes the next bytes of a fragment into its root.</summary>
    public void Hash(int index, ReadOnlySpan<byte> bytes) => hashers[index].Append(bytes);

    /// <summary>Ends the hashing of all fragments.</summary>
    public void FinishRoots()
    {
        for (var index = 0; index < Roots.Length; index++)
            Roots[index] = hashers[index].Finish().Hash.ToHash256();
    }

    /// <summary>Forgets what was hashed of a segment that was given up.</summary>
    public void Abandon()
    {
        foreach (var hasher in hashers.Where(hasher => hasher.Length > 0))
            hasher.Finish();
    }
}
