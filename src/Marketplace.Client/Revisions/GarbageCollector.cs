using Marketplace.Client.Catalog;
using Marketplace.Client.Renting;
using Marketplace.Client.Transport;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Protocol.Signatures;

namespace Marketplace.Client.Revisions;

/// <summary>Clears slots that belong to nothing any more.</summary>
public sealed class GarbageCollector(
    CatalogDatabase catalog, IMarketView market, IProviderTransport transport, RevisionSettler settler, MarketDomain domain,
        PrivateKey dataKey)
{
    /// <summary>Clears at every agreement that can be reached; what is left is cleared with the next change there.</summary>
    /// <returns>The agreements that still hold garbage, and why.</returns>
    public async Task<IReadOnlyList<(AgreementId Agreement, string Reason)>> RunAsync(CancellationToken cancellationToken)
    {
        var results = await Task.WhenAll(catalog.Read(read => read.ListAgreementsWithGarbage()).Select(async agreement =>
            (agreement, await TryClearAsync(agreement, cancellationToken))));
        return [.. results.Where(result => result.Item2 is not null).Select(result => (result.agreement, result.Item2!))];
    }

    /// <summary>What was let go of is gone whether its space is freed now or later.</summary>
    async Task<string?> TryClearAsync(AgreementId id, CancellationToken cancellationToken)
    {
        try
        {
            return await ClearAsync(id, cancellationToken);
        }
        catch (EthereumRpcException)
        {
            return "the chain does not answer now";
        }
    }

    async Task<string?> ClearAsync(AgreementId id, CancellationToken cancellationToken)
    {
        while (true)
        {
            var pending = catalog.Write(change =>
            {
                if (change.FindPending(id) is not null || change.FindAgreement(id) is not { } agreement)
                    return null;
                var plan = RevisionPlanner.Plan(domain, change, agreement, [], dataKey);
                if (plan is not null)
                    change.AddPending(plan);
                return plan;
            });
            if (pending is null)
                return catalog.Read(read => read.FindPending(id)) is null ? null : "an earlier revision is not settled";
            var provider = catalog.Read(read => read.FindAgreement(id))!.Provider;
            if (await market.FindProviderAsync(provider, cancellationToken) is not { } profile)
                return "the provider is not registered";
            switch (await settler.SettleAsync(transport.Open(profile.Endpoint, id), pending, cancellationToken))
            {
                case RevisionOutcome.Refused refused:
                    return refused.Failure.ToString();
                case RevisionOutcome.Unsettled unsettled:
                    return unsettled.Failure.ToString();
            }
        }
    }
}
