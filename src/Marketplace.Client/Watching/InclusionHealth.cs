using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Client.Watching;

/// <summary>Whether a provider stands in for an agreement on chain.</summary>
/// <param name="Agreement">The agreement.</param>
/// <param name="Provider">The provider's owner address.</param>
/// <param name="Revision">The revision that its newest checkpoint holds; null when none was shown.</param>
/// <param name="Problem">Why the agreement is not shown to be in the checkpoint; null when it is.</param>
public sealed record InclusionHealth(AgreementId Agreement, Address Provider, ulong? Revision, string? Problem)
{
    /// <summary>Whether the chain's newest checkpoint of the provider holds the agreement, in a revision that this vault signed.</summary>
    public bool IsIncluded => Problem is null;
}
