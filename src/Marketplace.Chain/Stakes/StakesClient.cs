using System.Numerics;
using Marketplace.Chain.Contracts;
using Marketplace.Chain.Token;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Chain.Stakes;

/// <summary>StakeVault: what lies behind providers, their own and others', and what consumers get of slashes.</summary>
public sealed class StakesClient
{
    readonly ContractReader contract;

    internal StakesClient(EthereumClient client, Address address) => contract = new ContractReader(client, address);

    /// <summary>The contract; the spender of permits for stake and delegations.</summary>
    public Address Address => contract.Contract;

    /// <summary>What lies behind a provider.</summary>
    public async Task<ProviderStake> GetAsync(Address provider, BlockTag at = default, CancellationToken cancellationToken = default) =>
        ToStake(await contract.AskAsync(new StakeVault.StakeOfCall(provider), at, cancellationToken));

    /// <summary>What lies behind many providers, in their order.</summary>
    public async Task<IReadOnlyList<ProviderStake>> GetManyAsync(
        IReadOnlyList<Address> providers, BlockTag at = default, CancellationToken cancellationToken = default) =>
        [.. (await contract.AskManyAsync([.. providers.Select(provider => new StakeVault.StakeOfCall(provider))], at, cancellationToken))
            .Select(ToStake)];

    /// <summary>What a slash could take, without misses that nobody has counted yet.</summary>
    public Task<TokenAmount> GetSlashableAsync(Address provider, BlockTag at = default, CancellationToken cancellationToken = default) =>
        contract.AskAmountAsync(new StakeVault.SlashableCall(provider), at, cancellationToken);

    /// <summary>What a provider keeps of its delegators' earnings.</summary>
    public async Task<ProviderCommission> GetCommissionAsync(
        Address provider, BlockTag at = default, CancellationToken cancellationToken = default) =>
        ToCommission(await contract.AskAsync(new StakeVault.CommissionOfCall(provider), at, cancellationToken));

    /// <summary>As <see cref="GetCommissionAsync"/> for many providers, in their order.</summary>
    public async Task<IReadOnlyList<ProviderCommission>> GetCommissionsAsync(
        IReadOnlyList<Address> providers, BlockTag at = default, CancellationToken cancellationToken = default) =>
        [.. (await contract.AskManyAsync([.. providers.Select(provider => new StakeVault.CommissionOfCall(provider))], at, cancellationToken))
            .Select(ToCommission)];

    /// <summary>What a delegator has behind a provider.</summary>
    public async Task<DelegatedStake> GetDelegationAsync(
        Address provider, Address delegator, BlockTag at = default, CancellationToken cancellationToken = default) =>
        ToDelegated(await contract.AskAsync(new StakeVault.DelegationOfCall(provider, delegator), at, cancellationToken));

    /// <summary>What many delegators have behind one provider, in their order.</summary>
    public async Task<IReadOnlyList<DelegatedStake>> GetDelegationsAsync(
        Address provider, IReadOnlyList<Address> delegators, BlockTag at = default, CancellationToken cancellationToken = default) =>
        [.. (await contract.AskManyAsync(
            [.. delegators.Select(delegator => new StakeVault.DelegationOfCall(provider, delegator))], at, cancellationToken)).Select(ToDelegated)];

    /// <summary>The shares that an amount would give now.</summary>
    public Task<BigInteger> PreviewDelegateAsync(
        Address provider, TokenAmount amount, BlockTag at = default, CancellationToken cancellationToken = default) =>
        contract.AskAsync(new StakeVault.PreviewDelegateCall(provider, amount.ToUInt256()), at, cancellationToken);

    /// <summary>What slashes owe to an agreement's consumer, without misses that nobody has counted yet.</summary>
    public Task<TokenAmount> GetCompensationAsync(
        AgreementId agreement, BlockTag at = default, CancellationToken cancellationToken = default) =>
        contract.AskAmountAsync(new StakeVault.CompensationOfCall(agreement), at, cancellationToken);

    /// <summary>As <see cref="GetCompensationAsync"/> for many agreements, in their order.</summary>
    public async Task<IReadOnlyList<TokenAmount>> GetCompensationsAsync(
        IReadOnlyList<AgreementId> agreements, BlockTag at = default, CancellationToken cancellationToken = default) =>
        [.. (await contract.AskManyAsync(
            [.. agreements.Select(agreement => new StakeVault.CompensationOfCall(agreement))], at, cancellationToken))
            .Select(amount => amount.ToToken())];

    /// <summary>The treasury's part of slashes that was not sent to it yet.</summary>
    public Task<TokenAmount> GetTreasuryDueAsync(BlockTag at = default, CancellationToken cancellationToken = default) =>
        contract.AskAmountAsync(new StakeVault.TreasuryDueCall(), at, cancellationToken);

    /// <summary>All that the vault owes to anybody.</summary>
    public Task<TokenAmount> GetTotalLiabilitiesAsync(BlockTag at = default, CancellationToken cancellationToken = default) =>
        contract.AskAmountAsync(new StakeVault.TotalLiabilitiesCall(), at, cancellationToken);

