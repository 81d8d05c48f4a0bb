using Marketplace.Client.Catalog;
using Marketplace.Client.Renting;
using Marketplace.Client.Transport;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Protocol.Signatures;

namespace Marketplace.Client.Revisions;

/// <summary>
/// Has contents that both sides signed signed again, as the next revision: a replaced operator key binds its provider no more for an agreement that was
/// given space since (ADR 21), and without a binding countersignature nothing can be audited.
/// </summary>
public sealed class CountersignatureRenewal(
    CatalogDatabase catalog, IMarketView market, IProviderTransport transport, RevisionSettler settler, MarketDomain domain, PrivateKey dataKey)
{
    /// <summary>Renews one agreement's countersignature, under the writer lock.</summary>
    /// <returns>Null when it is renewed or nothing was ever signed; else what stands in the way.</returns>
    /// <exception cref="ArgumentException">The catalog knows no such agreement.</exception>
    public async Task<string?> RunAsync(AgreementId id, CancellationToken cancellationToken)
    {
        var agreement = catalog.Read(read => read.FindAgreement(id)) ?? throw new ArgumentException($"The catalog knows no agreement {id}.", nameof(id));
        if (agreement.Revision.Number == 0)
            return null;
        if (await market.FindProviderAsync(agreement.Provider, cancellationToken) is not { } profile)
            return "the provider is not registered";
        var pending = catalog.Write(change =>
        {
            if (change.FindPending(id) is not null)
                return null;
            var renewed = change.FindAgreement(id)!.Revision;
            renewed = renewed with { Number = renewed.Number + 1 };
            var plan = new PendingRevision(renewed, renewed.Sign(domain, dataKey), []);
            change.AddPending(plan);
            return plan;
        });
        if (pending is null)
            return "an earlier revision is not settled";
        return await settler.SettleAsync(transport.Open(profile.Endpoint, id), pending, cancellationToken) switch
        {
            RevisionOutcome.Refused refused => refused.Failure.ToString(),
            RevisionOutcome.Unsettled unsettled => unsettled.Failure.ToString(),
            _ => null,
        };
    }
}
