using Marketplace.Ethereum.Primitives;

namespace Marketplace.Ethereum.Transactions;

/// <summary>One log as a contract wrote it, with its place in the chain.</summary>
/// <param name="Address">The contract.</param>
/// <param name="Topics">At most four; the first is the event's signature hash unless the event is anonymous.</param>
/// <param name="Data">The ABI encoding of what is not indexed.</param>
/// <param name="BlockNumber">The block's height.</param>
/// <param name="BlockHash">The block; the height alone does not survive a reorganisation.</param>
/// <param name="TransactionHash">The transaction that caused it.</param>
/// <param name="TransactionIndex">The transaction's place in the block.</param>
/// <param name="LogIndex">The log's place in the block.</param>
public sealed record LogEntry(
    Address Address,
    IReadOnlyList<Hash256> Topics,
    ReadOnlyMemory<byte> Data,
    ulong BlockNumber,
    Hash256 BlockHash,
    Hash256 TransactionHash,
    ulong TransactionIndex,
    ulong LogIndex);
