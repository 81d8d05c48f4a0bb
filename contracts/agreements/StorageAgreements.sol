// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IAgreementEscrow} from "../interfaces/IAgreementEscrow.sol";
import {IListingBook} from "../interfaces/IListingBook.sol";
import {IMarketplaceParameters} from "../interfaces/IMarketplaceParameters.sol";
import {IPossessionProofs} from "../interfaces/IPossessionProofs.sol";
import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";
import {IRandomnessBeacon} from "../interfaces/IRandomnessBeacon.sol";
import {ISignatureToken} from "../interfaces/ISignatureToken.sol";
import {IStorageAgreements} from "../interfaces/IStorageAgreements.sol";
import {AgreementId, Checkpoint, Epoch, ListingId, Permit} from "../types/MarketplaceTypes.sol";
import {DataKeys} from "./DataKeys.sol";
import {PaymentMath} from "./PaymentMath.sol";

/// @title Rentals between one consumer and one provider
/// @notice See IStorageAgreements.
contract StorageAgreements is DataKeys, ReentrancyGuardTransient {
    using SafeCast for uint256;

    /// @dev A billing cycle's epochs [from, to) and what its settlement has to show.
    struct Cycle {
        uint64 from;
        uint64 to;
        bool ready;
        uint64 proven;
        Epoch drawn;
    }

    /// @dev From the opening to the first payable epoch (ADR 6).
    uint64 private constant EPOCHS_TO_START = 2;

    /// @notice The token of deposits; its permits are used by `open`.
    ISignatureToken public immutable token;
    IMarketplaceParameters public immutable parameters;
    IRandomnessBeacon public immutable beacon;
    IProviderRegistry public immutable registry;
    IListingBook public immutable listings;
    IAgreementEscrow public immutable escrow;
    IPossessionProofs public immutable proofs;
    /// @notice StorageAudits, which voids agreements.
    address public immutable audits;

    constructor(
        ISignatureToken token_,
        IMarketplaceParameters parameters_,
        IRandomnessBeacon beacon_,
        IProviderRegistry registry_,
        IListingBook listings_,
        IAgreementEscrow escrow_,
        IPossessionProofs proofs_,
        address audits_
    ) {
        token = token_;
        parameters = parameters_;
        beacon = beacon_;
        registry = registry_;
        listings = listings_;
        escrow = escrow_;
        proofs = proofs_;
        audits = audits_;
    }

    modifier onlyConsumer(AgreementId id) {
        if (_known(id).consumer != msg.sender) revert NotConsumer(id, msg.sender);
        _;
    }

    modifier onlyProvider(AgreementId id) {
        address provider = _known(id).provider;
        if (msg.sender != provider && registry.providerOf(msg.sender) != provider) revert NotProvider(id, msg.sender);
        _;
    }

    /// @inheritdoc IStorageAgreements
    function open(
        Request[] calldata requests,
        Permit calldata permit
    ) external override nonReentrant returns (AgreementId[] memory opened) {
        if (requests.length == 0) revert NothingRequested();
        parameters.requireNotPaused();
        if (permit.value > 0) {
            // Whoever saw the permit may have used it already; then the allowance is there, and otherwise the deposit says what is wrong.
            try token.permit(msg.sender, address(escrow), permit.value, permit.deadline, permit.signature) {} catch {}
        }
        IMarketplaceParameters.Values memory values = parameters.values();
        opened = new AgreementId[](requests.length);
        for (uint256 i = 0; i < requests.length; ++i) {
            opened[i] = _propose(requests[i], values);
        }
    }

    /// @inheritdoc IStorageAgreements
    function accept(AgreementId agreement_) external override nonReentrant onlyProvider(agreement_) {
        Record storage record = _inState(agreement_, State.Proposed);
        _activate(agreement_, record);
        registry.reserve(agreement_, record.provider, _spaceOf(record), Epoch.wrap(record.end));
    }

    /// @inheritdoc IStorageAgreements
    function decline(AgreementId agreement_) external override nonReentrant onlyProvider(agreement_) {
        Record storage record = _inState(agreement_, State.Proposed);
        record.state = State.Declined;
        emit AgreementDeclined(agreement_);
        _undo(agreement_, record);
    }

    /// @inheritdoc IStorageAgreements
    function withdrawProposal(AgreementId agreement_) external override nonReentrant onlyConsumer(agreement_) {
        Record storage record = _inState(agreement_, State.Proposed);
        record.state = State.Withdrawn;
        emit ProposalWithdrawn(agreement_);
        _undo(agreement_, record);
    }

    /// @inheritdoc IStorageAgreements
    function terminate(AgreementId agreement_) external override nonReentrant onlyConsumer(agreement_) {
        Record storage record = _inState(agreement_, State.Active);
        uint64 end = record.end;
        uint64 current = _now().number();
        if (current >= end) revert TermIsOver(agreement_, Epoch.wrap(end), Epoch.wrap(current));

        // Settled cycles ended at or before the current epoch, so none of them is cut.
        uint64 earlier = current + 1 + record.terminationNotice;
        if (earlier < record.start) earlier = record.start;
        if (earlier > end) earlier = end;
        uint256 refund = PaymentMath.price(record.price, record.space, end - earlier);
        record.state = State.Terminated;
        record.end = uint40(earlier);
        record.refunded += uint128(refund);
        emit AgreementTerminated(agreement_, Epoch.wrap(earlier), refund);
        _credit(agreement_, record.consumer, refund);
    }

    /// @inheritdoc IStorageAgreements
    function authorizeDataKey(AgreementId agreement_, address dataKey) external override onlyConsumer(agreement_) {
        if (_records[agreement_].state != State.Proposed) _running(agreement_);
        _authorize(agreement_, dataKey);
    }

    /// @inheritdoc IStorageAgreements
    function settle(
        AgreementId agreement_,
        uint64 cycle,
        Checkpoint calldata checkpoint,
        bytes calldata inclusion
    ) external override nonReentrant {
        Record storage record = _running(agreement_);
        uint64 cycles = _cycles(record);
        if (cycle >= cycles) revert UnknownCycle(agreement_, cycle, cycles);
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

        uint256 refund = _refundAll(record);
        _markEnded(agreement_, record, refund);
        _credit(agreement_, record.consumer, refund);
        _free(agreement_, record);
    }

    /// @inheritdoc IStorageAgreements
    function void(AgreementId agreement_) external override nonReentrant returns (uint256 refund) {
        if (msg.sender != audits) revert OnlyAudits(msg.sender);
        Record storage record = _known(agreement_);
        if (!_runs(record)) return 0;
        refund = _refundAll(record);
        record.state = State.Voided;
        record.endedIn = uint40(_now().number());
        emit AgreementVoided(agreement_, refund);
        _credit(agreement_, record.consumer, refund);
        _free(agreement_, record);
    }

    /// @inheritdoc IStorageAgreements
    function settlementDraw(
        AgreementId agreement_,
        uint64 cycle
    ) external view override returns (bool ready, uint64 provenEpochs, Epoch drawn) {
        Record storage record = _known(agreement_);
        uint64 cycles = _cycles(record);
        if (cycle >= cycles) revert UnknownCycle(agreement_, cycle, cycles);
        Cycle memory next = _cycle(agreement_, record, cycle);
        bool collectable = _runs(record) && !_isSettled(record, cycle) && _now().number() <= _lastSettlement(record);
        return (next.ready && collectable, next.proven, next.drawn);
    }

    function _propose(Request calldata request, IMarketplaceParameters.Values memory values) private returns (AgreementId id) {
        IListingBook.Listing memory offer = listings.listing(request.listing);
        if (request.space.value() == 0) revert SpaceIsZero();
        uint64 longest = uint64(values.billingCycle * PaymentMath.MAX_CYCLES);
        if (offer.terms.maxTerm < longest) longest = offer.terms.maxTerm;
        if (request.term < offer.terms.minTerm || request.term > longest) {
            revert TermOutOfBounds(request.term, offer.terms.minTerm, longest);
        }
        uint256 deposit = PaymentMath.price(offer.terms.price, request.space.value(), request.term);
        if (deposit > request.maxDeposit) revert DepositTooHigh(deposit, request.maxDeposit);

        id = AgreementId.wrap(++agreementCount);
        Record storage record = _records[id];
        _write(record, request, offer, values, deposit);
        emit AgreementProposed(id, msg.sender, offer.provider, request.listing, request.space, request.term, offer.terms.price, deposit);
        _authorize(id, request.dataKey);
        if (offer.terms.autoAccept) _activate(id, record);

        listings.take(request.listing, request.space);
        if (offer.terms.autoAccept) registry.reserve(id, record.provider, request.space, Epoch.wrap(record.end));
        if (deposit > 0) escrow.deposit(AgreementId.unwrap(id), msg.sender, deposit);
    }

    function _write(
        Record storage record,
        Request calldata request,
        IListingBook.Listing memory offer,
        IMarketplaceParameters.Values memory values,
        uint256 deposit
    ) private {
        record.consumer = msg.sender;
        record.state = State.Proposed;
        record.protocolFeeBps = values.protocolFeeBps;
        record.settlementGrace = uint16(values.settlementGrace);
        record.terminationNotice = uint16(values.terminationNotice);
        record.provider = offer.provider;
        record.billingCycle = uint16(values.billingCycle);
        record.space = request.space.value();
        record.term = uint32(request.term);
        record.price = uint128(offer.terms.price);
        record.listing = ListingId.unwrap(request.listing).toUint64();
        record.egressPrice = uint128(offer.terms.egressPrice);
        record.deposited = deposit.toUint128();
    }

    function _activate(AgreementId id, Record storage record) private {
        Epoch start = _now().plus(EPOCHS_TO_START);
        Epoch end = start.plus(record.term);
        record.state = State.Active;
        record.start = uint256(start.number()).toUint40();
        record.end = uint256(end.number()).toUint40();
        emit AgreementActivated(id, start, end);
    }

    /// @dev Gives back what an unanswered proposal took.
    function _undo(AgreementId id, Record storage record) private {
        uint256 refund = record.deposited;
        record.refunded = uint128(refund);
        _credit(id, record.consumer, refund);
        listings.giveBack(ListingId.wrap(record.listing), _spaceOf(record));
    }

    function _pay(AgreementId id, Record storage record, uint64 cycle, Cycle memory settled) private {
        uint256 gross = PaymentMath.price(record.price, record.space, settled.proven);
        uint256 refund = PaymentMath.price(record.price, record.space, settled.to - settled.from) - gross;
        uint256 fee = PaymentMath.fee(gross, record.protocolFeeBps);
        record.settledCycles |= 1 << cycle;
        record.paid += uint128(gross);
        record.refunded += uint128(refund);
        emit CycleSettled(id, cycle, settled.proven, gross - fee, fee, refund);
        bool isLast = record.settledCycles == type(uint256).max >> (PaymentMath.MAX_CYCLES - _cycles(record));
        if (isLast) _markEnded(id, record, 0);

        _credit(id, record.provider, gross - fee);
        _credit(id, parameters.treasury(), fee);
        _credit(id, record.consumer, refund);
        if (isLast) _free(id, record);
    }

    /// @dev Books as refunded whatever is left; the caller credits it.
    function _refundAll(Record storage record) private returns (uint256 refund) {
        refund = _remaining(record);
        record.refunded += uint128(refund);
    }

    function _markEnded(AgreementId id, Record storage record, uint256 refund) private {
        record.state = State.Ended;
        record.endedIn = uint40(_now().number());
        emit AgreementEnded(id, refund);
    }

    function _free(AgreementId id, Record storage record) private {
        registry.release(id, record.provider, _spaceOf(record));
        listings.giveBack(ListingId.wrap(record.listing), _spaceOf(record));
    }

    function _credit(AgreementId id, address account, uint256 amount) private {
        if (amount > 0) escrow.credit(AgreementId.unwrap(id), account, amount);
    }

    function _cycle(AgreementId id, Record storage record, uint64 cycle) private view returns (Cycle memory result) {
        (result.from, result.to) = PaymentMath.cycleBounds(record.start, record.end, record.billingCycle, cycle);
        // Only when the last epoch is over are its proofs final.
        if (_now().number() < result.to) return result;
        (Epoch from, Epoch to) = (Epoch.wrap(result.from), Epoch.wrap(result.to));
        result.proven = registry.provenCount(record.provider, from, to);
        if (result.proven == 0) {
            result.ready = true;
            return result;
        }
        Epoch drawnBy;
        (result.ready, drawnBy) = beacon.firstSealedFrom(to);
        if (!result.ready) return result;
        bytes memory draw = abi.encodePacked(beacon.seed(drawnBy), AgreementId.unwrap(id), cycle);
        result.drawn = registry.provenAt(record.provider, from, to, uint64(uint256(sha256(draw)) % result.proven));
    }

    function _now() internal view override returns (Epoch) {
        return parameters.currentEpoch();
    }
}
