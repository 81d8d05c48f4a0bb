// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IListingBook} from "../interfaces/IListingBook.sol";
import {IMarketplaceParameters} from "../interfaces/IMarketplaceParameters.sol";
import {IStorageAgreements} from "../interfaces/IStorageAgreements.sol";
import {AgreementId, Epoch, ListingId, Permit} from "../types/MarketplaceTypes.sol";
import {AgreementBase} from "./AgreementBase.sol";
import {AgreementExtension} from "./AgreementExtension.sol";
import {AgreementSettlement} from "./AgreementSettlement.sol";
import {PaymentMath} from "./PaymentMath.sol";
import {RateSchedule} from "./RateSchedule.sol";

/// @title Rentals between one consumer and one provider
/// @notice See IStorageAgreements.
contract StorageAgreements is AgreementExtension, AgreementSettlement, Multicall {
    using SafeCast for uint256;

    constructor(Parts memory parts) AgreementBase(parts) {}

    /// @inheritdoc IStorageAgreements
    function open(
        Request[] calldata requests,
        Permit calldata permit
    ) external override nonReentrant returns (AgreementId[] memory opened) {
        if (requests.length == 0) revert NothingRequested();
        _admit(permit);
        IMarketplaceParameters.AgreementTerms memory terms = parameters.agreementTerms();
        opened = new AgreementId[](requests.length);
        for (uint256 i = 0; i < requests.length; ++i) {
            opened[i] = _propose(requests[i], terms);
        }
    }

    /// @inheritdoc IStorageAgreements
    function accept(AgreementId agreement_) external override nonReentrant {
        Record storage record = _offered(agreement_);
        _activate(agreement_, record);
        _reserve(agreement_, record);
    }

    /// @inheritdoc IStorageAgreements
    function decline(AgreementId agreement_) external override nonReentrant {
        Record storage record = _offered(agreement_);
        record.state = State.Declined;
        emit AgreementDeclined(agreement_);
        _undo(agreement_, record);
    }

    /// @inheritdoc IStorageAgreements
    function withdrawProposal(AgreementId agreement_) external override nonReentrant {
        Record storage record = _ownInState(agreement_, State.Proposed);
        record.state = State.Withdrawn;
        emit ProposalWithdrawn(agreement_);
        _undo(agreement_, record);
    }

    /// @inheritdoc IStorageAgreements
    function terminate(AgreementId agreement_) external override nonReentrant {
        Record storage record = _ownInState(agreement_, State.Active);
        uint64 end = record.end;
        uint64 current = _now().number();
        if (current >= end) revert TermIsOver(agreement_, Epoch.wrap(end), Epoch.wrap(current));

        // Settled cycles ended at or before the current epoch, so none of them is cut.
        uint64 earlier = current + 1 + record.terminationNotice;
        if (earlier < record.start) earlier = record.start;
        if (earlier > end) earlier = end;
        uint256 refund = RateSchedule.integral(_segments(agreement_, record, earlier, end));
        record.state = State.Terminated;
        record.end = uint40(earlier);
        record.refunded += uint128(refund);
        emit AgreementTerminated(agreement_, Epoch.wrap(earlier), refund);
        _refund(agreement_, record, refund);
    }

    /// @inheritdoc IStorageAgreements
    function authorizeDataKey(AgreementId agreement_, address dataKey) external override {
        if (_own(agreement_).state != State.Proposed) _running(agreement_);
        _authorize(agreement_, dataKey);
    }

    /// @inheritdoc IStorageAgreements
    /// @dev Has no guard of its own: each call brings its own, and a token that calls back in between meets that one.
    function multicall(bytes[] calldata data) public override(IStorageAgreements, Multicall) returns (bytes[] memory results) {
        return super.multicall(data);
    }

    function _propose(Request calldata request, IMarketplaceParameters.AgreementTerms memory terms) private returns (AgreementId id) {
        IListingBook.Listing memory offer = _offer(request.listing);
        if (request.space.value() == 0) revert SpaceIsZero();
        uint64 longest = uint64(terms.billingCycle * PaymentMath.MAX_CYCLES);
        if (offer.terms.maxTerm < longest) longest = offer.terms.maxTerm;
        if (request.term < offer.terms.minTerm || request.term > longest) {
            revert TermOutOfBounds(request.term, offer.terms.minTerm, longest);
        }
        uint256 deposit = PaymentMath.price(offer.terms.price, request.space.value(), request.term);
        if (deposit > request.maxDeposit) revert DepositTooHigh(deposit, request.maxDeposit);
        if (offer.terms.egressPrice > request.maxEgressPrice) revert EgressPriceTooHigh(offer.terms.egressPrice, request.maxEgressPrice);

        id = AgreementId.wrap(++agreementCount);
        Record storage record = _records[id];
        _write(record, request, offer, terms, deposit);
        emit AgreementProposed(id, msg.sender, offer.provider, request.listing, request.space, request.term, offer.terms.price, deposit);
        _authorize(id, request.dataKey);
        if (offer.terms.autoAccept) _activate(id, record);

        _take(request.listing, request.space);
        if (offer.terms.autoAccept) _reserve(id, record);
        _deposit(id, deposit);
    }

    function _write(
        Record storage record,
        Request calldata request,
        IListingBook.Listing memory offer,
        IMarketplaceParameters.AgreementTerms memory terms,
        uint256 deposit
    ) private {
        record.consumer = msg.sender;
        record.state = State.Proposed;
        record.protocolFeeBps = terms.protocolFeeBps;
        record.settlementGrace = uint16(terms.settlementGrace);
        record.terminationNotice = uint16(terms.terminationNotice);
        record.provider = offer.provider;
        record.billingCycle = uint16(terms.billingCycle);
        record.space = request.space.value();
        record.term = uint32(request.term);
        record.price = uint128(offer.terms.price);
        record.listing = ListingId.unwrap(request.listing).toUint64();
        record.egressPrice = uint128(offer.terms.egressPrice);
        record.deposited = deposit.toUint128();
    }

    /// @dev A proposal that the sender may answer for the provider.
    function _offered(AgreementId id) private view returns (Record storage record) {
        record = _known(id);
        address provider = record.provider;
        if (msg.sender != provider && msg.sender != registry.operatorOf(provider)) revert NotProvider(id, msg.sender);
        _requireState(id, record, State.Proposed);
    }

    function _activate(AgreementId id, Record storage record) private {
        Epoch start = _now().plus(EPOCHS_TO_START);
        Epoch end = start.plus(record.term);
        record.state = State.Active;
        record.start = uint256(start.number()).toUint40();
        record.end = uint256(end.number()).toUint40();
        emit AgreementActivated(id, start, end);
    }

    function _reserve(AgreementId id, Record storage record) private {
        registry.reserve(id, record.provider, _spaceOf(record), Epoch.wrap(record.end));
    }

    /// @dev Gives back what an unanswered proposal took.
    function _undo(AgreementId id, Record storage record) private {
        uint256 refund = record.deposited;
        record.refunded = uint128(refund);
        _refund(id, record, refund);
        _giveBack(ListingId.wrap(record.listing), _spaceOf(record));
    }
}
