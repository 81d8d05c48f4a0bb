// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IStorageAudits} from "../interfaces/IStorageAudits.sol";
import {AgreementId, AuditId, Revision} from "../types/MarketplaceTypes.sol";

/// @title Audits as they lie in storage, and as they are read
abstract contract AuditStore is IStorageAudits {
    using SafeCast for uint256;

    /// @dev Five words. A bond is below 2^96 by the bounds of the parameters.
    /// @param number, weight, dataRoot The audited revision.
    struct Record {
        address auditor;
        uint96 bond;
        //
        uint64 demandedAt;
        uint64 deadline;
        uint64 number;
        uint64 weight;
        //
        bytes32 dataRoot;
        //
        uint128 agreement;
        uint64 leaf;
        State state;
        //
        uint256 penalty;
    }

    /// @inheritdoc IStorageAudits
    uint256 public override auditCount;
    mapping(AuditId audit => Record) private _records;
    /// @inheritdoc IStorageAudits
    mapping(AgreementId agreement => mapping(address auditor => AuditId)) public override openAudit;
    /// @dev The newest revision that superseded an audited one.
    mapping(AgreementId agreement => Revision) internal _superseding;
    /// @dev What the failed audits of an agreement were slashed for.
    mapping(AgreementId agreement => uint256) private _charged;

    /// @inheritdoc IStorageAudits
    function auditOf(AuditId audit) external view override returns (Audit memory) {
        Record storage record = _records[audit];
        return
            Audit({
                agreement: _agreementOf(record),
                auditor: record.auditor,
                state: record.state,
                leaf: record.leaf,
                demandedAt: record.demandedAt,
                deadline: record.deadline,
                revision: _revisionOf(record),
                bond: record.bond,
                penalty: record.penalty
            });
    }

    function _add(Audit memory item) internal returns (AuditId audit) {
        audit = AuditId.wrap(++auditCount);
        _records[audit] = Record({
            auditor: item.auditor,
            bond: item.bond.toUint96(),
            demandedAt: item.demandedAt,
            deadline: item.deadline,
            number: item.revision.number,
            weight: item.revision.weight,
            dataRoot: item.revision.dataRoot,
            agreement: AgreementId.unwrap(item.agreement).toUint128(),
            leaf: item.leaf,
            state: item.state,
            penalty: item.penalty
        });
        openAudit[item.agreement][item.auditor] = audit;
    }

    function _close(AuditId audit, State state) internal {
        Record storage record = _records[audit];
        record.state = state;
        openAudit[_agreementOf(record)][record.auditor] = AuditId.wrap(0);
    }

    /// @dev Never goes back: several audits can be superseded in any order.
    function _acknowledge(AgreementId agreement, Revision calldata revision) internal {
        if (revision.number > _superseding[agreement].number) _superseding[agreement] = revision;
    }

    /// @dev What is still to be slashed for a failed audit, so that of several one agreement is slashed for the dearest alone.
    function _charge(AgreementId agreement, uint256 penalty) internal returns (uint256 due) {
        uint256 charged = _charged[agreement];
        if (penalty <= charged) return 0;
        _charged[agreement] = penalty;
        return penalty - charged;
    }

    function _open(AuditId audit) internal view returns (Record storage record) {
        record = _records[audit];
        if (record.state == State.None) revert UnknownAudit(audit);
        if (record.state != State.Demanded) revert AuditNotOpen(audit, record.state);
    }

    function _requireNoneOpen(AgreementId agreement, address auditor) internal view {
        AuditId audit = openAudit[agreement][auditor];
        if (AuditId.unwrap(audit) != 0) revert AuditOpen(agreement, audit);
    }

    function _agreementOf(Record storage record) internal view returns (AgreementId) {
        return AgreementId.wrap(record.agreement);
    }

    function _revisionOf(Record storage record) internal view returns (Revision memory) {
        return Revision(record.number, record.dataRoot, record.weight);
    }
}
