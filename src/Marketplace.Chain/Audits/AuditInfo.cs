using Marketplace.Chain.Agreements;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Chain.Audits;

/// <summary>What became of an audit. The numbers are the contract's.</summary>
public enum AuditState : byte
{
    /// <summary>There is no such audit.</summary>
    None = 0,

    /// <summary>Waits for the answer or, after its deadline, to be concluded.</summary>
    Demanded = 1,

    /// <summary>The leaf was shown.</summary>
    Answered = 2,

    /// <summary>A later revision was shown.</summary>
    Superseded = 3,

    /// <summary>The provider did not answer: it was slashed and the agreement is void.</summary>
    Failed = 4,
}

/// <summary>A challenge on demand.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Agreement">Whose contents.</param>
/// <param name="Auditor">Who demanded, and gets the bond back if it fails.</param>
/// <param name="State">What became of it.</param>
/// <param name="Leaf">The demanded leaf's number in the revision's tree.</param>
/// <param name="DemandedAt">When.</param>
/// <param name="Deadline">The last second in which it can be answered.</param>
/// <param name="Revision">The contents that the provider is held to.</param>
/// <param name="Bond">In escrow until the end.</param>
/// <param name="Penalty">What failing costs the provider.</param>
public sealed record AuditInfo(
    AuditId Id, AgreementId Agreement, Address Auditor, AuditState State, ulong Leaf, DateTimeOffset DemandedAt, DateTimeOffset Deadline,
    RevisionInfo Revision, TokenAmount Bond, TokenAmount Penalty);
