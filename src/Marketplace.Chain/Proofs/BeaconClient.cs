using Marketplace.Chain.Contracts;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Contracts;
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

    /// <summary>Whether these epochs are sealed, in their order: what was not could not be proven.</summary>
    public async Task<IReadOnlyList<bool>> AreSealedAsync(IReadOnlyList<Epoch> epochs, BlockTag at = default, CancellationToken cancellationToken = default) =>
        [.. (await contract.AskManyAsync([.. epochs.Select(epoch => new BlockhashBeacon.SealedAtCall(epoch))], at, cancellationToken)).Select(time => time != 0)];

    /// <summary>The first sealed epoch at or after this one; null if there is none yet.</summary>
    public async Task<Epoch?> FindFirstSealedAsync(Epoch from, BlockTag at = default, CancellationToken cancellationToken = default) =>
        await contract.AskAsync(new BlockhashBeacon.FirstSealedFromCall(from), at, cancellationToken) is { Found: true } found
            ? found.SealedEpoch : null;

    /// <summary>The drand round that is to seal an epoch; null where the market's seeds come from block hashes alone.</summary>
    /// <exception cref="EthereumRpcException">The endpoint did not answer: nothing is known of the beacon then.</exception>
    public async Task<DrandRound?> FindRoundAsync(Epoch epoch, BlockTag at = default, CancellationToken cancellationToken = default)
    {
        ulong number;
        try
        {
            number = await contract.AskAsync(new DrandBeacon.RoundOfCall(epoch), at, cancellationToken);
        }
        catch (CallRevertedException absent) when (absent.RevertData.IsEmpty)
        {
            // What a contract answers to a function that it does not have.
            return null;
        }
        var signed = contract.AskAsync(new DrandBeacon.RoundTimeCall(number), at, cancellationToken);
        var fallback = contract.AskAsync(new DrandBeacon.FallbackFromCall(epoch), at, cancellationToken);
        await Task.WhenAll(signed, fallback);
        return new DrandRound(number, (await signed).ToTime(), (await fallback).ToTime());
    }

    /// <summary>Returns if the signature is the drand network's of this round, whatever epoch it is for.</summary>
    /// <param name="round">Counts from 1.</param>
    /// <param name="signature">A point of G1, 64 bytes.</param>
    /// <param name="at">Any state: the answer is always the same.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ContractErrorException">It is not; the error says what is wrong with it.</exception>
    public Task RequireRoundAsync(
        ulong round, ReadOnlyMemory<byte> signature, BlockTag at = default, CancellationToken cancellationToken = default) =>
        contract.AskAsync(new DrandBeacon.RequireRoundCall(round, new Bytes(signature.Span)), at, cancellationToken);

    /// <summary>Stores the current epoch's seed from its drand round. Anybody may send it; it does nothing if that is done.</summary>
    public TransactionRequest SealEpoch(ReadOnlyMemory<byte> signature) =>
        contract.Send(new DrandBeacon.SealWithRoundCall(new Bytes(signature.Span)));

    /// <summary>Fixes the current epoch's anchor. Anybody may send it; it does nothing if that is done.</summary>
    public TransactionRequest OpenEpoch() => contract.Send(new BlockhashBeacon.OpenCall());

    /// <summary>Stores the current epoch's seed. Anybody may send it; it does nothing if that is done.</summary>
    public TransactionRequest SealEpoch() => contract.Send(new BlockhashBeacon.SealCall());
}
