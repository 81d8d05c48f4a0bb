// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICompensation} from "../../../contracts/interfaces/ICompensation.sol";
import {IProviderRegistry} from "../../../contracts/interfaces/IProviderRegistry.sol";
import {IStakeDelegation} from "../../../contracts/interfaces/IStakeDelegation.sol";
import {IStakeVault} from "../../../contracts/interfaces/IStakeVault.sol";
import {AgreementId} from "../../../contracts/types/MarketplaceTypes.sol";
import {MarketSteps} from "./MarketSteps.sol";

/// @title Staking, delegating, leaving and being compensated, in any order
abstract contract StakeSteps is MarketSteps {
    function stake(uint256 provider, uint256 amount) external {
        bytes memory data = abi.encodeCall(stakes.stake, (_bound(amount, 1, 50_000_000)));
        _attempt("stake", owners[provider % PROVIDERS], address(stakes), data, "");
    }

    function requestUnstake(uint256 provider, uint256 amount) external {
        bytes memory refusals = abi.encodePacked(
            IStakeVault.StakeTooSmall.selector,
            IStakeVault.MoreThanStaked.selector,
            IStakeDelegation.SelfStakeTooSmall.selector
        );
        bytes memory data = abi.encodeCall(stakes.requestUnstake, (_bound(amount, 1, 120_000_000)));
        _attempt("requestUnstake", owners[provider % PROVIDERS], address(stakes), data, refusals);
    }

    function withdrawUnstaked(uint256 provider) external {
        bytes memory refusals = abi.encodePacked(
            IStakeVault.NothingToWithdraw.selector,
            IStakeVault.StillUnbonding.selector,
            IStakeVault.StakeTooSmall.selector
        );
        bytes memory data = abi.encodeCall(stakes.withdrawUnstaked, ());
        _attempt("withdrawUnstaked", owners[provider % PROVIDERS], address(stakes), data, refusals);
    }

    function setCommission(uint256 provider, uint256 bps) external {
        bytes memory data = abi.encodeCall(stakes.setCommission, (uint16(_bound(bps, 0, 10_000))));
        _attempt("setCommission", owners[provider % PROVIDERS], address(stakes), data, "");
    }

    function delegate(uint256 delegator, uint256 provider, uint256 amount) external {
        bytes memory refusals = abi.encodePacked(IStakeDelegation.SelfStakeTooSmall.selector, IStakeDelegation.TooFewShares.selector);
        uint256 given = amount % 5 == 0 ? _bound(amount, 1, 10) : _bound(amount, 1, 200_000_000);
        bytes memory data = abi.encodeCall(stakes.delegate, (owners[provider % PROVIDERS], given, 10_000, 1, NO_PERMIT));
        _attempt("delegate", delegators[delegator % DELEGATORS], address(stakes), data, refusals);
    }

    function requestUndelegate(uint256 delegator, uint256 provider, uint256 part) external {
        address from = delegators[delegator % DELEGATORS];
        address behind = owners[provider % PROVIDERS];
        uint256 shares = stakes.delegationOf(behind, from).shares;
        bytes memory refusals = abi.encodePacked(IStakeDelegation.NothingDelegated.selector, IStakeVault.AmountIsZero.selector);
        bytes memory data = abi.encodeCall(stakes.requestUndelegate, (behind, part % 2 == 0 ? type(uint256).max : _bound(part, 0, shares)));
        _attempt("requestUndelegate", from, address(stakes), data, refusals);
    }

    function withdrawUndelegated(uint256 delegator, uint256 provider) external {
        bytes memory refusals = abi.encodePacked(
            IStakeDelegation.NothingUndelegated.selector,
            IStakeDelegation.StillUndelegating.selector,
            IStakeVault.StakeTooSmall.selector
        );
        bytes memory data = abi.encodeCall(stakes.withdrawUndelegated, (owners[provider % PROVIDERS]));
        _attempt("withdrawUndelegated", delegators[delegator % DELEGATORS], address(stakes), data, refusals);
    }

    function shortenHold(uint256 delegator, uint256 provider) external {
        provider %= PROVIDERS;
        address held = delegators[delegator % DELEGATORS];
        bytes memory data = abi.encodeCall(stakes.shortenHold, (owners[provider], held, _holdingSpace(provider)));
        _attempt("shortenHold", STRANGER, address(stakes), data, abi.encodePacked(IStakeDelegation.HeldNoLonger.selector));
    }

    function settleMisses(uint256 provider) external {
        bytes memory data = abi.encodeCall(registry.settleMisses, (owners[provider % PROVIDERS]));
        _attempt("settleMisses", STRANGER, address(registry), data, "");
    }

    function claimCompensation(uint256 agreement) external {
        uint256 id = agreement % 8 == 0 ? _anyAgreement(agreement >> 3) : _first(agreement, _isCompensated);
        if (id == 0) return;
        bytes memory data = abi.encodeCall(stakes.claimCompensation, (AgreementId.wrap(id)));
        _attempt("claimCompensation", STRANGER, address(stakes), data, abi.encodePacked(ICompensation.NothingToClaim.selector));
    }

    function sweep() external {
        bytes memory data = abi.encodeCall(stakes.sweep, ());
        _attempt("sweep", STRANGER, address(stakes), data, abi.encodePacked(IStakeVault.NothingToSweep.selector));
    }

    function collect() external {
        _attempt("collect", STRANGER, address(stakes), abi.encodeCall(stakes.collect, ()), "");
    }

    function _isCompensated(uint256 id) private view returns (bool) {
        return stakes.compensationOf(AgreementId.wrap(id)) > 0;
    }
}
