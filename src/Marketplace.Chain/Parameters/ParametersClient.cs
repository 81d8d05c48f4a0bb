using Marketplace.Chain.Contracts;
using Marketplace.Chain.Deployments;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Chain.Parameters;

/// <summary>MarketplaceParameters: the market's clock and the numbers that govern it.</summary>
public sealed class ParametersClient
{
    readonly ContractReader contract;

    internal ParametersClient(EthereumClient client, Address address) => contract = new ContractReader(client, address);

    /// <summary>The contract.</summary>
    public Address Address => contract.Contract;

    /// <summary>All numbers that can be changed.</summary>
    public async Task<MarketParameters> GetAsync(BlockTag at = default, CancellationToken cancellationToken = default) =>
        MarketParameters.FromAbi(await contract.AskAsync(new MarketplaceParameters.ValuesCall(), at, cancellationToken));

    /// <summary>What no vote can raise the stake for a GiB and the bond of an auditor above; it never changes.</summary>
    public async Task<(TokenAmount StakePerGiB, TokenAmount AuditBond)> GetCeilingsAsync(BlockTag at = default, CancellationToken cancellationToken = default)
    {
        var ceilings = await contract.AskAsync(new MarketplaceParameters.CeilingsCall(), at, cancellationToken);
        return (ceilings.StakePerGiB.ToToken(), ceilings.AuditBond.ToToken());
    }

    /// <summary>The clock, which never changes.</summary>
    public async Task<EpochClock> GetClockAsync(BlockTag at = default, CancellationToken cancellationToken = default)
    {
        var genesis = await contract.AskAsync(new MarketplaceParameters.GenesisCall(), at, cancellationToken);
        var length = await contract.AskAsync(new MarketplaceParameters.EpochLengthCall(), at, cancellationToken);
        return new EpochClock(genesis.ToTime(), TimeSpan.FromSeconds(length));
    }

    /// <summary>The epoch of the block that is asked about.</summary>
    public Task<Epoch> GetCurrentEpochAsync(BlockTag at = default, CancellationToken cancellationToken = default) =>
        contract.AskAsync(new MarketplaceParameters.CurrentEpochCall(), at, cancellationToken);
}
