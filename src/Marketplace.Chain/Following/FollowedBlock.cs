using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Chain.Following;

/// <summary>One exact block.</summary>
/// <param name="Number">Its height.</param>
/// <param name="Hash">Its identity; another block of the same height has another.</param>
/// <param name="Timestamp">The proposer's time, in whole seconds. Epochs are counted by it, not by this machine's clock.</param>
public readonly record struct ChainPosition(ulong Number, Hash256 Hash, DateTimeOffset Timestamp);

/// <summary>A block in which the market wrote something.</summary>
/// <param name="Position">Which block.</param>
/// <param name="Logs">What the market's contracts wrote, in the order of the block; at least one.</param>
public sealed record FollowedBlock(ChainPosition Position, IReadOnlyList<LogEntry> Logs);

/// <summary>What one committed step of the follower did.</summary>
/// <param name="Position">The block up to which everything is now applied.</param>
/// <param name="IsCaughtUp">Whether that is the newest block with enough confirmations. Act only then: earlier states are history.</param>
/// <param name="Applied">Blocks with logs that were applied.</param>
/// <param name="Reverted">Blocks with logs that were taken back.</param>
/// <param name="WasReset">The chain was rolled back further than the follower remembers, and everything is read anew.</param>
public sealed record CommittedStep(ChainPosition Position, bool IsCaughtUp, int Applied, int Reverted, bool WasReset);
