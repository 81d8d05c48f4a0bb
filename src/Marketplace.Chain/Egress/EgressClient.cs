using Marketplace.Chain.Contracts;
using Marketplace.Chain.Token;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Chain.Egress;

/// <summary>What was paid in advance for reading from an agreement.</summary>
/// <param name="Deposited">Since the opening.</param>
/// <param name="Redeemed">Of it, paid out, fee included.</param>
/// <param name="Reclaimed">Of it, given back to the consumer.</param>
public sealed record EgressAccount(TokenAmount Deposited, TokenAmount Redeemed, TokenAmount Reclaimed)
{
    /// <summary>What vouchers can still claim.</summary>
    public TokenAmount Remaining => Deposited - Redeemed - Reclaimed;
}

/// <summary>EgressVouchers: deposits for reading, and their payment by cumulative vouchers.</summary>
public sealed class EgressClient
{
    readonly ContractReader contract;

    internal EgressClient(EthereumClient client, Address address) => contract = new ContractReader(client, address);

    /// <summary>The contract; the verifying contract of vouchers.</summary>
    public Address Address => contract.Contract;

    /// <summary>An agreement's deposit; all zero if there is none.</summary>
    public async Task<EgressAccount> GetAsync(AgreementId agreement, BlockTag at = default, CancellationToken cancellationToken = default) =>
        ToAccount(await contract.AskAsync(new EgressVouchers.AccountOfCall(agreement), at, cancellationToken));

    /// <summary>Many agreements' deposits, in their order.</summary>
    public async Task<IReadOnlyList<EgressAccount>> GetManyAsync(
        IReadOnlyList<AgreementId> agreements, BlockTag at = default, CancellationToken cancellationToken = default) =>
        [.. (await contract.AskManyAsync(
            [.. agreements.Select(agreement => new EgressVouchers.AccountOfCall(agreement))], at, cancellationToken)).Select(ToAccount)];

    /// <summary>The EIP-712 digest that the data key signs for a voucher, as the contract computes it.</summary>
    public Task<Hash256> GetVoucherDigestAsync(
        AgreementId agreement, TokenAmount cumulative, BlockTag at = default, CancellationToken cancellationToken = default) =>
        contract.AskAsync(new EgressVouchers.VoucherDigestCall(agreement, cumulative.ToUInt256()), at, cancellationToken);

    /// <summary>Pays for reading in advance.</summary>
    /// <param name="deposits">Agreements that are proposed or run, each with more than nothing.</param>
    /// <param name="permit">For the escrow, of the sender; null to use the allowance that is there.</param>
    public TransactionRequest Deposit(IReadOnlyList<(AgreementId Agreement, TokenAmount Amount)> deposits, TokenPermit? permit) =>
        contract.Send(new EgressVouchers.DepositCall(
            [.. deposits.Select(deposit => deposit.Agreement)], [.. deposits.Select(deposit => deposit.Amount.ToUInt256())],
            permit?.ToAbi() ?? TokenPermit.None));

    /// <summary>Pays the provider what a voucher says beyond what was paid. Anybody may send it.</summary>
    /// <param name="agreement">Whose reading.</param>
    /// <param name="cumulative">Owed since the opening.</param>
    /// <param name="signature">65 bytes, by any data key that the agreement ever had.</param>
    public TransactionRequest Redeem(AgreementId agreement, TokenAmount cumulative, ReadOnlyMemory<byte> signature) =>
        contract.Send(new EgressVouchers.RedeemCall(agreement, cumulative.ToUInt256(), new Bytes(signature.Span)));

    /// <summary>Gives the consumer what no voucher claimed, when the time for it has come. Anybody may send it.</summary>
    public TransactionRequest Reclaim(AgreementId agreement) => contract.Send(new EgressVouchers.ReclaimCall(agreement));

    static EgressAccount ToAccount(Account account) =>
        new(account.Deposited.ToToken(), account.Redeemed.ToToken(), account.Reclaimed.ToToken());
}
