using Marketplace.Client.Content;
using Marketplace.Client.Transport;
using Marketplace.Core.Coding;

namespace Marketplace.Client.Uploads;

/// <summary>The fragments of many small objects, by lane, one behind the other: a request for each lane carries them all.</summary>
sealed class BatchParcel : IParcel
{
    readonly byte[][] bytes;
    readonly OutgoingFragment[][] fragments;

    /// <param name="layouts">The objects', of one segment and one coding.</param>
    public BatchParcel(IReadOnlyList<ObjectLayout> layouts)
    {
        Starts = new int[layouts.Count];
        var end = 0;
        for (var i = 0; i < layouts.Count; i++)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(layouts[i].Segments, 1, nameof(layouts));
            Starts[i] = end;
            end = checked(end + layouts[i].MaxFragmentSize);
        }
        var lanes = layouts[0].Fragments;
        bytes = [.. Enumerable.Range(0, lanes).Select(_ => GC.AllocateUninitializedArray<byte>(end))];
        fragments = [.. Enumerable.Range(0, lanes).Select(_ => new OutgoingFragment[layouts.Count])];
    }

    int[] Starts { get; }

    public int Number => 0;

    public IReadOnlyList<OutgoingFragment> FragmentsFor(int lane) => fragments[lane];

    /// <summary>Puts in what was made of an object; safe for several tasks with different objects.</summary>
    public void Fill(int index, EncodedSegment made)
    {
        for (var lane = 0; lane < bytes.Length; lane++)
        {
            var from = made.Fragment(lane);
            var place = bytes[lane].AsMemory(Starts[index], from.Length);
            from.CopyTo(place);
            fragments[lane][index] = new OutgoingFragment(made.Roots[lane], place);
        }
    }

    /// <summary>Bytes that an object takes in parcels of a coding.</summary>
    public static long BytesFor(long length, CodingScheme coding, int segmentSize)
    {
        var layout = new ObjectLayout(length, coding, segmentSize);
        return (long)layout.MaxFragmentSize * layout.Fragments;
    }
}
