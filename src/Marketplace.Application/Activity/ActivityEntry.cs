using Marketplace.Chain.Governance;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Application.Activity;

/// <summary>One event of the market.</summary>
/// <param name="Time">Of its block.</param>
/// <param name="Event">One of the generated records of <c>Marketplace.Chain.Contracts</c>.</param>
/// <param name="Transaction">What brought it about.</param>
/// <param name="LogIndex">Its place in the block.</param>
public sealed record ActivityEntry(DateTimeOffset Time, object Event, Hash256 Transaction, ulong LogIndex)
{
    /// <summary>Of the proposal that it is about, in its proposer's words; null for anything else, or where it cannot be read.</summary>
    public string? Title { get; init; }

    /// <summary>The proposal that it is about; null for anything else.</summary>
    public ProposalId? Proposal { get; init; }

    /// <summary>The provider that it is about, where the whole market is told of; null for anything else.</summary>
    public Address? Provider { get; init; }
}
