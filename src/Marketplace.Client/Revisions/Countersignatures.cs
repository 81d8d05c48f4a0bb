using Marketplace.Client.Catalog;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;

namespace Marketplace.Client.Revisions;

/// <summary>Tells whose countersignature is held.</summary>
public static class Countersignatures
{
    /// <summary>Whether a key countersigned what both sides signed last; where nothing was ever stored, nobody had to.</summary>
    public static bool IsCountersignedBy(this RentedAgreement held, MarketDomain domain, Address key) =>
        held.Revision.Number == 0 || held.FindCountersigner(domain) == key;

    /// <summary>The key that countersigned what both sides signed last; null where none did.</summary>
    public static Address? FindCountersigner(this RentedAgreement held, MarketDomain domain) =>
        held.ProviderSignature is { } signature && signature.TryRecover(held.Revision.Digest(domain), out var key) ? key : null;
}
