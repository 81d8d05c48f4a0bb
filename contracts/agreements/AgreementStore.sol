// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IStorageAgreements} from "../interfaces/IStorageAgreements.sol";
import {AgreementId, Epoch, GiB, ListingId} from "../types/MarketplaceTypes.sol";
import {PaymentMath} from "./PaymentMath.sol";
import {RateSchedule} from "./RateSchedule.sol";

/// @title Agreements as they lie in storage, and as they are read
abstract contract AgreementStore is IStorageAgreements {
    using RateSchedule for RateSchedule.Step[];

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
    /// @dev Empty as long as every epoch costs price x space.
    mapping(AgreementId id => RateSchedule.Step[]) internal _steps;

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
    function rateAt(AgreementId agreement_, Epoch epoch) external view override returns (uint256) {
        Record storage record = _known(agreement_);
        if (epoch.number() < record.start || epoch.number() >= record.end) return 0;
        return _segments(agreement_, record, epoch.number(), epoch.number() + 1)[0].rate;
    }

    /// @inheritdoc IStorageAgreements
    function rateSteps(AgreementId agreement_) external view override returns (RateStep[] memory steps) {
        Record storage record = _known(agreement_);
        if (record.end == record.start) return steps;
        RateSchedule.Segment[] memory segments = _segments(agreement_, record, record.start, record.end);
        steps = new RateStep[](segments.length);
        for (uint256 i = 0; i < segments.length; ++i) {
            steps[i] = RateStep(Epoch.wrap(segments[i].from), segments[i].rate);
        }
    }

    /// @inheritdoc IStorageAgreements
    function isRunning(AgreementId agreement_) external view override returns (bool) {
        return _runs(_records[agreement_]);
    }

    function _known(AgreementId id) internal view returns (Record storage record) {
        record = _records[id];
        if (record.state == State.None) revert UnknownAgreement(id);
    }

    function _requireState(AgreementId id, Record storage record, State state) internal view {
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

    /// @dev The stretches of one rate in [from, to), which lies within the agreement's term.
    function _segments(
        AgreementId id,
        Record storage record,
        uint64 from,
        uint64 to
    ) internal view returns (RateSchedule.Segment[] memory segments) {
        RateSchedule.Step[] storage steps = _steps[id];
        if (steps.length > 0) return steps.between(from, to);
        segments = new RateSchedule.Segment[](1);
        segments[0] = RateSchedule.Segment(from, to, PaymentMath.rate(record.price, record.space));
    }

    function _remaining(Record storage record) internal view returns (uint256) {
        return record.deposited - record.paid - record.refunded;
    }

    function _spaceOf(Record storage record) internal view returns (GiB) {
        return GiB.wrap(record.space);
    }

    /// @dev The last epoch in which the last cycle can be settled.
    function _lastSettlement(Record storage record) internal view returns (uint64) {
        return uint64(record.end) + record.settlementGrace;
    }
}
