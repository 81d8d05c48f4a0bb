using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Client.Watching;

/// <summary>Who showed what a checkpoint holds of an agreement.</summary>
public enum ShownBy
{
    /// <summary>The provider's node, asked for it.</summary>
    Node = 1,

    /// <summary>The answers to an epoch's challenge, on chain.</summary>
    Proof = 2,

    /// <summary>The settlement of a billing cycle, on chain.</summary>
    Settlement = 3,
}

/// <summary>What a checkpoint on chain holds of an agreement, proven up to its root.</summary>
/// <param name="Contents">The revision; of any but 0, the signature is the vault's.</param>
/// <param name="CommittedIn">The epoch in which the provider last committed a checkpoint with this root.</param>
/// <param name="By">Who showed it.</param>
/// <param name="Root">The checkpoint's.</param>
public sealed record ShownContents(AgreementContents Contents, Epoch CommittedIn, ShownBy By, Digest Root);

/// <summary>A checkpoint that a provider has proven, as the chain has it.</summary>
/// <param name="Epoch">When it was proven.</param>
/// <param name="Checkpoint">What it commits to.</param>
/// <param name="CommittedIn">The epoch in which the provider last committed a checkpoint with this root.</param>
public sealed record ProvenCheckpoint(Epoch Epoch, Checkpoint Checkpoint, Epoch CommittedIn);

/// <summary>Whether a provider stands in for an agreement on chain.</summary>
/// <param name="Agreement">The agreement.</param>
/// <param name="Provider">The provider's owner address.</param>
/// <param name="Shown">What the checkpoint holds; null when nothing was shown.</param>
/// <param name="Problem">Why the agreement is not shown to be in the checkpoint; null when it is.</param>
public sealed record InclusionHealth(AgreementId Agreement, Address Provider, ShownContents? Shown, string? Problem)
{
    /// <summary>Whether the node gave no answer, rather than one that shows nothing.</summary>
    public bool IsSilence { get; init; }

    /// <summary>The revision that the checkpoint holds; null when none was shown.</summary>
    public ulong? Revision => Shown?.Contents.Revision;

    /// <summary>Whether the provider's checkpoint holds the agreement, in a revision that this vault signed.</summary>
    public bool IsIncluded => Problem is null;
}
