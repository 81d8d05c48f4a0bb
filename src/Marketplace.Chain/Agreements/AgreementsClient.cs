using System.Runtime.CompilerServices;
using Marketplace.Chain.Contracts;
using Marketplace.Chain.Proofs;
using Marketplace.Chain.Token;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Chain.Agreements;

/// <summary>StorageAgreements: rentals between one consumer and one provider.</summary>
public sealed class AgreementsClient
{
    readonly ContractReader contract;

    internal AgreementsClient(EthereumClient client, Address address) => contract = new ContractReader(client, address);

    /// <summary>The contract; the verifying contract of revisions, sessions and records.</summary>
    public Address Address => contract.Contract;

    /// <summary>All about an agreement; null for a number that was never given.</summary>
    public async Task<AgreementInfo?> FindAsync(AgreementId id, BlockTag at = default, CancellationToken cancellationToken = default) =>
        ToInfo(id, await contract.AskAsync(new StorageAgreements.AgreementCall(id), at, cancellationToken));

    /// <summary>Agreements ever proposed; their numbers are 1 to this.</summary>
    public async Task<ulong> CountAsync(BlockTag at = default, CancellationToken cancellationToken = default) =>
        (await contract.AskAsync(new StorageAgreements.AgreementCountCall(), at, cancellationToken)).ToCount();

