using System.Net;
using Marketplace.Client.Renting;
using Marketplace.Client.Transport;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;
using Marketplace.Protocol.Transfer;

namespace Marketplace.Client.Tests.Network;

/// <summary>Providers in memory, each in a network and one of six regions of its own, with one agreement each.</summary>
sealed class FakeNetwork : IProviderTransport, IMarketView
{
    public FakeNetwork(int providers, GiB? space = null) =>
        Providers = [.. Enumerable.Range(0, providers).Select(number => new FakeProvider(Domain, DataKey.Address, number, space ?? new GiB(1)))];

    public static MarketDomain Domain { get; } = new(31337, Address.Zero, Address.Zero);

    public static PrivateKey DataKey => TestVault.Keys.DataKey;

    public FakeProvider[] Providers { get; }

    public Epoch Epoch { get; set; } = new(1);

    /// <summary>Providers that no agreement binds any more.</summary>
    public HashSet<FakeProvider> Unbound { get; } = [];

    /// <summary>What asking for prices ends with.</summary>
    public Exception? PriceFault { get; set; }

    public Task<Answer<Probe>> ProbeAsync(ProviderEndpoint provider, CancellationToken cancellationToken)
    {
        var number = Array.FindIndex(Providers, row => row.Provider == provider);
        return Task.FromResult<Answer<Probe>>(Providers[number].IsDead
            ? new ProviderFailure(FailureKind.Unreachable, "connection refused")
            : new Probe(
                new StatusMessage("1", Domain.ChainId, Domain.StorageAgreements, provider.Provider, provider.Operator, 1),
                TimeSpan.FromMilliseconds(number), IPAddress.Parse($"10.0.{number}.1")));
    }

    public IAgreementChannel Open(ProviderEndpoint provider, AgreementId agreement) =>
        Providers.Single(row => row.Provider == provider && row.Agreement == agreement);

    /// <summary>The blocks' time.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    public Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken) => Task.FromResult(Time.GetUtcNow());

    public Task<Epoch> GetEpochAsync(CancellationToken cancellationToken) => Task.FromResult(Epoch);

    public Task<ProviderProfile?> FindProviderAsync(Address provider, CancellationToken cancellationToken)
    {
        var number = Array.FindIndex(Providers, row => row.Provider.Provider == provider);
        return Task.FromResult<ProviderProfile?>(
            number < 0 ? null : new ProviderProfile(Providers[number].Provider, number < 12 ? $"R{number % 6}" : $"S{number}"));
    }

    public Task<MarketAgreement?> FindAgreementAsync(AgreementId agreement, CancellationToken cancellationToken) =>
        Task.FromResult(Providers.SingleOrDefault(row => row.Agreement == agreement) is { } provider
            ? new MarketAgreement(
                agreement, provider.Provider.Provider, DataKey.Address, provider.Space, new Epoch(100), !Unbound.Contains(provider), !Unbound.Contains(provider))
            : null);

    public Task<IReadOnlyList<AgreementId>> FindAgreementsAsync(Address dataKey, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<AgreementId>>(
            dataKey == DataKey.Address ? [.. Providers.Select(provider => provider.Agreement)] : []);

    public Task<IReadOnlyDictionary<AgreementId, TokenAmount>> GetReadingPricesAsync(
        IReadOnlyList<AgreementId> agreements, CancellationToken cancellationToken) =>
        PriceFault is { } fault
        ? Task.FromException<IReadOnlyDictionary<AgreementId, TokenAmount>>(fault)
        : Task.FromResult<IReadOnlyDictionary<AgreementId, TokenAmount>>(
            Providers.Where(provider => agreements.Contains(provider.Agreement)).ToDictionary(provider => provider.Agreement, provider => provider.ReadingPrice));

    public Task<CommittedCheckpoint?> FindCheckpointAsync(Address provider, CancellationToken cancellationToken) =>
        Task.FromResult<CommittedCheckpoint?>(new(Providers.Single(row => row.Provider.Provider == provider).Checkpoints.Checkpoint, Epoch));
}
