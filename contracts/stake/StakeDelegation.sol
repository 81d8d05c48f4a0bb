// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {IStakeDelegation} from "../interfaces/IStakeDelegation.sol";
import {IStakeVault} from "../interfaces/IStakeVault.sol";
import {AgreementId, Epoch, Permit} from "../types/MarketplaceTypes.sol";
import {EarningsVesting} from "./EarningsVesting.sol";
import {ShareHistory} from "./ShareHistory.sol";
import {SharePool} from "./SharePool.sol";
import {SlashSplit} from "./SlashSplit.sol";
import {StakeStore} from "./StakeStore.sol";

/// @title Stake of others behind a provider
/// @notice See IStakeDelegation.
abstract contract StakeDelegation is StakeStore {
    using EarningsVesting for EarningsVesting.Earnings;
    using ShareHistory for Checkpoints.Trace208;
    using SharePool for SharePool.Pool;

    /// @param staying Shares of the provider's pool.
    /// @param leaving Shares of the pool of what was asked back.
    /// @param releaseEpoch When `leaving` can be withdrawn, if the rest covers the reservations.
    /// @param heldUntil The last epoch in which it is held for them.
    struct Delegator {
        SharePool.Holding staying;
        SharePool.Holding leaving;
        uint64 releaseEpoch;
        uint64 heldUntil;
    }

    /// @notice Epochs over which earnings vest.
    uint64 public constant EARNINGS_VESTING = 30;

    /// @notice EgressVouchers, which pays earnings besides StorageAgreements.
    address public immutable egress;
    /// @dev EARNINGS_VESTING in seconds.
    uint64 private immutable _vestingPeriod;

    mapping(address provider => Commission) private _commissions;
    mapping(address provider => mapping(address delegator => Delegator)) private _delegators;
    mapping(address provider => Checkpoints.Trace208) private _shares;

    constructor(address egress_) {
        egress = egress_;
        _vestingPeriod = EARNINGS_VESTING * parameters.epochLength();
    }

    /// @inheritdoc IStakeDelegation
    function setCommission(uint16 bps) external override countingMisses(msg.sender) {
        if (bps > BPS) revert CommissionTooHigh(bps, BPS);
        Epoch current = parameters.currentEpoch();
        _vest(msg.sender);
        Commission memory commission = commissionOf(msg.sender);
        commission.nextBps = bps;
        if (_accounts[msg.sender].delegated.shares == 0) {
            commission.open = true;
            commission.bps = bps;
            commission.nextFrom = Epoch.wrap(0);
            emit CommissionSet(msg.sender, bps, current);
        } else {
            commission.nextFrom = current.plus(parameters.values().commissionNotice);
            emit CommissionSet(msg.sender, bps, commission.nextFrom);
        }
        _commissions[msg.sender] = commission;
    }

    /// @inheritdoc IStakeDelegation
    function delegate(
        address provider,
        uint256 amount,
        uint16 maxCommissionBps,
        uint256 minShares,
        Permit calldata permit
    ) external override countingMisses(provider) nonReentrant returns (uint256 shares) {
        if (amount == 0) revert AmountIsZero();
        _requireCommissionWithin(provider, maxCommissionBps);
        _owe(amount);
        // The first delegation ends a time in which nothing was the delegators'; of any other, _vest writes it down.
        if (_accounts[provider].delegated.shares == 0) _writeShare(provider);
        Account storage account = _vest(provider);
        shares = account.delegated.mint(_delegators[provider][msg.sender].staying, amount);
        if (shares < minShares || shares == 0) revert TooFewShares(shares, Math.max(minShares, 1));
        _requireSelfStake(provider, account.staked, account.delegated.assets);
        emit Delegated(provider, msg.sender, amount, shares);
        _usePermit(permit);
        _receive(amount);
    }

    /// @inheritdoc IStakeDelegation
    function requestUndelegate(address provider, uint256 shares) external override countingMisses(provider) nonReentrant {
        Account storage account = _vest(provider);
        Delegator storage delegator = _delegators[provider][msg.sender];
        shares = Math.min(shares, account.delegated.sharesOf(delegator.staying));
        if (shares == 0) revert NothingDelegated(provider, msg.sender);

        uint256 amount = account.delegated.burn(delegator.staying, shares);
        account.undelegating.mint(delegator.leaving, amount);
        delegator.releaseEpoch = parameters.currentEpoch().plus(parameters.values().unbondingEpochs).number();
        delegator.heldUntil = registry.obligedUntil(provider).number();
        _keepRemainder(provider, account);
        emit UndelegateRequested(provider, msg.sender, shares, amount, Epoch.wrap(delegator.releaseEpoch), Epoch.wrap(delegator.heldUntil));
    }

    /// @inheritdoc IStakeDelegation
    function withdrawUndelegated(address provider) external override countingMisses(provider) nonReentrant {
        Account storage account = _vest(provider);
        Delegator storage delegator = _delegators[provider][msg.sender];
        uint256 shares = account.undelegating.sharesOf(delegator.leaving);
        if (shares == 0) revert NothingUndelegated(provider, msg.sender);
        Epoch current = parameters.currentEpoch();
        if (current.number() < delegator.releaseEpoch) {
            revert StillUndelegating(provider, msg.sender, Epoch.wrap(delegator.releaseEpoch), current);
        }

        uint256 amount = account.undelegating.burn(delegator.leaving, shares);
        // Later agreements were only taken where the stake of those who stayed covered them.
        if (current.number() <= delegator.heldUntil) _requireStillCovered(provider);
        (delegator.releaseEpoch, delegator.heldUntil) = (0, 0);
        _noLongerOwe(amount);
        emit Undelegated(provider, msg.sender, amount);
        _send(msg.sender, amount);
    }

    /// @inheritdoc IStakeDelegation
    function shortenHold(address provider, address delegator, AgreementId[] calldata all) external override {
        registry.shortenObligation(provider, all);
        Delegator storage holder = _delegators[provider][delegator];
        // An audit that was demanded before an agreement was ended early can end after it.
        uint64 audited = uint64(Math.ceilDiv(parameters.values().auditWindow, parameters.epochLength()));
        Epoch until = registry.obligedUntil(provider).plus(audited);
        // Agreements that were taken since can last longer, and do not hold it.
        if (until.number() >= holder.heldUntil) revert HeldNoLonger(provider, delegator, Epoch.wrap(holder.heldUntil));
        holder.heldUntil = until.number();
        emit HoldShortened(provider, delegator, until);
    }

    /// @inheritdoc IStakeDelegation
    function addEarnings(address provider, uint256 amount) external override nonReentrant {
        if (msg.sender != egress && !_isAgreements(msg.sender)) revert OnlyPayers(msg.sender);
        if (amount == 0) revert AmountIsZero();
        _owe(amount);
        Account storage account = _vest(provider);
        if (account.delegated.shares == 0) {
            // Who earned it is gone. The provider's it cannot be: it would gain by waiting until then, or by being slashed.
            treasuryDue += amount;
            emit EarningsOrphaned(provider, amount);
            return;
        }
        emit EarningsAdded(provider, amount, account.earnings.add(amount, _vestingPeriod));
    }

    /// @inheritdoc IStakeDelegation
    function collect() external override nonReentrant returns (uint256) {
        return _collect();
    }

    /// @inheritdoc IStakeDelegation
    function earningsShare(address provider, uint256 net, Epoch from, Epoch to) external view override returns (uint256) {
        if (from >= to) revert NoEpochs(from, to);
        ShareHistory.Live memory live = _liveShare(provider);
        Checkpoints.Trace208 storage history = _shares[provider];
        uint256 sum = history.sumBefore(live, uint48(to.number())) - history.sumBefore(live, uint48(from.number()));
        return Math.mulDiv(net, sum, uint256(to.number() - from.number()) << ShareHistory.SCALE_BITS);
    }

    /// @inheritdoc IStakeDelegation
    function commissionOf(address provider) public view override returns (Commission memory commission) {
        commission = _commissions[provider];
        if (commission.nextFrom.number() == 0 || parameters.currentEpoch() < commission.nextFrom) return commission;
        commission.bps = commission.nextBps;
        commission.nextFrom = Epoch.wrap(0);
    }

    /// @inheritdoc IStakeDelegation
    function delegationOf(address provider, address delegator) external view override returns (Delegation memory delegation) {
        Account storage account = _accounts[provider];
        Delegator storage holder = _delegators[provider][delegator];
        SlashSplit.Pots memory left = _potsAfterMisses(provider);
        delegation.shares = account.delegated.sharesOf(holder.staying);
        delegation.value = SharePool.toAssets(delegation.shares, left.delegated, account.delegated.shares);
        uint256 leaving = account.undelegating.sharesOf(holder.leaving);
        delegation.undelegating = SharePool.toAssets(leaving, left.undelegating, account.undelegating.shares);
        delegation.releaseEpoch = Epoch.wrap(holder.releaseEpoch);
        delegation.heldUntil = Epoch.wrap(holder.heldUntil);
    }

    /// @inheritdoc IStakeDelegation
    function previewDelegate(address provider, uint256 amount) external view override returns (uint256) {
        return SharePool.toShares(amount, _potsAfterMisses(provider).delegated, _accounts[provider].delegated.shares);
    }

    /// @inheritdoc IStakeVault
    function cover(address provider) public view override returns (uint256) {
        uint256 staked = _accounts[provider].staked;
        uint256 delegated = _potsOf(provider).delegated;
        if (delegated == 0) return staked;
        uint256 minSelfStakeBps = parameters.values().minSelfStakeBps;
        if (minSelfStakeBps == 0) return staked + delegated;
        // Rounds down: in favour of those whom the stake protects.
        return Math.min(staked + delegated, (staked * BPS) / minSelfStakeBps);
    }

    /// @dev The own part of a provider's stake, rounded up, in favour of the delegators.
    function _requireSelfStake(address provider, uint256 staked, uint256 delegated) internal view {
        uint256 required = Math.ceilDiv((staked + delegated) * parameters.values().minSelfStakeBps, BPS);
        if (staked < required) revert SelfStakeTooSmall(provider, staked, required);
    }

    function _writeShare(address provider) internal override {
        _shares[provider].write(_liveShare(provider), uint48(parameters.currentEpoch().number()));
    }

    function _isAgreements(address caller) internal view virtual returns (bool);

    /// @dev As stake and delegations were written last: what vested since is counted with the next thing that happens to them.
    function _liveShare(address provider) private view returns (ShareHistory.Live memory) {
        uint256 staked = _accounts[provider].staked;
        uint256 delegated = _accounts[provider].delegated.assets;
        Commission storage commission = _commissions[provider];
        uint256 part = ShareHistory.part(staked, delegated, commission.bps);
        if (commission.nextFrom.number() == 0) return ShareHistory.Live(part, part, 0);
        uint48 turn = uint48(commission.nextFrom.number());
        return ShareHistory.Live(part, ShareHistory.part(staked, delegated, commission.nextBps), turn);
    }

    function _requireCommissionWithin(address provider, uint16 limit) private view {
        Commission memory commission = commissionOf(provider);
        if (!commission.open) revert DelegationClosed(provider);
        uint16 highest = commission.bps > commission.nextBps ? commission.bps : commission.nextBps;
        if (highest > limit) revert CommissionAboveLimit(provider, highest, limit);
    }
}
