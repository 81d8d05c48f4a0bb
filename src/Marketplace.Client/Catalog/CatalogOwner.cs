using System.Globalization;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;

namespace Marketplace.Client.Catalog;

/// <summary>Binds a catalog to the first market and vault that use it: agreement 7 of another chain is another agreement.</summary>
public static class CatalogOwner
{
    /// <exception cref="CatalogUnusableException">The catalog belongs to another market or vault.</exception>
    public static void Require(CatalogTransaction change, MarketDomain domain, Address dataKey)
    {
        Bind(change, "chain", domain.ChainId.ToString(CultureInfo.InvariantCulture), "chain");
        Bind(change, "storage-agreements", domain.StorageAgreements.ToString(), "StorageAgreements contract");
        Bind(change, "data-key", dataKey.ToString(), "vault, whose data key is");
    }

    static void Bind(CatalogTransaction change, string property, string value, string what)
    {
        var bound = change.GetProperty(property);
        if (bound is null)
            change.SetProperty(property, value);
        else if (bound != value)
            throw new CatalogUnusableException($"The catalog belongs to another {what} {bound}; this is {value}.");
    }
}
