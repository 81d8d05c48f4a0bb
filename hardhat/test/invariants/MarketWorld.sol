// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMarketplaceParameters} from "../../../contracts/interfaces/IMarketplaceParameters.sol";
import {IMarketPause} from "../../../contracts/interfaces/IMarketPause.sol";
import {IStakeDelegation} from "../../../contracts/interfaces/IStakeDelegation.sol";
import {IStakeVault} from "../../../contracts/interfaces/IStakeVault.sol";
import {IStorageAgreements} from "../../../contracts/interfaces/IStorageAgreements.sol";
import {IStorageAudits} from "../../../contracts/interfaces/IStorageAudits.sol";
import {AgreementId, AuditId, Epoch, GiB} from "../../../contracts/types/MarketplaceTypes.sol";
import {SelfDealing} from "./SelfDealing.sol";
import {vm} from "./Vm.sol";

/// @title The market with all its steps, and what must always hold in it
contract MarketWorld is SelfDealing {
    /// @dev Virtual shares and floors leave at most this in a pool, in base units for each provider.
    uint256 private constant DUST = 1e7;

    address private immutable _test = msg.sender;
    uint256 private _donatedToEscrow;
    uint256 private _donatedToVault;

    /// @dev Begins with a market that is alive: running agreements with data in them.
    constructor() {
        for (uint256 i = 0; i < PROVIDERS * 2; ++i) open(i, i, 3 + i, 19, true);
        liveOn(2);
        liveOn(5);
    }

    function donate(uint256 amount, bool toEscrow) public virtual {
        amount = _bound(amount, 1, 1e15);
        if (toEscrow) _donatedToEscrow += amount;
        else _donatedToVault += amount;
        token.transfer(toEscrow ? address(escrow) : address(stakes), amount);
    }

    /// @dev Governance: other numbers within their bounds, at any time.
    function changeParameters(uint256 entropy) external {
        IMarketplaceParameters.Values memory v = _values();
        v.missSlashBps = uint16(_bound(entropy, 0, 2_000));
        v.missGraceEpochs = uint64(_bound(entropy >> 16, 0, 6));
        v.protocolFeeBps = uint16(_bound(entropy >> 32, 0, 1_000));
        v.compensationBps = uint16(_bound(entropy >> 48, 0, 9_000));
        v.auditSlashBps = uint16(_bound(entropy >> 64, 0, 10_000));
        v.auditBond = _bound(entropy >> 80, 0, 100_000);
        v.unbondingEpochs = uint64(_bound(entropy >> 96, 1, 8));
        v.settlementGrace = uint64(_bound(entropy >> 112, 1, 6));
        v.terminationNotice = uint64(_bound(entropy >> 128, 0, 3));
        v.billingCycle = uint64(_bound(entropy >> 144, 1, 5));
        _attempt("changeParameters", address(this), address(parameters), abi.encodeCall(parameters.setValues, (v)), "");
    }

    /// @dev Stops new agreements, once in a run, and lets them go on at the next call.
    function pause(uint256 entropy) external {
        bool paused = block.timestamp < parameters.pausedUntil();
        bytes memory refusals = abi.encodePacked(IMarketPause.PauseTooSoon.selector);
        if (paused) _attempt("unpause", GUARDIAN, address(parameters), abi.encodeCall(parameters.unpause, ()), "");
        else if (entropy % 4 == 0) _attempt("pause", GUARDIAN, address(parameters), abi.encodeCall(parameters.pause, ()), refusals);
    }

    /// @dev Somebody without any role orders what only a contract or an owner may: always refused.
    function trespass(uint256 choice, uint256 agreement) external {
        AgreementId id = AgreementId.wrap(_anyAgreement(agreement));
        bytes[10] memory calls = [
            abi.encodeCall(escrow.credit, (AgreementId.unwrap(id), STRANGER, 1)),
            abi.encodeCall(escrow.deposit, (AgreementId.unwrap(id), consumers[0], 1)),
            abi.encodeCall(registry.reserve, (id, owners[0], GiB.wrap(1), Epoch.wrap(1))),
            abi.encodeCall(registry.penalize, (owners[0], id, 1)),
            abi.encodeCall(stakes.slash, (owners[0], 1)),
            abi.encodeCall(stakes.slashFor, (owners[0], id, 1)),
            abi.encodeCall(stakes.addEarnings, (owners[0], 1)),
            abi.encodeCall(agreements.terminate, (id)),
            abi.encodeCall(parameters.setValues, (_values())),
            abi.encodeCall(listings.giveBack, (_listing(0, true), GiB.wrap(1)))
        ];
        address[10] memory targets = [
            address(escrow),
            address(escrow),
            address(registry),
            address(registry),
            address(stakes),
            address(stakes),
            address(stakes),
            address(agreements),
            address(parameters),
            address(listings)
        ];
        uint256 i = choice % calls.length;
        vm.startPrank(STRANGER);
        // solhint-disable-next-line avoid-low-level-calls
        (bool done, ) = targets[i].call(calls[i]);
        vm.stopPrank();
        require(!done, "a stranger was obeyed");
    }

    function checkEscrow() external view {
        uint256 held;
        uint256 count = agreements.agreementCount();
        for (uint256 id = 1; id <= count; ++id) {
            held += escrow.held(address(agreements), id) + escrow.held(address(egress), id);
        }
        for (uint256 id = 1; id <= audits.auditCount(); ++id) held += escrow.held(address(audits), id);
        uint256 credits = escrow.withdrawable(address(stakes));
        for (uint256 i = 0; i < everybody.length; ++i) credits += escrow.withdrawable(everybody[i]);
        require(held == escrow.totalHeld(), "held");
        require(credits == escrow.totalWithdrawable(), "withdrawable");
        require(token.balanceOf(address(escrow)) == held + credits + _donatedToEscrow, "balance");
    }

    function checkVault() external view {
        uint256 owed = stakes.treasuryDue();
        for (uint256 i = 0; i < PROVIDERS; ++i) {
            IStakeVault.Stake memory pots = stakes.stakeOf(owners[i]);
            owed += pots.staked + pots.unbonding + pots.delegated + pots.undelegating + pots.unvested;
        }
        for (uint256 id = 1; id <= agreements.agreementCount(); ++id) owed += stakes.compensationOf(AgreementId.wrap(id));
        uint256 has = token.balanceOf(address(stakes)) + escrow.withdrawable(address(stakes));
        require(owed <= stakes.totalLiabilities(), "more is owed than is reckoned with");
        require(has == stakes.totalLiabilities() + _donatedToVault, "balance");
    }

    function checkDeposits() external view {
        for (uint256 id = 1; id <= agreements.agreementCount(); ++id) {
            IStorageAgreements.Agreement memory item = _agreement(id);
            require(item.paid + item.refunded + item.remaining == item.deposited, "parts");
            require(item.remaining == escrow.held(address(agreements), id), "held");
            if (terminal[id] != IStorageAgreements.State.None) require(item.remaining == 0, "something is kept after the end");
        }
    }

    function checkEarnings() external view {
        uint256 count = agreements.agreementCount();
        for (uint256 id = count < RECENT ? 1 : count - RECENT + 1; id <= count; ++id) {
            IStorageAgreements.Agreement memory item = _agreement(id);
            if (item.paid == 0) continue;
            uint256 earned;
            for (Epoch epoch = item.start; epoch < item.end; epoch = epoch.plus(1)) {
                if (registry.hasProven(item.provider, epoch)) earned += agreements.rateAt(AgreementId.wrap(id), epoch);
            }
            require(item.paid <= earned, "paid for what was not proven");
        }
    }

    function checkTerminalStates() external view {
        for (uint256 id = 1; id <= agreements.agreementCount(); ++id) {
            if (terminal[id] != IStorageAgreements.State.None) require(_agreement(id).state == terminal[id], "left a terminal state");
        }
    }

    /// @dev The latest epochs alone: a seed that changed is seen in the step that changed it.
    function checkSeeds() external view {
        uint64 current = _epoch();
        for (uint64 epoch = current < 3 ? 0 : current - 3; epoch <= current; ++epoch) {
            bytes32 seed = beacon.seed(Epoch.wrap(epoch));
            require(seed == seedSeen[epoch], "another seed");
            require((seed != 0) == (beacon.sealedAt(Epoch.wrap(epoch)) != 0), "sealed without a seed");
        }
    }

    function checkReservations() external view {
        for (uint256 i = 0; i < PROVIDERS; ++i) {
            uint256 space;
            uint256[] storage ids = _agreementsOf[i];
            for (uint256 j = 0; j < ids.length; ++j) {
                if (!agreements.isRunning(AgreementId.wrap(ids[j]))) continue;
                space += _agreement(ids[j]).space.value();
                require(registry.obligedUntil(owners[i]) >= _agreement(ids[j]).end, "an agreement outlasts the duty");
            }
            require(stakes.stakeOf(owners[i]).reserved.value() == space, "reserved");
        }
    }

    function checkTrackRecords() external view {
        uint64 sealedEpochs = beacon.sealedThrough(Epoch.wrap(_epoch()));
        for (uint256 i = 0; i < PROVIDERS; ++i) {
            uint64 proven = registry.trackRecord(owners[i]).proven;
            require(proven == provenBy[i], "proven");
            require(proven + registry.trackRecord(owners[i]).missed <= sealedEpochs, "proven and missed");
        }
    }

    function checkDelegations() external view {
        for (uint256 i = 0; i < PROVIDERS; ++i) {
            uint256 value;
            uint256 undelegating;
            for (uint256 j = 0; j < DELEGATORS; ++j) {
                IStakeDelegation.Delegation memory item = stakes.delegationOf(owners[i], delegators[j]);
                value += item.value;
                undelegating += item.undelegating;
            }
            IStakeVault.Stake memory pots = stakes.stakeOf(owners[i]);
            require(value <= pots.delegated, "shares are worth more than the pool");
            require(undelegating <= pots.undelegating, "leavers are owed more than there is");
        }
    }

    /// @dev Everybody takes out what is theirs, each alone. For the test only, at the end of a run.
    function leave() public virtual {
        if (msg.sender != _test) return;
        vm.warp(block.timestamp + 400 * EPOCH);
        vm.roll(block.number + 10_000);
        for (uint256 id = 1; id <= audits.auditCount(); ++id) {
            if (audits.auditOf(AuditId.wrap(id)).state != IStorageAudits.State.Demanded) continue;
            _must("conclude", STRANGER, address(audits), abi.encodeCall(audits.conclude, (AuditId.wrap(id))));
        }
        for (uint256 id = 1; id <= agreements.agreementCount(); ++id) _leaveAgreement(id);
        for (uint256 i = 0; i < PROVIDERS; ++i) {
            for (uint256 j = 0; j < DELEGATORS; ++j) _askBack(owners[i], delegators[j]);
            uint256 staked = stakes.stakeOf(owners[i]).staked;
            if (staked > 0) _must("requestUnstake", owners[i], address(stakes), abi.encodeCall(stakes.requestUnstake, (staked)));
        }
        vm.warp(block.timestamp + 10 * EPOCH);
        for (uint256 i = 0; i < PROVIDERS; ++i) {
            for (uint256 j = 0; j < DELEGATORS; ++j) {
                if (stakes.delegationOf(owners[i], delegators[j]).undelegating == 0) continue;
                bytes memory data = abi.encodeCall(stakes.withdrawUndelegated, (owners[i]));
                _must("withdrawUndelegated", delegators[j], address(stakes), data);
            }
            if (stakes.stakeOf(owners[i]).unbonding == 0) continue;
            _must("withdrawUnstaked", owners[i], address(stakes), abi.encodeCall(stakes.withdrawUnstaked, ()));
        }
        if (stakes.treasuryDue() > 0) _must("sweep", STRANGER, address(stakes), abi.encodeCall(stakes.sweep, ()));
        stakes.collect();
        for (uint256 i = 0; i < everybody.length; ++i) {
            if (escrow.withdrawable(everybody[i]) == 0) continue;
            _must("withdraw", everybody[i], address(escrow), abi.encodeCall(escrow.withdraw, (everybody[i])));
        }
        require(token.balanceOf(address(escrow)) == _donatedToEscrow, "something is left in escrow");
        _requireFairToConsumers();
        require(token.balanceOf(address(stakes)) <= _donatedToVault + PROVIDERS * DUST, "something is left in the vault");
    }

    function _leaveAgreement(uint256 id) private {
        AgreementId key = AgreementId.wrap(id);
        if (_agreement(id).state == IStorageAgreements.State.Proposed) {
            _must("withdrawProposal", _agreement(id).consumer, address(agreements), abi.encodeCall(agreements.withdrawProposal, (key)));
        } else if (agreements.isRunning(key)) {
            _must("close", STRANGER, address(agreements), abi.encodeCall(agreements.close, (key)));
        }
        if (escrow.held(address(egress), id) > 0) {
            _must("reclaim", STRANGER, address(egress), abi.encodeCall(egress.reclaim, (key)));
        }
        if (stakes.compensationOf(key) > 0) {
            _must("claimCompensation", STRANGER, address(stakes), abi.encodeCall(stakes.claimCompensation, (key)));
        }
    }

    function _askBack(address provider, address delegator) private {
        if (stakes.delegationOf(provider, delegator).shares == 0) return;
        bytes memory data = abi.encodeCall(stakes.requestUndelegate, (provider, type(uint256).max));
        _must("requestUndelegate", delegator, address(stakes), data);
    }

    function _must(string memory step, address sender, address target, bytes memory data) private {
        _attempt(step, sender, target, data, "");
    }
}
