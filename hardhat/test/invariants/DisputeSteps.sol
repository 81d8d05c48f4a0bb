// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDeclaredLosses} from "../../../contracts/interfaces/IDeclaredLosses.sol";
import {IEgressVouchers} from "../../../contracts/interfaces/IEgressVouchers.sol";
import {IStorageAgreements} from "../../../contracts/interfaces/IStorageAgreements.sol";
import {IStorageAudits} from "../../../contracts/interfaces/IStorageAudits.sol";
import {AgreementId, AuditId} from "../../../contracts/types/MarketplaceTypes.sol";
import {SmallTrees} from "./SmallTrees.sol";
import {StakeSteps} from "./StakeSteps.sol";
import {vm} from "./Vm.sol";

/// @title Audits, declared losses and payment for reading, in any order
abstract contract DisputeSteps is StakeSteps {
    mapping(uint256 agreement => uint256) private _vouched;

    /// @param reply Whether the provider answers at once, supersedes with new contents, or waits.
    function demandAudit(uint256 agreement, uint256 who, uint256 reply) external {
        uint256 id = _first(agreement, who % 8 == 0 ? _holdsData : _holdsDataAndRuns);
        if (id == 0) return;
        SmallTrees.Content memory item = _contents[id];
        uint256 provider = _ownerIndex(_agreement(id).provider);
        bytes memory countersignature = _sign(_operatorKeys[provider], id, item);
        bytes memory data = abi.encodeCall(
            audits.demand,
            (AgreementId.wrap(id), _revision(item), item.signature, countersignature, 0, NO_PERMIT)
        );
        bytes memory refusals = abi.encodePacked(
            IStorageAudits.AgreementNotRunning.selector,
            IStorageAudits.AuditOpen.selector,
            IStorageAudits.TooLateToAudit.selector
        );
        (bool demanded, ) = _attempt("demandAudit", consumers[who % CONSUMERS], address(audits), data, refusals);
        if (demanded && reply % 3 == 0) _answer(audits.auditCount());
        if (demanded && reply % 3 == 1) {
            _revise(id, keccak256(abi.encode(reply)));
            _supersede(audits.auditCount());
        }
    }

    function answerAudit(uint256 audit) external {
        uint256 id = _anyAudit(audit);
        if (id != 0) _answer(id);
    }

    function _answer(uint256 id) private {
        IStorageAudits.Audit memory item = audits.auditOf(AuditId.wrap(id));
        uint256 agreement = AgreementId.unwrap(item.agreement);
        bytes memory leafPart = SmallTrees.leafPart(_history[agreement][item.revision.number]);
        bytes memory data = abi.encodeCall(audits.answer, (AuditId.wrap(id), leafPart));
        bytes memory refusals = abi.encodePacked(IStorageAudits.AuditNotOpen.selector, IStorageAudits.DeadlinePassed.selector);
        _attempt("answerAudit", STRANGER, address(audits), data, refusals);
    }

    function supersedeAudit(uint256 audit) external {
        uint256 id = _anyAudit(audit);
        if (id != 0) _supersede(id);
    }

    function _supersede(uint256 id) private {
        IStorageAudits.Audit memory item = audits.auditOf(AuditId.wrap(id));
        SmallTrees.Content memory newer = _contents[AgreementId.unwrap(item.agreement)];
        IStorageAgreements.Agreement memory rented = agreements.agreement(item.agreement);
        bytes memory data = abi.encodeCall(audits.supersede, (AuditId.wrap(id), _revision(newer), newer.signature));
        bytes memory refusals = abi.encodePacked(
            IStorageAudits.AuditNotOpen.selector,
            IStorageAudits.DeadlinePassed.selector,
            IStorageAudits.NotNewer.selector,
            IStorageAgreements.WrongState.selector
        );
        _attempt("supersedeAudit", rented.provider, address(audits), data, refusals);
    }

    /// @param late Whether to wait for the deadline first.
    function concludeAudit(uint256 audit, bool late) external {
        uint256 id = _anyAudit(audit);
        if (id == 0) return;
        uint256 deadline = audits.auditOf(AuditId.wrap(id)).deadline;
        if (late && block.timestamp <= deadline) vm.warp(deadline + 1);
        bytes memory refusals = abi.encodePacked(IStorageAudits.AuditNotOpen.selector, IStorageAudits.DeadlineNotPassed.selector);
        _attempt("concludeAudit", STRANGER, address(audits), abi.encodeCall(audits.conclude, (AuditId.wrap(id))), refusals);
        _note(AgreementId.unwrap(audits.auditOf(AuditId.wrap(id)).agreement));
    }

    function declareLoss(uint256 agreement, uint256 weight) external {
        uint256 id = _first(agreement, weight % 8 == 0 ? _holdsData : _holdsDataAndRuns);
        if (id == 0) return;
        SmallTrees.Content memory item = _contents[id];
        bytes32 node = SmallTrees.dataRoot(1, item.salt);
        bytes memory data = abi.encodeCall(losses.declare, (AgreementId.wrap(id), item.revision, node, uint64(_bound(weight, 1, 3))));
        bytes memory refusals = abi.encodePacked(IDeclaredLosses.AgreementNotRunning.selector, IDeclaredLosses.AlreadyDeclared.selector);
        _attempt("declareLoss", _agreement(id).provider, address(losses), data, refusals);
    }

    /// @param renewed Whether the consumer signed new contents first.
    function cureLoss(uint256 agreement, bool renewed) external {
        uint256 id = _first(agreement, _hasLoss);
        if (id == 0) return;
        if (renewed && _isRunning(id)) _revise(id, keccak256(abi.encode(agreement)));
        SmallTrees.Content memory item = _contents[id];
        bytes memory data = abi.encodeCall(losses.cure, (AgreementId.wrap(id), _revision(item), item.signature));
        bytes memory refusals = abi.encodePacked(
            IDeclaredLosses.NothingToCure.selector,
            IDeclaredLosses.RevisionStillLossy.selector,
            IStorageAgreements.WrongState.selector
        );
        _attempt("cureLoss", _agreement(id).provider, address(losses), data, refusals);
    }

    function depositEgress(uint256 agreement, uint256 amount) external {
        uint256 id = _anyAgreement(agreement);
        if (id == 0) return;
        (AgreementId[] memory ids, uint256[] memory amounts) = (new AgreementId[](1), new uint256[](1));
        (ids[0], amounts[0]) = (AgreementId.wrap(id), _bound(amount, 1, 1_000_000));
        bytes memory data = abi.encodeCall(egress.deposit, (ids, amounts, NO_PERMIT));
        _attempt("depositEgress", _agreement(id).consumer, address(egress), data, abi.encodePacked(IEgressVouchers.WrongState.selector));
    }

    function redeemEgress(uint256 agreement, uint256 amount) external {
        uint256 id = _first(agreement, _hasEgressDeposit);
        if (id == 0) return;
        _vouched[id] += _bound(amount, 1, 300_000);
        uint256 key = _dataKeys[_consumerIndex(_agreement(id).consumer)];
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, egress.voucherDigest(AgreementId.wrap(id), _vouched[id]));
        bytes memory data = abi.encodeCall(egress.redeem, (AgreementId.wrap(id), _vouched[id], abi.encodePacked(r, s, v)));
        bytes memory refusals = abi.encodePacked(IEgressVouchers.NothingToRedeem.selector, IEgressVouchers.WrongState.selector);
        _attempt("redeemEgress", STRANGER, address(egress), data, refusals);
    }

    function reclaimEgress(uint256 agreement) external {
        uint256 id = _first(agreement, _hasEgressDeposit);
        if (id == 0) return;
        bytes memory data = abi.encodeCall(egress.reclaim, (AgreementId.wrap(id)));
        bytes memory refusals = abi.encodePacked(
            IEgressVouchers.NothingToReclaim.selector,
            IEgressVouchers.RedemptionOpen.selector,
            IEgressVouchers.WrongState.selector
        );
        _attempt("reclaimEgress", STRANGER, address(egress), data, refusals);
    }

    /// @dev An open one of the newest, or whichever was chosen where none is open.
    function _anyAudit(uint256 choice) private view returns (uint256 id) {
        uint256 count = audits.auditCount();
        uint256 recent = count < 6 ? count : 6;
        for (uint256 i = 0; i < recent; ++i) {
            id = count - (((choice % recent) + i) % recent);
            if (audits.auditOf(AuditId.wrap(id)).state == IStorageAudits.State.Demanded) return id;
        }
    }

    function _hasEgressDeposit(uint256 id) private view returns (bool) {
        return escrow.held(address(egress), id) > 0;
    }

    function _hasLoss(uint256 id) private view returns (bool suspended) {
        (, suspended) = losses.lossOf(AgreementId.wrap(id));
    }

    function _holdsData(uint256 id) private view returns (bool) {
        return _contents[id].weight > 0;
    }

    function _holdsDataAndRuns(uint256 id) private view returns (bool) {
        return _holdsData(id) && _isRunning(id);
    }
}
