using Marketplace.Client.Catalog;
using Marketplace.Client.Renting;
using Marketplace.Client.Transport;

namespace Marketplace.Client.Recovery;

/// <summary>Asks the providers that agreements bind now.</summary>
/// <param name="market">Tells which those are.</param>
/// <param name="transport">The providers.</param>
/// <param name="patience">How long one may take to answer.</param>
sealed class BoundProviders(IMarketView market, IProviderTransport transport, TimeSpan patience)
{
    /// <summary>Asks all at once.</summary>
    /// <param name="agreements">Whose providers.</param>
    /// <param name="ask">Asks one whether something is so.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The agreements for which it is; not those that bind nobody, or whose provider does not answer.</returns>
    public async Task<IReadOnlyList<RentedAgreement>> WhereAsync(
        IReadOnlyList<RentedAgreement> agreements, Func<RentedAgreement, IAgreementChannel, CancellationToken, Task<bool>> ask, CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(agreements.Select(agreement => IsSoAsync(agreement, ask, cancellationToken)));
        return [.. agreements.Zip(answers).Where(row => row.Second).Select(row => row.First)];
    }

    async Task<bool> IsSoAsync(
        RentedAgreement agreement, Func<RentedAgreement, IAgreementChannel, CancellationToken, Task<bool>> ask, CancellationToken cancellationToken)
    {
        if (await market.FindAgreementAsync(agreement.Id, cancellationToken) is not { IsBinding: true }
            || await market.FindProviderAsync(agreement.Provider, cancellationToken) is not { } profile)
            return false;
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        waiting.CancelAfter(patience);
        try
        {
            return await ask(agreement, transport.Open(profile.Endpoint, agreement.Id), waiting.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
