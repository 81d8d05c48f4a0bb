// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IListingBook} from "../interfaces/IListingBook.sol";
import {IStorageAgreements} from "../interfaces/IStorageAgreements.sol";
import {AgreementId, Epoch, GiB, ListingId, Permit} from "../types/MarketplaceTypes.sol";
import {AgreementBase} from "./AgreementBase.sol";
import {PaymentMath} from "./PaymentMath.sol";
import {RateSchedule} from "./RateSchedule.sol";

/// @title How a running agreement gets more space or time
abstract contract AgreementExtension is AgreementBase {
    using RateSchedule for RateSchedule.Step[];
    using SafeCast for uint256;

    /// @dev Steps in an agreement's life, so that settling one stays affordable whatever its consumer does.
    uint256 private constant MAX_STEPS = 64;

    /// @dev What an extension comes to.
    /// @param addedFrom The first payable epoch of added space.
    /// @param oldEnd From here on, former space is paid at the new price too.
    struct Plan {
        ListingId listing;
        uint256 price;
        uint64 addedFrom;
        uint64 oldEnd;
        uint64 newEnd;
        uint256 deposit;
    }

    /// @inheritdoc IStorageAgreements
    function extend(AgreementId agreement_, Extension calldata extension, Permit calldata permit) external override nonReentrant {
        Record storage record = _ownInState(agreement_, State.Active);
        if (extension.space.value() == 0 && extension.term == 0) revert NothingRequested();
        _admit(permit);

        Plan memory plan = _plan(agreement_, record, extension);
        ListingId former = ListingId.wrap(record.listing);
        GiB formerSpace = _spaceOf(record);
        _changeRates(agreement_, record, extension, plan);
        _book(record, extension, plan);
        emit AgreementExtended(
            agreement_,
            plan.listing,
            extension.space,
            Epoch.wrap(plan.addedFrom),
            Epoch.wrap(plan.newEnd),
            plan.price,
            plan.deposit
        );

        bool moves = ListingId.unwrap(former) != ListingId.unwrap(plan.listing);
        if (moves) _giveBack(former, formerSpace);
        _take(plan.listing, moves ? _spaceOf(record) : extension.space);
        registry.extend(agreement_, record.provider, extension.space, Epoch.wrap(plan.newEnd));
        _deposit(agreement_, plan.deposit);
    }

    function _plan(AgreementId id, Record storage record, Extension calldata extension) private view returns (Plan memory plan) {
        uint64 current = _now().number();
        plan.oldEnd = record.end;
        if (current >= plan.oldEnd) revert TermIsOver(id, Epoch.wrap(plan.oldEnd), Epoch.wrap(current));
        plan.addedFrom = current + EPOCHS_TO_START;
        plan.listing = ListingId.unwrap(extension.listing) == 0 ? ListingId.wrap(record.listing) : extension.listing;
        IListingBook.Listing memory offer = _offer(plan.listing);
        if (offer.provider != record.provider) revert OtherProvider(plan.listing, offer.provider);
        if (!offer.terms.autoAccept) revert ListingNeedsAcceptance(plan.listing);

        uint256 end = uint256(plan.oldEnd) + extension.term;
        uint256 latest = _latestEnd(record, plan.addedFrom, offer.terms.maxTerm);
        if (end > latest) revert EndTooLate(id, end, latest);
        plan.newEnd = uint64(end);
        plan.price = offer.terms.price;
        plan.deposit = _costOf(id, record, extension, plan);
        if (plan.deposit > extension.maxDeposit) revert DepositTooHigh(plan.deposit, extension.maxDeposit);
    }

    /// @dev As if the rest of the agreement were opened now; and never more cycles than there are bits for them.
    function _latestEnd(Record storage record, uint64 from, uint64 maxTerm) private view returns (uint256) {
        uint256 byTerm = uint256(from) + maxTerm;
        uint256 byCycles = record.start + PaymentMath.MAX_CYCLES * record.billingCycle;
        return byTerm < byCycles ? byTerm : byCycles;
    }

    function _costOf(
        AgreementId id,
        Record storage record,
        Extension calldata extension,
        Plan memory plan
    ) private view returns (uint256 deposit) {
        deposit = PaymentMath.price(plan.price, record.space, extension.term);
        if (extension.space.value() == 0) return deposit;
        if (plan.addedFrom >= plan.newEnd) revert NothingToAddTo(id, Epoch.wrap(plan.addedFrom), Epoch.wrap(plan.newEnd));
        deposit += PaymentMath.price(plan.price, extension.space.value(), plan.newEnd - plan.addedFrom);
    }

    /// @dev Nothing before the second epoch from now changes, so no cycle that can be settled does.
    function _changeRates(AgreementId id, Record storage record, Extension calldata extension, Plan memory plan) private {
        RateSchedule.Step[] storage steps = _steps[id];
        bool first = steps.length == 0;
        // Time alone at the same price leaves price x space what every epoch costs.
        if (first && extension.space.value() == 0 && plan.price == record.price) return;
        if (first) steps.append(record.start, PaymentMath.rate(record.price, record.space));
        if (extension.term > 0) steps.append(plan.oldEnd, PaymentMath.rate(plan.price, record.space));
        if (extension.space.value() > 0) steps.raise(plan.addedFrom, PaymentMath.rate(plan.price, extension.space.value()));
        if (steps.length > MAX_STEPS) revert TooManyRateChanges(id, steps.length, MAX_STEPS);
    }

    function _book(Record storage record, Extension calldata extension, Plan memory plan) private {
        record.listing = ListingId.unwrap(plan.listing).toUint64();
        record.price = uint128(plan.price);
        record.space += extension.space.value();
        record.end = uint256(plan.newEnd).toUint40();
        record.term += uint32(extension.term);
        record.deposited = (record.deposited + plan.deposit).toUint128();
    }
}