    /// <summary>Bonds tokens of the sender, a registered provider; an allowance for <see cref="Address"/> is there already.</summary>
    public TransactionRequest Stake(TokenAmount amount) => contract.Send(new StakeVault.StakeCall(amount.ToUInt256()));

    /// <summary>Bonds tokens of the sender, a registered provider, with its permit for <see cref="Address"/>.</summary>
    public TransactionRequest Stake(TokenAmount amount, TokenPermit permit) =>
        contract.Send(new StakeVault.StakeWithPermitCall(amount.ToUInt256(), permit.ToAbi()));

    /// <summary>Asks own stake back; the wait starts anew for all that is asked back.</summary>
    public TransactionRequest RequestUnstake(TokenAmount amount) => contract.Send(new StakeVault.RequestUnstakeCall(amount.ToUInt256()));

    /// <summary>Pays the sender's unbonded stake out to it.</summary>
    public TransactionRequest WithdrawUnstaked() => contract.Send(new StakeVault.WithdrawUnstakedCall());

    /// <summary>Sets what the sender, a provider, keeps of its delegators' earnings; the first time it opens the provider to them.</summary>
    /// <param name="bps">Hundredths of a percent, at most 10,000.</param>
    public TransactionRequest SetCommission(ushort bps) => contract.Send(new StakeVault.SetCommissionCall(bps));

    /// <summary>Puts tokens of the sender behind a provider.</summary>
    /// <param name="provider">Whose stake it adds to.</param>
    /// <param name="amount">Taken from the sender.</param>
    /// <param name="maxCommissionBps">The highest commission, in force or announced, that the sender would bear.</param>
    /// <param name="minShares">The fewest shares to take for it; protects against a pool that changed.</param>
    /// <param name="permit">For <see cref="Address"/>, of the sender; null to use the allowance that is there.</param>
    public TransactionRequest Delegate(
        Address provider, TokenAmount amount, ushort maxCommissionBps, BigInteger minShares, TokenPermit? permit) =>
        contract.Send(new StakeVault.DelegateCall(
            provider, amount.ToUInt256(), maxCommissionBps, minShares, permit?.ToAbi() ?? TokenPermit.None));

    /// <summary>Takes the sender's shares out of a pool; nobody can prevent it. More than there are means all.</summary>
    public TransactionRequest RequestUndelegate(Address provider, BigInteger shares) =>
        contract.Send(new StakeVault.RequestUndelegateCall(provider, shares));

    /// <summary>Holds what a delegator asked back no longer than agreements run, where one that would have run for longer was ended early.
    /// Anybody may send it.</summary>
    /// <param name="provider">Behind which it stood.</param>
    /// <param name="delegator">Whose it is.</param>
    /// <param name="all">Every agreement that holds the provider's space, in ascending order.</param>
    public TransactionRequest ShortenHold(Address provider, Address delegator, IReadOnlyList<AgreementId> all) =>
        contract.Send(new StakeVault.ShortenHoldCall(provider, delegator, all));

    /// <summary>Pays out what the sender asked back.</summary>
    public TransactionRequest WithdrawUndelegated(Address provider) => contract.Send(new StakeVault.WithdrawUndelegatedCall(provider));

    /// <summary>Pays an agreement's consumer what slashes owe it. Anybody may send it.</summary>
    public TransactionRequest ClaimCompensation(AgreementId agreement) => contract.Send(new StakeVault.ClaimCompensationCall(agreement));

    /// <summary>What a claim brought; null if the transaction claimed nothing.</summary>
    public (AgreementId Agreement, TokenAmount Amount)? ReadCompensation(TransactionReceipt receipt) =>
        EventLog.OfType<StakeVault.CompensationPaidEvent>(receipt.Logs.Where(log => log.Address == Address)).FirstOrDefault() is { Event: var paid }
            ? (paid.Agreement, paid.Amount.ToToken()) : null;

    /// <summary>Fetches what was credited to the vault in escrow. Anybody may send it.</summary>
    public TransactionRequest Collect() => contract.Send(new StakeVault.CollectCall());

    /// <summary>Sends the treasury its part of slashes. Anybody may send it.</summary>
    public TransactionRequest Sweep() => contract.Send(new StakeVault.SweepCall());

    static DelegatedStake ToDelegated(Delegation delegation) => new(
        delegation.Shares, delegation.Value.ToToken(), delegation.Undelegating.ToToken(), delegation.ReleaseEpoch, delegation.HeldUntil);

    static ProviderCommission ToCommission(Commission commission) =>
        new(commission.Open, commission.Bps, commission.NextBps, commission.NextFrom);

    static ProviderStake ToStake(Stake stake) => new(
        stake.Staked.ToToken(), stake.Unbonding.ToToken(), stake.ReleaseEpoch, stake.Delegated.ToToken(), stake.Undelegating.ToToken(),
        stake.Unvested.ToToken(), stake.Reserved);
}
