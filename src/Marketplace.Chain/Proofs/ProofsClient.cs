using Marketplace.Chain.Contracts;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Chain.Proofs;

/// <summary>PossessionProofs: checkpoints, and proofs that providers still have everything.</summary>
public sealed class ProofsClient
{
    readonly ContractReader contract;

    internal ProofsClient(EthereumClient client, Address address) => contract = new ContractReader(client, address);

    /// <summary>The contract.</summary>
    public Address Address => contract.Contract;

    /// <summary>The newest checkpoint of a provider; null before the first.</summary>
    public async Task<CommittedCheckpointInfo?> FindCheckpointAsync(Address provider, BlockTag at = default,
        CancellationToken cancellationToken = default)
    {
        var newest = await contract.AskAsync(new PossessionProofs.CheckpointOfCall(provider), at, cancellationToken);
        return newest.Exists
            ? new CommittedCheckpointInfo(new CheckpointInfo(newest.Checkpoint.Root, newest.Checkpoint.Leaves,
                newest.Checkpoint.Agreements), newest.CommittedIn)
            : null;
    }

    /// <summary>keccak256(abi.encode(checkpoint)) that a provider proved in an epoch; zero if it proved none.</summary>
    public Task<Hash256> GetProvenCheckpointHashAsync(Address provider, Epoch epoch, BlockTag at = default,
        CancellationToken cancellationToken = default) =>
        contract.AskAsync(new PossessionProofs.ProvenCheckpointCall(provider, epoch), at, cancellationToken);

    /// <summary>Returns if the inclusion shows the agreement in the checkpoint that the provider proved in the epoch.</summary>
    /// <exception cref="ContractErrorException">It does not; the error says where it breaks.</exception>
    public Task RequireInclusionAsync(
        Address provider, Epoch epoch, AgreementId agreement, CheckpointInfo checkpoint, ReadOnlyMemory<byte> inclusion,
            BlockTag at = default,
        CancellationToken cancellationToken = default) =>
        contract.AskAsync(
            new PossessionProofs.RequireInclusionCall(provider, epoch, agreement, ToAbi(checkpoint), new Bytes(inclusion.Span)), at,
                cancellationToken);

    /// <summary>Commits a checkpoint without a proof; the current epoch cannot be proven any more with it. Only the operator.</summary>
    public TransactionRequest Commit(Address provider, CheckpointInfo next) =>
        contract.Send(new PossessionProofs.CommitCall(provider, ToAbi(next)));

    /// <summary>Answers the current epoch's challenge and commits the next checkpoint. Only the operator.</summary>
    /// <param name="provider">Whose data it is.</param>
    /// <param name="answers">One packed answer a draw (docs/protocol.md, section 4.1).</param>
    /// <param name="next">What the following epochs are answered for.</param>
    public TransactionRequest Advance(Address provider, ReadOnlyMemory<byte> answers, CheckpointInfo next) =>
        contract.Send(new PossessionProofs.AdvanceCall(provider, new Bytes(answers.Span), ToAbi(next)));

    internal static Checkpoint ToAbi(CheckpointInfo checkpoint) => new(checkpoint.Root, checkpoint.Leaves, checkpoint.Agreements);
}