    /// <summary>All agreements in the order of their proposal, read in pages as they are taken.</summary>
    /// <param name="at">A block's hash for one consistent state.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async IAsyncEnumerable<AgreementInfo> ListAsync(BlockTag at = default,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var count = await CountAsync(at, cancellationToken);
        foreach (var page in ContractReader.Pages(count))
        {
            foreach (var agreement in await GetManyAsync([.. page.Select(number => new AgreementId(number))], at, cancellationToken))
                yield return agreement;
        }
    }

    /// <summary>Those of the agreements that there are, in the order given.</summary>
    public async Task<IReadOnlyList<AgreementInfo>> GetManyAsync(IReadOnlyList<AgreementId> ids, BlockTag at = default,
        CancellationToken cancellationToken = default)
    {
        var agreements = await contract.AskManyAsync([.. ids.Select(id => new StorageAgreements.AgreementCall(id))], at, cancellationToken);
        return [.. ids.Zip(agreements, ToInfo).OfType<AgreementInfo>()];
    }

    /// <summary>Whether the agreement ever named this data key; earlier keys stay good for proofs.</summary>
    public Task<bool> IsDataKeyAsync(AgreementId id, Address key, BlockTag at = default, CancellationToken cancellationToken = default) =>
        contract.AskAsync(new StorageAgreements.IsDataKeyCall(id, key), at, cancellationToken);

    /// <summary>Billing cycles of the agreement as it now runs.</summary>
    public Task<ulong> CountCyclesAsync(AgreementId id, BlockTag at = default, CancellationToken cancellationToken = default) =>
        contract.AskAsync(new StorageAgreements.CycleCountCall(id), at, cancellationToken);

    /// <summary>Whether a cycle was settled; cycles are numbered from 0.</summary>
    public Task<bool> IsCycleSettledAsync(AgreementId id, ulong cycle, BlockTag at = default,
        CancellationToken cancellationToken = default) =>
        contract.AskAsync(new StorageAgreements.IsCycleSettledCall(id, cycle), at, cancellationToken);

    /// <summary>As <see cref="IsCycleSettledAsync"/> for many cycles, in their order.</summary>
    public Task<IReadOnlyList<bool>> AreCyclesSettledAsync(
        IReadOnlyList<(AgreementId Agreement, ulong Cycle)> cycles, BlockTag at = default, CancellationToken cancellationToken = default) =>
        contract.AskManyAsync([.. cycles.Select(row => new StorageAgreements.IsCycleSettledCall(row.Agreement, row.Cycle))], at, cancellationToken);

    /// <summary>What the epochs cost; the first step is from the start on, and there is none for what was never active.</summary>
    public async Task<IReadOnlyList<AgreementRate>> GetRatesAsync(
        AgreementId id, BlockTag at = default, CancellationToken cancellationToken = default) =>
        (await GetRatesManyAsync([id], at, cancellationToken))[0];

    /// <summary>As <see cref="GetRatesAsync"/> for many agreements, in their order.</summary>
    public async Task<IReadOnlyList<IReadOnlyList<AgreementRate>>> GetRatesManyAsync(
        IReadOnlyList<AgreementId> ids, BlockTag at = default, CancellationToken cancellationToken = default) =>
        [.. (await contract.AskManyAsync([.. ids.Select(id => new StorageAgreements.RateStepsCall(id))], at, cancellationToken))
            .Select(steps => steps.Select(step => new AgreementRate(step.From, step.Rate.ToToken())).ToList())];

    /// <summary>Which checkpoint a cycle's settlement has to show.</summary>
    public async Task<SettlementTurn> GetSettlementDrawAsync(AgreementId id, ulong cycle, BlockTag at = default,
        CancellationToken cancellationToken = default)
    {
        var draw = await contract.AskAsync(new StorageAgreements.SettlementDrawCall(id, cycle), at, cancellationToken);
        return new SettlementTurn(draw.Ready, draw.ProvenEpochs, draw.Drawn);
    }

    /// <summary>The EIP-712 digest that the data key signs for a revision, as the contract computes it.</summary>
    public Task<Hash256> GetRevisionDigestAsync(
        AgreementId id, ulong number, Hash256 dataRoot, ulong weight, BlockTag at = default,
            CancellationToken cancellationToken = default) =>
        contract.AskAsync(new StorageAgreements.RevisionDigestCall(id, new Revision(number, dataRoot, weight)), at, cancellationToken);

    /// <summary>Deposits and proposes agreements, all or none.</summary>
    /// <param name="requests">At least one.</param>
    /// <param name="permit">For the escrow, of the sender; null to use the allowance that is there.</param>
    public TransactionRequest Open(IReadOnlyList<AgreementRequest> requests, TokenPermit? permit) =>
        contract.Send(new StorageAgreements.OpenCall([.. requests.Select(ToAbi)], permit?.ToAbi() ?? TokenPermit.None));

    /// <summary>The numbers that <see cref="Open"/> gave to the agreements, in the order of the requests.</summary>
    public IReadOnlyList<AgreementId> ReadOpened(TransactionReceipt receipt) =>
        [.. EventLog.OfType<StorageAgreements.AgreementProposedEvent>(receipt.Logs.Where(log => log.Address == Address))
            .Select(log => log.Event.Agreement)];

    /// <summary>The consumer adds space or time, or both, to an active agreement.</summary>
    /// <param name="id">The agreement.</param>
    /// <param name="extension">What is added.</param>
    /// <param name="permit">For the escrow, of the sender; null to use the allowance that is there.</param>
    public TransactionRequest Extend(AgreementId id, AgreementExtension extension, TokenPermit? permit) =>
        contract.Send(new StorageAgreements.ExtendCall(
            id,
            new Extension(extension.Listing ?? default, extension.Space, extension.Term, extension.MaxDeposit.ToUInt256()),
            permit?.ToAbi() ?? TokenPermit.None));

    /// <summary>The consumer adds space or time to several agreements with one transaction, all or none.</summary>
    /// <param name="extensions">At least one.</param>
    /// <param name="permit">For the escrow and the sum, of the sender; null to use the allowance that is there.</param>
    public TransactionRequest Extend(IReadOnlyList<(AgreementId Id, AgreementExtension Extension)> extensions, TokenPermit? permit) =>
        Together([.. extensions.Select((row, index) => Extend(row.Id, row.Extension, index == 0 ? permit : null))]);

    /// <summary>Several of these calls as one transaction of their sender, all or none; one alone stays what it is.</summary>
    /// <param name="calls">At least one, each of this contract and without a value.</param>
    public TransactionRequest Together(IReadOnlyList<TransactionRequest> calls) => calls.Count == 1
        ? calls[0] : contract.Send(new StorageAgreements.MulticallCall([.. calls.Select(call => new Bytes(call.Data.Span))]));

    /// <summary>The provider's owner or operator accepts a proposal.</summary>
    public TransactionRequest Accept(AgreementId id) => contract.Send(new StorageAgreements.AcceptCall(id));

    /// <summary>The provider's owner or operator declines a proposal.</summary>
    public TransactionRequest Decline(AgreementId id) => contract.Send(new StorageAgreements.DeclineCall(id));

    /// <summary>The consumer takes an unanswered proposal back.</summary>
    public TransactionRequest WithdrawProposal(AgreementId id) => contract.Send(new StorageAgreements.WithdrawProposalCall(id));

    /// <summary>The consumer ends an active agreement after its notice.</summary>
    public TransactionRequest Terminate(AgreementId id) => contract.Send(new StorageAgreements.TerminateCall(id));

    /// <summary>The consumer names another data key.</summary>
    public TransactionRequest AuthorizeDataKey(AgreementId id, Address dataKey) =>
        contract.Send(new StorageAgreements.AuthorizeDataKeyCall(id, dataKey));

    /// <summary>Pays a billing cycle. Anybody may send it.</summary>
    /// <param name="id">The agreement.</param>
    /// <param name="cycle">Numbered from 0.</param>
    /// <param name="checkpoint">The drawn epoch's; anything when no epoch of the cycle was proven.</param>
    /// <param name="inclusion">The agreement's path in it (docs/protocol.md, section 4.1); empty when no epoch was proven.</param>
    public TransactionRequest Settle(AgreementId id, ulong cycle, CheckpointInfo checkpoint, ReadOnlyMemory<byte> inclusion) =>
        contract.Send(new StorageAgreements.SettleCall(id, cycle, ProofsClient.ToAbi(checkpoint), new Bytes(inclusion.Span)));

    /// <summary>Refunds what was not collected and ends the agreement. Anybody may send it.</summary>
    public TransactionRequest Close(AgreementId id) => contract.Send(new StorageAgreements.CloseCall(id));

    static Request ToAbi(AgreementRequest request) =>
        new(request.Listing, request.Space, request.Term, request.DataKey, request.MaxDeposit.ToUInt256(),
            request.MaxEgressPrice.ToUInt256());

    static AgreementInfo? ToInfo(AgreementId id, Agreement agreement) => agreement.State == AgreementState.None ? null : new AgreementInfo
    {
        Id = id,
        Consumer = agreement.Consumer,
        Provider = agreement.Provider,
        DataKey = agreement.DataKey,
        State = agreement.State,
        Listing = agreement.Listing,
        Space = agreement.Space,
        Start = agreement.Start,
        End = agreement.End,
        Term = agreement.Term,
        BillingCycle = agreement.BillingCycle,
        SettlementGrace = agreement.SettlementGrace,
        TerminationNotice = agreement.TerminationNotice,
        ProtocolFeeBps = agreement.ProtocolFeeBps,
        Price = agreement.Price.ToToken(),
        EgressPrice = agreement.EgressPrice.ToToken(),
        Deposited = agreement.Deposited.ToToken(),
        Paid = agreement.Paid.ToToken(),
        Refunded = agreement.Refunded.ToToken(),
        Remaining = agreement.Remaining.ToToken(),
    };
}
