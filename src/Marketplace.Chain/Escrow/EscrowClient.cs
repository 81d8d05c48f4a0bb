using Marketplace.Chain.Contracts;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Chain.Escrow;

/// <summary>AgreementEscrow: what was deposited until it is owed to somebody, and what is owed until it is withdrawn.</summary>
public sealed class EscrowClient
{
    readonly ContractReader contract;
    readonly Address agreements;

    internal EscrowClient(EthereumClient client, Address address, Address agreements) =>
        (contract, this.agreements) = (new ContractReader(client, address), agreements);

    /// <summary>The contract; the spender of permits for deposits.</summary>
    public Address Address => contract.Contract;

    /// <summary>Of an agreement's deposit for space, what is nobody's yet.</summary>
    public Task<TokenAmount> GetHeldAsync(AgreementId agreement, BlockTag at = default, CancellationToken cancellationToken = default) =>
        contract.AskAmountAsync(new AgreementEscrow.HeldCall(agreements, agreement.Value), at, cancellationToken);

    /// <summary>What an account can withdraw.</summary>
    public Task<TokenAmount> GetWithdrawableAsync(Address account, BlockTag at = default, CancellationToken cancellationToken = default) =>
        contract.AskAmountAsync(new AgreementEscrow.WithdrawableCall(account), at, cancellationToken);

    /// <summary>What many accounts can withdraw, in their order.</summary>
    public async Task<IReadOnlyList<TokenAmount>> GetWithdrawableAsync(
        IReadOnlyList<Address> accounts, BlockTag at = default, CancellationToken cancellationToken = default) =>
        [.. (await contract.AskManyAsync([.. accounts.Select(account => new AgreementEscrow.WithdrawableCall(account))], at,
            cancellationToken))
            .Select(amount => amount.ToToken())];

    /// <summary>The sum of what is held for all agreements.</summary>
    public Task<TokenAmount> GetTotalHeldAsync(BlockTag at = default, CancellationToken cancellationToken = default) =>
        contract.AskAmountAsync(new AgreementEscrow.TotalHeldCall(), at, cancellationToken);

    /// <summary>The sum of what all accounts can withdraw.</summary>
    public Task<TokenAmount> GetTotalWithdrawableAsync(BlockTag at = default, CancellationToken cancellationToken = default) =>
        contract.AskAmountAsync(new AgreementEscrow.TotalWithdrawableCall(), at, cancellationToken);

    /// <summary>Sends all that is the sender's to <paramref name="to"/>.</summary>
    public TransactionRequest Withdraw(Address to) => contract.Send(new AgreementEscrow.WithdrawCall(to));
}
