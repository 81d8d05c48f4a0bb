// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IStorageAgreements} from "../interfaces/IStorageAgreements.sol";
import {AgreementId, Epoch, GiB, ListingId} from "../types/MarketplaceTypes.sol";
import {PaymentMath} from "./PaymentMath.sol";

/// @title Agreements as they lie in storage, and as they are read
abstract contract AgreementStore is IStorageAgreements {
    /// @dev Seven words. Epochs have 40 bits: a million million of them.
    /// @param endedIn The epoch in which the state became Ended or Voided.
    /// @param settledCycles One bit for each settled billing cycle.
    struct Record {
        address consumer;
        State state;
        uint16 protocolFeeBps;
        uint40 endedIn;
        uint16 settlementGrace;
        uint16 terminationNotice;
        //
        address provider;
        uint40 start;
        uint40 end;
        uint16 billingCycle;
        //
        address dataKey;
        uint64 space;
        uint32 term;
        //
        uint128 price;
        uint64 listing;
        //
        uint128 egressPrice;
        uint128 deposited;
        //
        uint128 paid;
        uint128 refunded;
        //
        uint256 settledCycles;
    }

    /// @inheritdoc IStorageAgreements
    uint256 public override agreementCount;
    mapping(AgreementId id => Record) internal _records;

    /// @inheritdoc IStorageAgreements
    function agreement(AgreementId id) external view override returns (Agreement memory) {
        Record storage record = _records[id];
        return
            Agreement({
                consumer: record.consumer,
                provider: record.provider,
                dataKey: record.dataKey,
                state: record.state,
                listing: ListingId.wrap(record.listing),
                space: GiB.wrap(record.space),
                start: Epoch.wrap(record.start),
                end: Epoch.wrap(record.end),
                term: record.term,
                billingCycle: record.billingCycle,
                settlementGrace: record.settlementGrace,
                terminationNotice: record.terminationNotice,
                protocolFeeBps: record.protocolFeeBps,
                price: record.price,
                egressPrice: record.egressPrice,
                deposited: record.deposited,
                paid: record.paid,
                refunded: record.refunded,
                remaining: _remaining(record)
            });
    }

    /// @inheritdoc IStorageAgreements
    function cycleCount(AgreementId agreement_) external view override returns (uint64) {
        return _cycles(_known(agreement_));
    }

    /// @inheritdoc IStorageAgreements
    function isCycleSettled(AgreementId agreement_, uint64 cycle) external view override returns (bool) {
        return _isSettled(_known(agreement_), cycle);
    }

    /// @inheritdoc IStorageAgreements
    function isRunning(AgreementId agreement_) external view override returns (bool) {
        return _runs(_records[agreement_]);
    }

    function _known(AgreementId id) internal view returns (Record storage record) {
        record = _records[id];
        if (record.state == State.None) revert UnknownAgreement(id);
    }

    function _inState(AgreementId id, State state) internal view returns (Record storage record) {
        record = _known(id);
        if (record.state != state) revert WrongState(id, record.state);
    }

    /// @dev An agreement for which space is reserved.
    function _running(AgreementId id) internal view returns (Record storage record) {
        record = _known(id);
        if (!_runs(record)) revert WrongState(id, record.state);
    }

    function _runs(Record storage record) internal view returns (bool) {
        return record.state == State.Active || record.state == State.Terminated;
    }

    function _cycles(Record storage record) internal view returns (uint64) {
        if (record.end == record.start) return 0;
        return PaymentMath.cycleCount(record.start, record.end, record.billingCycle);
    }

    function _isSettled(Record storage record, uint64 cycle) internal view returns (bool) {
        return cycle < PaymentMath.MAX_CYCLES && (record.settledCycles >> cycle) & 1 == 1;
    }

    function _remaining(Record storage record) internal view returns (uint256) {
        return record.deposited - record.paid - record.refunded;
    }

    function _spaceOf(Record storage record) internal view returns (GiB) {
        return GiB.wrap(record.space);
    }

    /// @dev The last epoch in which cycles can be settled.
    function _lastSettlement(Record storage record) internal view returns (uint64) {
        return uint64(record.end) + record.settlementGrace;
    }
}
