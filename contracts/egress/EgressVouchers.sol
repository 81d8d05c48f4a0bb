// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ProviderPayout} from "../escrow/ProviderPayout.sol";
import {IAgreementEscrow} from "../interfaces/IAgreementEscrow.sol";
import {IEgressVouchers} from "../interfaces/IEgressVouchers.sol";
import {IMarketplaceParameters} from "../interfaces/IMarketplaceParameters.sol";
import {ISignatureToken} from "../interfaces/ISignatureToken.sol";
import {IStakeDelegation} from "../interfaces/IStakeDelegation.sol";
import {IStorageAgreements} from "../interfaces/IStorageAgreements.sol";
import {AgreementId, Epoch, Permit} from "../types/MarketplaceTypes.sol";

/// @title What providers are paid for reading
/// @notice See IEgressVouchers. Under an agreement's number, escrow always holds deposited - redeemed - reclaimed.
contract EgressVouchers is IEgressVouchers, ProviderPayout, EIP712, ReentrancyGuardTransient {
    using SafeCast for uint256;

    /// @dev IEgressVouchers.Account in two words.
    struct Book {
        uint128 deposited;
        uint128 redeemed;
        uint128 reclaimed;
    }

    bytes32 private constant VOUCHER_TYPEHASH = keccak256("EgressVoucher(uint256 agreementId,uint256 amount)");

    /// @notice StorageAgreements, which knows the data keys and how far an agreement is.
    IStorageAgreements public immutable agreements;

    mapping(AgreementId agreement => Book) private _books;

    constructor(
        ISignatureToken token_,
        IMarketplaceParameters parameters_,
        IStakeDelegation stakes_,
        IAgreementEscrow escrow_,
        IStorageAgreements agreements_
    ) ProviderPayout(token_, parameters_, stakes_, escrow_) EIP712("Storage Marketplace", "1") {
        agreements = agreements_;
    }

    /// @inheritdoc IEgressVouchers
    function deposit(
        AgreementId[] calldata agreements_,
        uint256[] calldata amounts,
        Permit calldata permit
    ) external override nonReentrant {
        if (agreements_.length == 0) revert NothingDeposited();
        if (agreements_.length != amounts.length) revert LengthsDiffer(agreements_.length, amounts.length);
        _usePermit(permit);
        for (uint256 i = 0; i < amounts.length; ++i) _fund(agreements_[i], amounts[i]);
    }

    /// @inheritdoc IEgressVouchers
    function redeem(
        AgreementId agreement,
        uint256 cumulative,
        bytes calldata signature
    ) external override nonReentrant returns (uint256 gross) {
        IStorageAgreements.Agreement memory rental = agreements.agreement(agreement);
        if (!_runs(rental.state) && rental.state != IStorageAgreements.State.Ended) revert WrongState(agreement, rental.state);
        // The zero address, which stands for a malformed signature, is never a data key.
        (address signer, , ) = ECDSA.tryRecoverCalldata(voucherDigest(agreement, cumulative), signature);
        if (!agreements.isDataKey(agreement, signer)) revert VoucherNotSigned(agreement, cumulative, signer);

        Book storage book = _books[agreement];
        uint256 covered = book.deposited - book.reclaimed;
        uint256 due = cumulative < covered ? cumulative : covered;
        if (due <= book.redeemed) revert NothingToRedeem(agreement, cumulative, book.redeemed, covered);
        gross = due - book.redeemed;
        book.redeemed = uint128(due);
        Payout memory payout = _split(gross, rental.protocolFeeBps);
        emit VoucherRedeemed(agreement, cumulative, payout.net, payout.fee);
        (Epoch from, Epoch to) = _readIn(rental);
        _payProvider(AgreementId.unwrap(agreement), rental.provider, payout, from, to);
    }

    /// @inheritdoc IEgressVouchers
    function reclaim(AgreementId agreement) external override nonReentrant returns (uint256 amount) {
        IStorageAgreements.Agreement memory rental = agreements.agreement(agreement);
        _requireReclaimable(agreement, rental);
        Book storage book = _books[agreement];
        amount = book.deposited - book.redeemed - book.reclaimed;
        if (amount == 0) revert NothingToReclaim(agreement);
        book.reclaimed += uint128(amount);
        emit EgressReclaimed(agreement, amount);
        _credit(AgreementId.unwrap(agreement), rental.consumer, amount);
    }

    /// @inheritdoc IEgressVouchers
    function accountOf(AgreementId agreement) external view override returns (Account memory) {
        Book storage book = _books[agreement];
        return Account(book.deposited, book.redeemed, book.reclaimed);
    }

    /// @inheritdoc IEgressVouchers
    function voucherDigest(AgreementId agreement, uint256 cumulative) public view override returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(VOUCHER_TYPEHASH, AgreementId.unwrap(agreement), cumulative)));
    }

    function _fund(AgreementId agreement, uint256 amount) private {
        if (amount == 0) revert AmountIsZero(agreement);
        IStorageAgreements.State state = agreements.agreement(agreement).state;
        if (state != IStorageAgreements.State.Proposed && !_runs(state)) revert WrongState(agreement, state);
        Book storage book = _books[agreement];
        book.deposited = (book.deposited + amount).toUint128();
        emit EgressDeposited(agreement, msg.sender, amount);
        _deposit(AgreementId.unwrap(agreement), amount);
    }

    /// @dev What was never accepted, or was voided, pays no voucher; anything else does for as long as its cycles can be settled.
    function _requireReclaimable(AgreementId agreement, IStorageAgreements.Agreement memory rental) private view {
        if (rental.state == IStorageAgreements.State.None || rental.state == IStorageAgreements.State.Proposed) {
            revert WrongState(agreement, rental.state);
        }
        if (!_runs(rental.state) && rental.state != IStorageAgreements.State.Ended) return;
        Epoch last = rental.end.plus(rental.settlementGrace);
        Epoch current = parameters.currentEpoch();
        if (current <= last) revert RedemptionOpen(agreement, last, current);
    }

    /// @dev A voucher does not say when was read, and its holder chooses when it is redeemed, and can keep a small one for any day. So what
    /// it pays counts as earned evenly since the agreement's start: that nobody can choose, and what lasts shortly weighs little.
    function _readIn(IStorageAgreements.Agreement memory rental) private view returns (Epoch from, Epoch to) {
        Epoch current = parameters.currentEpoch();
        to = current < rental.end ? current : rental.end;
        if (to.number() == 0) to = Epoch.wrap(1);
        // Before the first epoch is over, the one that was over last.
        from = rental.start < to ? rental.start : Epoch.wrap(to.number() - 1);
    }

    function _runs(IStorageAgreements.State state) private pure returns (bool) {
        return state == IStorageAgreements.State.Active || state == IStorageAgreements.State.Terminated;
    }
}
