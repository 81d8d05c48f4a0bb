using Marketplace.Client.Catalog;
using Marketplace.Client.Renting;
using Marketplace.Client.Transport;
using Marketplace.Core.Primitives;

namespace Marketplace.Client.Recovery;

/// <summary>Finds the agreements whose providers hold now what the catalog says that they do.</summary>
/// <param name="catalog">The catalog.</param>
/// <param name="market">Tells which agreements bind their providers.</param>
/// <param name="transport">The providers.</param>
/// <param name="patience">How long a provider may take to answer.</param>
sealed class HoldingAgreements(CatalogDatabase catalog, IMarketView market, IProviderTransport transport, TimeSpan patience)
{
    /// <summary>Asks all at once.</summary>
    public async Task<IReadOnlySet<AgreementId>> FindAsync(CancellationToken cancellationToken)
    {
        var agreements = catalog.Read(read => read.ListAgreements());
        var answers = await Task.WhenAll(agreements.Select(agreement => HoldsAsync(agreement, cancellationToken)));
        return agreements.Zip(answers).Where(row => row.Second).Select(row => row.First.Id).ToHashSet();
    }

    async Task<bool> HoldsAsync(RentedAgreement agreement, CancellationToken cancellationToken)
    {
        if (await market.FindAgreementAsync(agreement.Id, cancellationToken) is not { IsBinding: true }
            || await market.FindProviderAsync(agreement.Provider, cancellationToken) is not { } profile)
            return false;
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        waiting.CancelAfter(patience);
        try
        {
            return (await transport.Open(profile.Endpoint, agreement.Id).GetRevisionAsync(waiting.Token)).TryGet(out var shown, out _)
                && shown.RevisionOf(agreement.Id) == agreement.Revision;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
