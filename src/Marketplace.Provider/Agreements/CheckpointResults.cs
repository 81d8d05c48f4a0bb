using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Provider.Agreements;

/// <summary>A commitment to everything the node stored when it was built.</summary>
/// <param name="Sequence">The store's own count, from 1.</param>
/// <param name="Root">The provider tree's root; zero for no agreement.</param>
/// <param name="Leaves">Leaves under it.</param>
/// <param name="Agreements">Agreements under it.</param>
/// <param name="CreatedAt">When it was built.</param>
public sealed record StoredCheckpoint(ulong Sequence, Hash256 Root, ulong Leaves, uint Agreements, DateTimeOffset CreatedAt);

/// <summary>What became of an attempt to answer an epoch's challenges.</summary>
public abstract record ChallengeResult
{
    ChallengeResult()
    {
    }

    /// <summary>The answers of all draws in order (protocol, section 4.1); empty if every draw is void.</summary>
    public sealed record Answered(byte[] Answers) : ChallengeResult;

    /// <summary>The store has no such checkpoint, or its data was released.</summary>
    public sealed record NotRetained : ChallengeResult;

    /// <summary>A drawn leaf cannot be read as it was stored: the epoch cannot be proven.</summary>
    public sealed record LeafLost(AgreementId Agreement, Hash256 Fragment, ulong Leaf) : ChallengeResult;
}
