using Marketplace.Chain.Contracts;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Chain.Agreements;

/// <summary>The contents of one agreement, as the contracts take them.</summary>
/// <param name="Number">Counts up by one with each change; 0 is the empty agreement.</param>
/// <param name="DataRoot">Root of the agreement's tree of fragments.</param>
/// <param name="Weight">Leaves of 1,024 bytes under it.</param>
public sealed record RevisionInfo(ulong Number, Hash256 DataRoot, ulong Weight)
{
    internal Revision ToAbi() => new(Number, DataRoot, Weight);

    internal static RevisionInfo FromAbi(Revision revision) => new(revision.Number, revision.DataRoot, revision.Weight);
}
