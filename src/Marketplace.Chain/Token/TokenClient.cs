using Marketplace.Chain.Contracts;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Chain.Token;

/// <summary>StorageToken: the market's means of payment.</summary>
public sealed class TokenClient
{
    readonly ContractReader contract;
    readonly ulong chainId;

    internal TokenClient(EthereumClient client, Address address, ulong chainId) =>
        (contract, this.chainId) = (new ContractReader(client, address), chainId);

    /// <summary>The contract.</summary>
    public Address Address => contract.Contract;

    /// <summary>What an account has in its own hands.</summary>
    public Task<TokenAmount> GetBalanceAsync(Address account, BlockTag at = default, CancellationToken cancellationToken = default) =>
        contract.AskAmountAsync(new StorageToken.BalanceOfCall(account), at, cancellationToken);

    /// <summary>What many accounts have, in their order.</summary>
    public async Task<IReadOnlyList<TokenAmount>> GetBalancesAsync(
        IReadOnlyList<Address> accounts, BlockTag at = default, CancellationToken cancellationToken = default) =>
        [.. (await contract.AskManyAsync([.. accounts.Select(account => new StorageToken.BalanceOfCall(account))], at, cancellationToken))
            .Select(amount => amount.ToToken())];

    /// <summary>All tokens there are.</summary>
    public Task<TokenAmount> GetTotalSupplyAsync(BlockTag at = default, CancellationToken cancellationToken = default) =>
        contract.AskAmountAsync(new StorageToken.TotalSupplyCall(), at, cancellationToken);

    /// <summary>What a spender may still take from an owner; "without limit" reads as the largest amount.</summary>
    public async Task<TokenAmount> GetAllowanceAsync(Address owner, Address spender, BlockTag at = default,
        CancellationToken cancellationToken = default)
    {
        var allowance = await contract.AskAsync(new StorageToken.AllowanceCall(owner, spender), at, cancellationToken);
        return new TokenAmount(allowance > (System.Numerics.BigInteger)UInt128.MaxValue ? UInt128.MaxValue : (UInt128)allowance);
    }

    /// <summary>The votes that an account has now: those of the tokens that were delegated to it, its own only if it did so too.</summary>
    public Task<TokenAmount> GetVotesAsync(Address account, BlockTag at = default, CancellationToken cancellationToken = default) =>
        contract.AskAmountAsync(new StorageToken.GetVotesCall(account), at, cancellationToken);

    /// <summary>For whom an account's votes count; null while they count for nobody.</summary>
    public async Task<Address?> FindDelegateAsync(Address account, BlockTag at = default, CancellationToken cancellationToken = default)
    {
        var found = await contract.AskAsync(new StorageToken.DelegatesCall(account), at, cancellationToken);
        return found == Address.Zero ? null : found;
    }

    /// <summary>What the owner has to sign for a permit now.</summary>
    public async Task<PermitTerms> PreparePermitAsync(
        Address owner, Address spender, TokenAmount value, DateTimeOffset deadline, CancellationToken cancellationToken = default)
    {
        var nonce = await contract.AskAsync(new StorageToken.NoncesCall(owner), default, cancellationToken);
        return new PermitTerms(chainId, Address, owner, spender, value, nonce.ToCount(), deadline);
    }

    /// <summary>A permit of the signer's account for a spender.</summary>
    public async Task<TokenPermit> SignPermitAsync(
        ISigner owner, Address spender, TokenAmount value, DateTimeOffset deadline, CancellationToken cancellationToken = default)
    {
        var terms = await PreparePermitAsync(owner.Address, spender, value, deadline, cancellationToken);
        return new TokenPermit(value, deadline, await owner.SignDigestAsync(terms.Digest(), cancellationToken));
    }

    /// <summary>Sends the sender's tokens to another account.</summary>
    public TransactionRequest Transfer(Address to, TokenAmount amount) =>
        contract.Send(new StorageToken.TransferCall(to, amount.ToUInt256()));

    /// <summary>Lets the votes of the sender's tokens count for somebody, who may be itself. The tokens stay where they are.</summary>
    public TransactionRequest DelegateVotes(Address to) => contract.Send(new StorageToken.DelegateCall(to));

    /// <summary>Allows a spender to take the sender's tokens.</summary>
    public TransactionRequest Approve(Address spender, TokenAmount amount) =>
        contract.Send(new StorageToken.ApproveCall(spender, amount.ToUInt256()));
}
