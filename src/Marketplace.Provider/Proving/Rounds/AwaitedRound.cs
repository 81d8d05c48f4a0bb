namespace Marketplace.Provider.Proving.Rounds;

/// <summary>The drand round that an epoch's seed is to come from.</summary>
/// <param name="Number">Counts from 1.</param>
/// <param name="SignedAt">When it becomes public, in seconds since 1970.</param>
/// <param name="FallbackFrom">From when on a block's hash may take its place, in seconds since 1970.</param>
public sealed record AwaitedRound(ulong Number, ulong SignedAt, ulong FallbackFrom);
