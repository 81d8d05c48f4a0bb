namespace Marketplace.Provider.Fragments;

/// <summary>A record's place: <paramref name="Length"/> bytes at <paramref name="Offset"/> of a volume, both multiples of 4 KiB.</summary>
internal readonly record struct VolumeSpace(long Volume, long Offset, long Length);
