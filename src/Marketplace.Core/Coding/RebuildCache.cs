using Marketplace.Core.Coding.Kernels;

namespace Marketplace.Core.Coding;

/// <summary>
/// The matrices that were used last, since a download rebuilds the same fragments from the same others segment after segment, and inverting
/// costs as much as coding some hundred kilobytes. Bounded: each place holds one, and the next that falls on it replaces it. Safe for
/// several threads.
/// </summary>
internal sealed class RebuildCache
{
    const int Places = 64;

    readonly Entry?[] entries = new Entry?[Places];

    /// <param name="key">The numbers of the fragments present, then of those wanted.</param>
    /// <returns>Null if it is not here any more, or never was.</returns>
    public FieldTransform? Find(ReadOnlySpan<byte> key) =>
        Volatile.Read(ref entries[PlaceOf(key)]) is { } entry && key.SequenceEqual(entry.Key) ? entry.Transform : null;

    public void Add(ReadOnlySpan<byte> key, FieldTransform transform) =>
        Volatile.Write(ref entries[PlaceOf(key)], new Entry(key.ToArray(), transform));

    static int PlaceOf(ReadOnlySpan<byte> key)
    {
        var hash = new HashCode();
        hash.AddBytes(key);
        return (int)((uint)hash.ToHashCode() % Places);
    }

    sealed record Entry(byte[] Key, FieldTransform Transform);
}
