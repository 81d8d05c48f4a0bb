using Marketplace.Client.Transport;
using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Client.Renting;

/// <summary>A provider as the registry knows it.</summary>
/// <param name="Endpoint">Its node.</param>
/// <param name="Region">Two letters, or empty.</param>
public sealed record ProviderProfile(ProviderEndpoint Endpoint, string Region);

/// <summary>An agreement as the chain knows it.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Provider">The provider's owner address.</param>
/// <param name="DataKey">The current data key.</param>
/// <param name="Space">What is rented.</param>
/// <param name="End">The epoch after the last one paid for.</param>
/// <param name="IsBinding">Whether the provider must keep what is stored, now.</param>
/// <param name="TakesData">Whether more may be stored: active, and not ended early.</param>
public sealed record MarketAgreement(
    AgreementId Id, Address Provider, Address DataKey, GiB Space, Epoch End, bool IsBinding, bool TakesData);

/// <summary>A provider's newest checkpoint.</summary>
/// <param name="Checkpoint">What it commits to.</param>
/// <param name="CommittedIn">When; it answers for later epochs.</param>
public sealed record CommittedCheckpoint(Checkpoint Checkpoint, Epoch CommittedIn);

/// <summary>What the client asks the chain. Faults of the chain's endpoint are exceptions.</summary>
public interface IMarketView
{
    /// <summary>The newest block's time.</summary>
    Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken);

    /// <summary>The current epoch.</summary>
    Task<Epoch> GetEpochAsync(CancellationToken cancellationToken);

    /// <summary>A provider; null when it is not registered or its endpoint makes no sense.</summary>
    Task<ProviderProfile?> FindProviderAsync(Address provider, CancellationToken cancellationToken);

    /// <summary>An agreement; null when there is none.</summary>
    Task<MarketAgreement?> FindAgreementAsync(AgreementId agreement, CancellationToken cancellationToken);

    /// <summary>The agreements that name this data key or ever did.</summary>
    Task<IReadOnlyList<AgreementId>> FindAgreementsAsync(Address dataKey, CancellationToken cancellationToken);

    /// <summary>What agreements ask for a GiB that is read; those that there are.</summary>
    Task<IReadOnlyDictionary<AgreementId, TokenAmount>> GetReadingPricesAsync(
        IReadOnlyList<AgreementId> agreements, CancellationToken cancellationToken);

    /// <summary>A provider's newest checkpoint on chain; null before the first.</summary>
    Task<CommittedCheckpoint?> FindCheckpointAsync(Address provider, CancellationToken cancellationToken);
}
