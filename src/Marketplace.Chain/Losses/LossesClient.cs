using System.Collections.Frozen;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Contracts;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Chain.Losses;

/// <summary>Whether a provider said that it lost something of an agreement.</summary>
/// <param name="NewestLossy">The newest revision with a declared loss; 0 if none.</param>
/// <param name="IsSuspended">Whether the agreement is not paid until a later revision cures it.</param>
public sealed record LossStanding(ulong NewestLossy, bool IsSuspended);

/// <summary>A node of one revision's tree that a provider lost.</summary>
/// <param name="Agreement">Whose.</param>
/// <param name="Revision">The one revision that a declaration is for.</param>
/// <param name="Node">Its hash; normally a fragment's root.</param>
/// <param name="Leaves">Its weight.</param>
public sealed record LostNode(AgreementId Agreement, ulong Revision, Hash256 Node, ulong Leaves);

/// <summary>DeclaredLosses: what providers say they lost, before a challenge finds it.</summary>
public sealed class LossesClient
{
    readonly ContractReader contract;

    internal LossesClient(EthereumClient client, Address address) => contract = new ContractReader(client, address);

    /// <summary>The contract.</summary>
    public Address Address => contract.Contract;

    /// <summary>How an agreement stands.</summary>
    public async Task<LossStanding> GetAsync(AgreementId agreement, BlockTag at = default, CancellationToken cancellationToken = default) =>
        (await GetManyAsync([agreement], at, cancellationToken))[0];

    /// <summary>How agreements stand, in their order.</summary>
    public async Task<IReadOnlyList<LossStanding>> GetManyAsync(
        IReadOnlyList<AgreementId> agreements, BlockTag at = default, CancellationToken cancellationToken = default) =>
        [.. (await contract.AskManyAsync([.. agreements.Select(agreement => new DeclaredLosses.LossOfCall(agreement))], at, cancellationToken))
            .Select(loss => new LossStanding(loss.NewestLossy, loss.Suspended))];

    /// <summary>
    /// The first epoch for which an agreement is not paid in a billing cycle, in their order; it may lie before the cycle. The largest epoch there is where all
    /// of the cycle is paid. Final for epochs that are over.
    /// </summary>
    public Task<IReadOnlyList<Epoch>> FindUnpaidFromAsync(
        IReadOnlyList<(AgreementId Agreement, ulong Cycle)> cycles, BlockTag at = default, CancellationToken cancellationToken = default) =>
        contract.AskManyAsync([.. cycles.Select(row => new DeclaredLosses.UnpaidFromCall(row.Agreement, row.Cycle))], at, cancellationToken);

    /// <summary>The newest revision with which the provider ended a suspension; number 0 if none.</summary>
    public async Task<RevisionInfo> GetCureAsync(
        AgreementId agreement, BlockTag at = default, CancellationToken cancellationToken = default) =>
        RevisionInfo.FromAbi(await contract.AskAsync(new DeclaredLosses.CuredByCall(agreement), at, cancellationToken));

    /// <summary>Which of the nodes need not be shown in an epoch: they were declared before it, and its pay was suspended before it.</summary>
    public async Task<IReadOnlySet<LostNode>> FindExemptAsync(
        IReadOnlyList<LostNode> nodes, Epoch epoch, BlockTag at = default, CancellationToken cancellationToken = default)
    {
        if (nodes.Count == 0)
            return FrozenSet<LostNode>.Empty;
        var exempt = await contract.AskManyAsync(
            [.. nodes.Select(node => new DeclaredLosses.IsExemptCall(node.Agreement, node.Revision, node.Node, node.Leaves, epoch))], at,
            cancellationToken);
        return nodes.Where((_, i) => exempt[i]).ToFrozenSet();
    }

    /// <summary>Declares a node of one revision's tree lost. Only the provider's owner or operator.</summary>
    /// <param name="node">Its agreement has to run.</param>
    public TransactionRequest Declare(LostNode node) =>
        contract.Send(new DeclaredLosses.DeclareCall(node.Agreement, node.Revision, node.Node, node.Leaves));

    /// <summary>Ends the suspension of pay with the billing cycle, by a later revision that the consumer signed and that the provider has in a
    /// checkpoint. Only the provider's owner or operator.</summary>
    public TransactionRequest Cure(AgreementId agreement, RevisionInfo revision, ReadOnlyMemory<byte> signature) =>
        contract.Send(new DeclaredLosses.CureCall(agreement, revision.ToAbi(), new Bytes(signature.Span)));

    /// <summary>
    /// Ends the suspension of pay with the billing cycle, because everything declared lost is there again. Only the provider's owner or
    /// operator; if it is not there, an audit or a challenge of what was declared shows it.
    /// </summary>
    public TransactionRequest Restore(AgreementId agreement) => contract.Send(new DeclaredLosses.RestoreCall(agreement));
}
