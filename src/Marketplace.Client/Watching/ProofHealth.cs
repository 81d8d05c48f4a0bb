using Marketplace.Chain.Agreements;
using Marketplace.Client.Catalog;
using Marketplace.Core.Primitives;

namespace Marketplace.Client.Watching;

/// <summary>What an agreement's provider proves.</summary>
/// <param name="Agreement">As the chain has it.</param>
/// <param name="Held">What both sides signed last.</param>
/// <param name="Standing">The verdict.</param>
/// <param name="Node">What its node showed of its newest checkpoint; null when that was nothing.</param>
/// <param name="NodeProblem">Why the node showed nothing, of the newest checkpoint or of one that was proven.</param>
/// <param name="Chain">What its transactions showed last; null when that was nothing.</param>
/// <param name="LastProven">The last epoch of those looked into that it proved; null for none.</param>
public sealed record ProofHealth(
    AgreementInfo Agreement, RentedAgreement Held, ProofStanding Standing, ShownContents? Node, string? NodeProblem, ShownContents? Chain,
    Epoch? LastProven)
{
    /// <summary>What the verdict rests on; null where that is what was not shown, or all that was.</summary>
    public ShownContents? Because { get; init; }

    /// <summary>Whether the provider can be held to what both sides signed last; without that there is no audit.</summary>
    public bool Binds { get; init; } = true;

    /// <summary>Whether only an audit shows if the data is there.</summary>
    public bool CallsForAudit => Standing is ProofStanding.Older or ProofStanding.NotShown or ProofStanding.NotProven or ProofStanding.Conflicting;

    /// <summary>Whether nothing is to be done.</summary>
    public bool IsFine => Standing is ProofStanding.Newest or ProofStanding.Early or ProofStanding.Empty;

    /// <summary>What is worth telling: what the verdict rests on, or the youngest that was shown.</summary>
    public ShownContents? Shown => Because ?? ProofJudge.Younger(Node, Chain);
}
