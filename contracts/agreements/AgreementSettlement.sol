// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IStorageAgreements} from "../interfaces/IStorageAgreements.sol";
import {AgreementId, Checkpoint, Epoch, ListingId} from "../types/MarketplaceTypes.sol";
import {AgreementBase} from "./AgreementBase.sol";
import {PaymentMath} from "./PaymentMath.sol";
import {RateSchedule} from "./RateSchedule.sol";

/// @title How what was proven is paid, and how agreements end
abstract contract AgreementSettlement is AgreementBase {
    /// @dev A billing cycle, and what its settlement pays and has to show.
    /// @param ready Whether all this is final.
    /// @param from The first epoch.
    /// @param to The first epoch after those that can be paid.
    /// @param price What the cycle costs if every epoch of it is paid.
    /// @param gross What is paid for the proven epochs, fee included.
    struct Cycle {
        bool ready;
        uint64 from;
        uint64 to;
        uint64 proven;
        Epoch drawn;
        uint256 price;
        uint256 gross;
    }

    /// @inheritdoc IStorageAgreements
    function settle(
        AgreementId agreement_,
        uint64 cycle,
        Checkpoint calldata checkpoint,
        bytes calldata inclusion
    ) external override nonReentrant {
        Record storage record = _running(agreement_);
        _requireCycle(agreement_, record, cycle);
        if (_isSettled(record, cycle)) revert CycleAlreadySettled(agreement_, cycle);
        Epoch current = _now();
        Epoch last = Epoch.wrap(_lastSettlement(record));
        if (current > last) revert SettlementOver(agreement_, last, current);

        Cycle memory settled = _cycle(agreement_, record, cycle);
        if (!settled.ready) revert CycleNotReady(agreement_, cycle);
        if (settled.proven > 0) proofs.requireInclusion(record.provider, settled.drawn, agreement_, checkpoint, inclusion);
        _pay(agreement_, record, cycle, settled);
    }

    /// @inheritdoc IStorageAgreements
    function close(AgreementId agreement_) external override nonReentrant {
        Record storage record = _running(agreement_);
        uint64 current = _now().number();
        uint64 last = _lastSettlement(record);
        bool nothingPayable = record.end == record.start && current >= record.end;
        if (current <= last && !nothingPayable) revert SettlementOpen(agreement_, Epoch.wrap(last), Epoch.wrap(current));

        _finish(agreement_, record, State.Ended);
    }

    /// @inheritdoc IStorageAgreements
    function void(AgreementId agreement_) external override nonReentrant returns (uint256 refund) {
        if (msg.sender != audits) revert OnlyAudits(msg.sender);
        Record storage record = _known(agreement_);
        if (_runs(record)) refund = _finish(agreement_, record, State.Voided);
    }

    /// @inheritdoc IStorageAgreements
    function settlementDraw(
        AgreementId agreement_,
        uint64 cycle
    ) external view override returns (bool ready, uint64 provenEpochs, Epoch drawn) {
        Record storage record = _known(agreement_);
        _requireCycle(agreement_, record, cycle);
        Cycle memory next = _cycle(agreement_, record, cycle);
        bool collectable = _runs(record) && !_isSettled(record, cycle) && _now().number() <= _lastSettlement(record);
        return (next.ready && collectable, next.proven, next.drawn);
    }

    function _pay(AgreementId id, Record storage record, uint64 cycle, Cycle memory settled) private {
        Payout memory payout = _split(settled.gross, record.protocolFeeBps);
        uint256 refund = settled.price - settled.gross;
        record.settledCycles |= 1 << cycle;
        record.paid += uint128(settled.gross);
        record.refunded += uint128(refund);
        emit CycleSettled(id, cycle, settled.proven, payout.net, payout.fee, refund);
        // With the last cycle nothing is left: every epoch was paid or refunded.
        if (record.settledCycles == type(uint256).max >> (PaymentMath.MAX_CYCLES - _cycles(record))) _finish(id, record, State.Ended);
        if (settled.gross > 0) {
            _payProvider(AgreementId.unwrap(id), record.provider, payout, Epoch.wrap(settled.from), Epoch.wrap(settled.to));
        }
        _refund(id, record, refund);
    }

    /// @dev Gives back all that is left, and sets stake and space free.
    function _finish(AgreementId id, Record storage record, State state) private returns (uint256 refund) {
        refund = _remaining(record);
        record.refunded += uint128(refund);
        record.state = state;
        record.endedIn = uint40(_now().number());
        if (state == State.Voided) emit AgreementVoided(id, refund);
        else emit AgreementEnded(id, refund);
        _refund(id, record, refund);
        registry.release(id, record.provider, _spaceOf(record));
        _giveBack(ListingId.wrap(record.listing), _spaceOf(record));
    }

    function _requireCycle(AgreementId id, Record storage record, uint64 cycle) private view {
        uint64 cycles = _cycles(record);
        if (cycle >= cycles) revert UnknownCycle(id, cycle, cycles);
    }

    function _cycle(AgreementId id, Record storage record, uint64 cycle) private view returns (Cycle memory result) {
        (uint64 from, uint64 to) = PaymentMath.cycleBounds(record.start, record.end, record.billingCycle, cycle);
        // Only when the last epoch is over are its proofs final.
        if (_now().number() < to) return result;
        (result.from, result.to) = (from, _payableTo(id, cycle, from, to));
        _price(result, record.provider, _segments(id, record, from, to), result.to);
        // Who could put it off for longer would choose who has delegated by then. What was not collected in time is the consumer's.
        if (_now().number() > to + record.settlementGrace) (result.proven, result.gross) = (0, 0);
        if (result.proven == 0) {
            result.ready = true;
            return result;
        }
        Epoch drawnBy;
        (result.ready, drawnBy) = beacon.firstSealedFrom(Epoch.wrap(to));
        if (!result.ready) return result;
        bytes memory draw = abi.encodePacked(beacon.seed(drawnBy), AgreementId.unwrap(id), cycle);
        uint64 index = uint64(uint256(sha256(draw)) % result.proven);
        result.drawn = registry.provenAt(record.provider, Epoch.wrap(from), Epoch.wrap(result.to), index);
    }

    /// @dev The end of the part of [from, to) in which no declared loss suspends the pay.
    function _payableTo(AgreementId id, uint64 cycle, uint64 from, uint64 to) private view returns (uint64) {
        uint64 unpaidFrom = losses.unpaidFrom(id, cycle).number();
        if (unpaidFrom >= to) return to;
        return unpaidFrom > from ? unpaidFrom : from;
    }

    /// @dev Counts and prices each stretch of one rate by itself.
    function _price(Cycle memory result, address provider, RateSchedule.Segment[] memory segments, uint64 payableTo) private view {
        result.price = RateSchedule.integral(segments);
        for (uint256 i = 0; i < segments.length && segments[i].from < payableTo; ++i) {
            uint64 until = segments[i].to < payableTo ? segments[i].to : payableTo;
            uint64 proven = registry.provenCount(provider, Epoch.wrap(segments[i].from), Epoch.wrap(until));
            result.proven += proven;
            result.gross += segments[i].rate * proven;
        }
    }
}
