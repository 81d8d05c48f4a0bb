using Marketplace.Chain.Contracts;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Chain.Proofs;

/// <summary>The randomness beacon: one seed an epoch, the same for the whole market.</summary>
public sealed class BeaconClient
{
    readonly ContractReader contract;

    internal BeaconClient(EthereumClient client, Address address) => contract = new ContractReader(client, address);

    /// <summary>The contract.</summary>
    public Address Address => contract.Contract;

    /// <summary>An epoch's randomness, as far as it is there.</summary>
    /// <param name="epoch">Which epoch.</param>
    /// <param name="at">A block's hash for one consistent state.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<EpochSeed> GetAsync(Epoch epoch, BlockTag at = default, CancellationToken cancellationToken = default)
    {
        var seed = contract.AskAsync(new BlockhashBeacon.SeedCall(epoch), at, cancellationToken);
        var sealedAt = contract.AskAsync(new BlockhashBeacon.SealedAtCall(epoch), at, cancellationToken);
        var anchor = contract.AskAsync(new BlockhashBeacon.AnchorBlockCall(epoch), at, cancellationToken);
        await Task.WhenAll(seed, sealedAt, anchor);
        var time = await sealedAt;
        return new EpochSeed(epoch, await seed, time == 0 ? null : time.ToTime(), (await anchor).ToCount());
    }

    /// <summary>Sealed epochs from genesis up to and including this one.</summary>
    public Task<ulong> CountSealedAsync(Epoch through, BlockTag at = default, CancellationToken cancellationToken = default) =>
        contract.AskAsync(new BlockhashBeacon.SealedThroughCall(through), at, cancellationToken);

    /// <summary>The first sealed epoch at or after this one; null if there is none yet.</summary>
    public async Task<Epoch?> FindFirstSealedAsync(Epoch from, BlockTag at = default, CancellationToken cancellationToken = default) =>
        await contract.AskAsync(new BlockhashBeacon.FirstSealedFromCall(from), at, cancellationToken) is { Found: true } found
            ? found.SealedEpoch : null;

    /// <summary>Fixes the current epoch's anchor. Anybody may send it; it does nothing if that is done.</summary>
    public TransactionRequest OpenEpoch() => contract.Send(new BlockhashBeacon.OpenCall());

    /// <summary>Stores the current epoch's seed. Anybody may send it; it does nothing if that is done.</summary>
    public TransactionRequest SealEpoch() => contract.Send(new BlockhashBeacon.SealCall());
}
