namespace Marketplace.Provider.Persistence;

/// <summary>Where the store is and how much it may take.</summary>
public sealed record StoreOptions
{
    /// <summary>A directory of the store's own; created if missing.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Size of a volume file in bytes; 1 GiB unless told; at least 1 MiB. No fragment may be larger.</summary>
    public long VolumeBytes { get; init; } = 1L << 30;

    /// <summary>Bytes by which a volume's disk blocks are reserved ahead; 64 MiB unless told; at least 64 KiB.</summary>
    public long PreallocationBytes { get; init; } = 64L << 20;

    /// <summary>Bytes of fragments to hold at most, staged ones included; unlimited unless told.</summary>
    public long CapacityBytes { get; init; } = long.MaxValue;

    /// <summary>Bytes of the file system that fragments leave free, so that the index can always grow; 256 MiB unless told.</summary>
    public long KeepFreeBytes { get; init; } = 256L << 20;

    /// <summary>How long a fragment that no revision names is kept; 24 hours unless told; at least a second.</summary>
    public TimeSpan StagingTime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>
    /// Leaves an agreement may have staged beyond its reserved space, so that a full one can be rewritten; 64 MiB unless told.
    /// </summary>
    public long StagingAllowanceLeaves { get; init; } = 64L << 10;

    /// <summary>Time between two rounds of giving space back; a minute unless told.</summary>
    public TimeSpan CollectionInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Bytes that one of these rounds moves at most out of volumes that hold little, so that their files can go; 256 MiB unless told; 0 for
    /// none.
    /// </summary>
    public long CompactionBytes { get; init; } = 256L << 20;

    /// <summary>
    /// Whether a lost index is built anew from the volumes, which reads them all. Off unless told: then a store whose index is gone refuses
    /// to start rather than take its data for garbage.
    /// </summary>
    public bool RebuildLostIndex { get; init; }

    /// <summary>How long salvaged fragments are kept for their consumers to fetch.</summary>
    internal static readonly TimeSpan SalvageTime = TimeSpan.FromDays(90);

    /// <exception cref="ArgumentException">A value is out of bounds; the message names the key.</exception>
    internal void Validate()
    {
        Require(!string.IsNullOrWhiteSpace(DataDirectory), nameof(DataDirectory), "must name a directory");
        Require(VolumeBytes >= 1L << 20, nameof(VolumeBytes), "must be at least 1 MiB");
        Require(PreallocationBytes >= 64L << 10, nameof(PreallocationBytes), "must be at least 64 KiB");
        Require(CapacityBytes >= 0, nameof(CapacityBytes), "must not be negative");
        Require(KeepFreeBytes >= 0, nameof(KeepFreeBytes), "must not be negative");
        Require(StagingTime >= TimeSpan.FromSeconds(1), nameof(StagingTime), "must be at least a second");
        Require(StagingAllowanceLeaves >= 0, nameof(StagingAllowanceLeaves), "must not be negative");
        Require(CompactionBytes >= 0, nameof(CompactionBytes), "must not be negative");
        Require(CollectionInterval > TimeSpan.Zero, nameof(CollectionInterval), "must be positive");
    }

    static void Require(bool condition, string key, string rule)
    {
        if (!condition)
            throw new ArgumentException($"The store's option {key} {rule}.", key);
    }
}
