// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IAgreementEscrow} from "../interfaces/IAgreementEscrow.sol";
import {IMarketplaceParameters} from "../interfaces/IMarketplaceParameters.sol";
import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";
import {IStakeVault} from "../interfaces/IStakeVault.sol";
import {IStorageAgreements} from "../interfaces/IStorageAgreements.sol";
import {AgreementId, Epoch, GiB, Permit} from "../types/MarketplaceTypes.sol";
import {Compensation} from "./Compensation.sol";
import {EarningsVesting} from "./EarningsVesting.sol";
import {SharePool} from "./SharePool.sol";
import {SlashSplit} from "./SlashSplit.sol";
import {StakeDelegation} from "./StakeDelegation.sol";
import {StakeStore} from "./StakeStore.sol";

/// @title Holds all stake, and shares out what is slashed
/// @notice See IStakeVault.
contract StakeVault is Compensation, StakeDelegation {
    using EarningsVesting for EarningsVesting.Earnings;
    using SharePool for SharePool.Pool;
    using SlashSplit for SlashSplit.Pots;

    constructor(
        IERC20 token_,
        IMarketplaceParameters parameters_,
        IProviderRegistry registry_,
        IAgreementEscrow escrow_,
        IStorageAgreements agreements_,
        address egress_
    ) StakeStore(token_, parameters_, registry_, escrow_) Compensation(agreements_) StakeDelegation(egress_) {}

    /// @inheritdoc IStakeVault
    function stake(uint256 amount) external override countingMisses(msg.sender) nonReentrant {
        _stake(amount);
    }

    /// @inheritdoc IStakeVault
    function stakeWithPermit(uint256 amount, Permit calldata permit) external override countingMisses(msg.sender) nonReentrant {
        _usePermit(permit);
        _stake(amount);
    }

    /// @inheritdoc IStakeVault
    function requestUnstake(uint256 amount) external override countingMisses(msg.sender) nonReentrant {
        if (amount == 0) revert AmountIsZero();
        Account storage account = _vest(msg.sender);
        if (amount > account.staked) revert MoreThanStaked(msg.sender, account.staked, amount);
        account.staked -= uint128(amount);
        account.unbonding += uint128(amount);
        account.releaseEpoch = parameters.currentEpoch().plus(parameters.values().unbondingEpochs).number();
        _requireCover(account);
        emit UnstakeRequested(msg.sender, amount, Epoch.wrap(account.releaseEpoch));
    }

    /// @inheritdoc IStakeVault
    function withdrawUnstaked() external override countingMisses(msg.sender) nonReentrant {
        Account storage account = _accounts[msg.sender];
        uint256 amount = account.unbonding;
        if (amount == 0) revert NothingToWithdraw(msg.sender);
        Epoch current = parameters.currentEpoch();
        if (current.number() < account.releaseEpoch) {
            revert StillUnbonding(msg.sender, Epoch.wrap(account.releaseEpoch), current);
        }

        account.unbonding = 0;
        account.releaseEpoch = 0;
        _requireStillCovered(msg.sender);
        _noLongerOwe(amount);
        emit Unstaked(msg.sender, amount);
        _send(msg.sender, amount);
    }

    /// @inheritdoc IStakeVault
    function slash(address provider, uint256 amount) external override onlyRegistry nonReentrant returns (uint256) {
        SlashSplit.Pots memory parts = _partsOf(provider, amount);
        return _slash(provider, parts, _compensate(provider, parts.staked + parts.unbonding));
    }

    /// @inheritdoc IStakeVault
    function slashFor(
        address provider,
        AgreementId agreement,
        uint256 amount
    ) external override onlyRegistry nonReentrant returns (uint256) {
        SlashSplit.Pots memory parts = _partsOf(provider, amount);
        return _slash(provider, parts, _award(provider, agreement, parts.staked + parts.unbonding));
    }

    /// @inheritdoc IStakeVault
    function sweep() external override nonReentrant returns (uint256 amount) {
        amount = treasuryDue;
        if (amount == 0) revert NothingToSweep();
        address treasury = parameters.treasury();
        treasuryDue = 0;
        _noLongerOwe(amount);
        emit Swept(treasury, amount);
        _send(treasury, amount);
    }

    /// @inheritdoc IStakeVault
    function stakeOf(address provider) external view override returns (Stake memory) {
        Account storage account = _accounts[provider];
        SlashSplit.Pots memory left = _potsAfterMisses(provider);
        return
            Stake({
                staked: left.staked,
                unbonding: left.unbonding,
                releaseEpoch: Epoch.wrap(account.releaseEpoch),
                delegated: left.delegated,
                undelegating: left.undelegating,
                unvested: left.delegated == 0 ? 0 : account.earnings.unvested - account.earnings.vested(),
                reserved: GiB.wrap(_reserved(provider))
            });
    }

    /// @inheritdoc IStakeVault
    function slashable(address provider) external view override returns (uint256) {
        return _potsOf(provider).total();
    }

    function _stake(uint256 amount) private {
        if (amount == 0) revert AmountIsZero();
        Account storage account = _vest(msg.sender);
        _owe(amount);
        account.staked += uint128(amount);
        emit Staked(msg.sender, amount);
        _receive(amount);
    }

    /// @dev The sender's own stake, after a part of it was asked back. A provider that nobody rents from can always leave: nothing can be
    /// slashed while it has no agreements, and whoever delegates to it must not be able to hold it.
    function _requireCover(Account storage account) private view {
        uint256 required = _required(msg.sender);
        uint256 left = account.staked + account.delegated.assets;
        if (left < required) revert StakeTooSmall(msg.sender, left, required);
        if (_reserved(msg.sender) > 0 && account.delegated.shares > 0) {
            _requireSelfStake(msg.sender, account.staked, account.delegated.assets);
        }
    }

    /// @dev What a slash of `amount` takes from each pot.
    function _partsOf(address provider, uint256 amount) private returns (SlashSplit.Pots memory) {
        _vest(provider);
        return _potsOf(provider).split(amount);
    }

    /// @param compensation What consumers get of the provider's own part, and of that alone: whoever rents from itself would else be paid
    /// with its delegators' stake.
    function _slash(address provider, SlashSplit.Pots memory parts, uint256 compensation) private returns (uint256 taken) {
        taken = parts.total();
        if (taken == 0) return 0;
        Account storage account = _accounts[provider];
        account.staked -= uint128(parts.staked);
        account.unbonding -= uint128(parts.unbonding);
        uint256 orphaned = 0;
        if (account.delegated.slash(parts.delegated)) {
            orphaned = account.earnings.forfeit();
            emit PoolWipedOut(provider, orphaned);
        }
        if (account.undelegating.slash(parts.undelegating)) emit PoolWipedOut(provider, 0);
        treasuryDue += taken - compensation + orphaned;
        emit StakeSlashed(provider, parts.staked, parts.unbonding, parts.delegated, parts.undelegating, compensation);
    }

    function _isAgreements(address caller) internal view override returns (bool) {
        return caller == address(agreements);
    }
}
