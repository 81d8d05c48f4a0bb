// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IAgreementEscrow} from "../interfaces/IAgreementEscrow.sol";
import {IMarketplaceParameters} from "../interfaces/IMarketplaceParameters.sol";
import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";
import {ISignatureToken} from "../interfaces/ISignatureToken.sol";
import {IStakeVault} from "../interfaces/IStakeVault.sol";
import {Permit} from "../types/MarketplaceTypes.sol";
import {EarningsVesting} from "./EarningsVesting.sol";
import {SharePool} from "./SharePool.sol";
import {SlashSplit} from "./SlashSplit.sol";

/// @title The stakes as they lie in storage, and the tokens behind them
/// @dev Everything that the vault owes is in `totalLiabilities`, which fits into 128 bits, and so does every part and every sum of parts.
/// A slash only moves it from one to another.
abstract contract StakeStore is IStakeVault, ReentrancyGuardTransient {
    using EarningsVesting for EarningsVesting.Earnings;
    using SafeCast for uint256;
    using SafeERC20 for IERC20;
    using SharePool for SharePool.Pool;
    using SlashSplit for SlashSplit.Pots;

    /// @param staked The provider's own stake.
    /// @param unbonding The provider's own, asked back.
    /// @param releaseEpoch When `unbonding` can be withdrawn.
    /// @param earnings The delegators', on their way into `delegated`; 0 while `delegated` has no shares.
    struct Account {
        uint128 staked;
        uint128 unbonding;
        uint64 releaseEpoch;
        SharePool.Pool delegated;
        SharePool.Pool undelegating;
        EarningsVesting.Earnings earnings;
    }

    uint256 internal constant BPS = 10_000;

    /// @notice The token of stakes.
    IERC20 public immutable token;
    /// @notice The market's clock and numbers.
    IMarketplaceParameters public immutable parameters;
    /// @notice Counts misses, and says what is slashed and who holds space.
    IProviderRegistry public immutable registry;
    /// @notice Holds the delegators' earnings until they are collected.
    IAgreementEscrow public immutable escrow;

    /// @inheritdoc IStakeVault
    uint256 public override treasuryDue;
    /// @inheritdoc IStakeVault
    uint256 public override totalLiabilities;
    mapping(address provider => Account) internal _accounts;

    constructor(IERC20 token_, IMarketplaceParameters parameters_, IProviderRegistry registry_, IAgreementEscrow escrow_) {
        token = token_;
        parameters = parameters_;
        registry = registry_;
        escrow = escrow_;
    }

    modifier onlyRegistry() {
        if (msg.sender != address(registry)) revert OnlyRegistry(msg.sender);
        _;
    }

    /// @dev Counts the misses of a registered provider. It comes before the vault's own lock, because what they cost is slashed here.
    modifier countingMisses(address provider) {
        registry.settleMisses(provider);
        _;
    }

    /// @dev The account with the delegators' vested earnings in their pool. To be called before anything in it changes.
    function _vest(address provider) internal returns (Account storage account) {
        account = _accounts[provider];
        // While nobody has delegated, nothing is the delegators', whatever changes.
        if (account.delegated.shares > 0) _writeShare(provider);
        uint256 amount = account.earnings.takeVested();
        if (amount > 0) account.delegated.grow(amount);
    }

    /// @dev What the last delegator leaves behind becomes the provider's own stake.
    function _keepRemainder(address provider, Account storage account) internal {
        if (account.delegated.shares > 0) return;
        uint256 amount = account.delegated.takeRemainder() + account.earnings.forfeit();
        if (amount == 0) return;
        account.staked += uint128(amount);
        emit RemainderKept(provider, amount);
    }

    /// @dev The four pots as they are now, with the earnings that have vested.
    function _potsOf(address provider) internal view returns (SlashSplit.Pots memory) {
        Account storage account = _accounts[provider];
        return
            SlashSplit.Pots({
                staked: account.staked,
                unbonding: account.unbonding,
                delegated: account.delegated.assets + account.earnings.vested(),
                undelegating: account.undelegating.assets
            });
    }

    /// @dev The four pots as they will be once the misses that nobody has counted yet are.
    function _potsAfterMisses(address provider) internal view returns (SlashSplit.Pots memory pots) {
        pots = _potsOf(provider);
        SlashSplit.Pots memory lost = pots.split(registry.pendingSlash(provider));
        pots.staked -= lost.staked;
        pots.unbonding -= lost.unbonding;
        pots.delegated -= lost.delegated;
        pots.undelegating -= lost.undelegating;
    }

    /// @dev To be asked after a withdrawal is written: what remains has to cover what agreements hold, whatever became of the rest.
    function _requireStillCovered(address provider) internal view {
        uint256 left = _potsOf(provider).total();
        uint256 required = _required(provider);
        if (left < required) revert StakeTooSmall(provider, left, required);
    }

    /// @dev The stake that the provider's reservations need.
    function _required(address provider) internal view returns (uint256) {
        return parameters.stakePerGiB() * _reserved(provider);
    }

    /// @dev Writes down the delegators' part of the earnings until now. To be called before stake, delegations or commission change.
    function _writeShare(address provider) internal virtual;

    /// @dev GiB that agreements hold of the provider.
    function _reserved(address provider) internal view virtual returns (uint64);

    /// @dev Whoever saw the permit may have used it already; then the allowance is there, and otherwise the transfer says what is wrong.
    function _usePermit(Permit calldata permit) internal {
        if (permit.value == 0) return;
        try ISignatureToken(address(token)).permit(msg.sender, address(this), permit.value, permit.deadline, permit.signature) {} catch {}
    }

    /// @dev Everything that is added to anything here was owed first.
    function _owe(uint256 amount) internal {
        totalLiabilities = (totalLiabilities + amount).toUint128();
    }

    function _noLongerOwe(uint256 amount) internal {
        totalLiabilities -= amount;
    }

    /// @dev To be called last: takes tokens of the sender that are accounted for already.
    function _receive(uint256 amount) internal {
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(msg.sender, address(this), amount);
        _requireReceived(amount, before);
    }

    /// @dev To be called last: sends tokens that are no liability any more, and fetches earnings from escrow if it needs them.
    function _send(address to, uint256 amount) internal {
        if (token.balanceOf(address(this)) < amount) _collect();
        token.safeTransfer(to, amount);
    }

    function _collect() internal returns (uint256 amount) {
        if (escrow.withdrawable(address(this)) == 0) return 0;
        uint256 before = token.balanceOf(address(this));
        amount = escrow.withdraw(address(this));
        _requireReceived(amount, before);
    }

    function _requireReceived(uint256 amount, uint256 before) private view {
        uint256 received = token.balanceOf(address(this)) - before;
        if (received != amount) revert UnexpectedTransferAmount(amount, received);
    }
}
