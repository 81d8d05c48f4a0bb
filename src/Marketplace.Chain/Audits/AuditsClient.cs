using Marketplace.Chain.Agreements;
using Marketplace.Chain.Contracts;
using Marketplace.Chain.Token;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Chain.Audits;

/// <summary>StorageAudits: challenges on demand, by whoever holds a revision that both sides signed.</summary>
public sealed class AuditsClient
{
    readonly ContractReader contract;

    internal AuditsClient(EthereumClient client, Address address) => contract = new ContractReader(client, address);

    /// <summary>The contract.</summary>
    public Address Address => contract.Contract;

    /// <summary>All about an audit; null for a number that was never given.</summary>
    public async Task<AuditInfo?> FindAsync(AuditId id, BlockTag at = default, CancellationToken cancellationToken = default) =>
        ToInfo(id, await contract.AskAsync(new StorageAudits.AuditOfCall(id), at, cancellationToken));

    /// <summary>Those of the audits that there are, in the order given.</summary>
    public async Task<IReadOnlyList<AuditInfo>> GetManyAsync(
        IReadOnlyList<AuditId> ids, BlockTag at = default, CancellationToken cancellationToken = default)
    {
        var audits = await contract.AskManyAsync([.. ids.Select(id => new StorageAudits.AuditOfCall(id))], at, cancellationToken);
        return [.. ids.Zip(audits, ToInfo).OfType<AuditInfo>()];
    }

    /// <summary>The audit of an agreement that an auditor waits for; null if there is none.</summary>
    public async Task<AuditId?> FindOpenAsync(
        AgreementId agreement, Address auditor, BlockTag at = default, CancellationToken cancellationToken = default) =>
        await contract.AskAsync(new StorageAudits.OpenAuditCall(agreement, auditor), at, cancellationToken) is { } open && open.Value > 0
            ? open : null;

    /// <summary>The newest revision that the provider acknowledged on chain; number 0 if none.</summary>
    public async Task<RevisionInfo> GetAcknowledgedAsync(
        AgreementId agreement, BlockTag at = default, CancellationToken cancellationToken = default) =>
        RevisionInfo.FromAbi(await contract.AskAsync(new StorageAudits.AcknowledgedCall(agreement), at, cancellationToken));

    /// <summary>Audits ever demanded; their numbers are 1 to this.</summary>
    public async Task<ulong> CountAsync(BlockTag at = default, CancellationToken cancellationToken = default) =>
        (await contract.AskAsync(new StorageAudits.AuditCountCall(), at, cancellationToken)).ToCount();

    /// <summary>Demands a leaf of a revision, against the bond.</summary>
    /// <param name="agreement">Whose contents.</param>
    /// <param name="revision">Both sides signed it, or the provider acknowledged it on chain.</param>
    /// <param name="consumerSignature">65 bytes, by a data key of the agreement.</param>
    /// <param name="operatorSignature">65 bytes, by a key that is or was the provider's operator; may be empty for an acknowledged revision.</param>
    /// <param name="leaf">Below the revision's weight.</param>
    /// <param name="permit">For the escrow, of the sender; null to use the allowance that is there.</param>
    public TransactionRequest Demand(
        AgreementId agreement, RevisionInfo revision, ReadOnlyMemory<byte> consumerSignature, ReadOnlyMemory<byte> operatorSignature,
        ulong leaf, TokenPermit? permit) =>
        contract.Send(new StorageAudits.DemandCall(
            agreement, revision.ToAbi(), new Bytes(consumerSignature.Span), new Bytes(operatorSignature.Span), leaf,
            permit?.ToAbi() ?? TokenPermit.None));

    /// <summary>The number that <see cref="Demand"/> gave to the audit.</summary>
    /// <exception cref="ArgumentException">The transaction demanded nothing.</exception>
    public AuditId ReadDemanded(TransactionReceipt receipt) =>
        EventLog.OfType<StorageAudits.AuditDemandedEvent>(receipt.Logs.Where(log => log.Address == Address)).FirstOrDefault()?.Event.Audit
        ?? throw new ArgumentException("The transaction demanded no audit.", nameof(receipt));

    /// <summary>Shows the leaf, or a node around it that was declared lost. Anybody may send it, until the deadline.</summary>
    /// <param name="id">The audit.</param>
    /// <param name="leafPart">As in an answer to a challenge (docs/protocol.md, section 4.1).</param>
    public TransactionRequest Answer(AuditId id, ReadOnlyMemory<byte> leafPart) =>
        contract.Send(new StorageAudits.AnswerCall(id, new Bytes(leafPart.Span)));

    /// <summary>Shows a later revision that the consumer signed. Only the provider's owner or operator, until the deadline.</summary>
    public TransactionRequest Supersede(AuditId id, RevisionInfo newer, ReadOnlyMemory<byte> consumerSignature) =>
        contract.Send(new StorageAudits.SupersedeCall(id, newer.ToAbi(), new Bytes(consumerSignature.Span)));

    /// <summary>After the deadline: slashes the provider, voids the agreement and gives the bond back. Anybody may send it.</summary>
    public TransactionRequest Conclude(AuditId id) => contract.Send(new StorageAudits.ConcludeCall(id));

    static AuditInfo? ToInfo(AuditId id, Audit audit) => audit.State == AuditState.None ? null : new AuditInfo(
        id, audit.Agreement, audit.Auditor, audit.State, audit.Leaf, audit.DemandedAt.ToTime(), audit.Deadline.ToTime(),
        RevisionInfo.FromAbi(audit.Revision), audit.Bond.ToToken(), audit.Penalty.ToToken());
}
