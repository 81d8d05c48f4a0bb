// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICompensation} from "../interfaces/ICompensation.sol";
import {IStorageAgreements} from "../interfaces/IStorageAgreements.sol";
import {AgreementId, GiB} from "../types/MarketplaceTypes.sol";
import {StakeStore} from "./StakeStore.sol";

/// @title Slashes shared among the agreements that they hit
/// @notice See ICompensation.
abstract contract Compensation is StakeStore {
    /// @param perGiB What a GiB held from the beginning on has got of all slashes, in base units x 2^SCALE_BITS.
    /// @param unallotted Base units that are in `perGiB`, and not in a position's `due` yet.
    /// @param reserved GiB of all positions.
    struct Fund {
        uint256 perGiB;
        uint128 unallotted;
        uint64 reserved;
    }

    /// @param provider Zero for an agreement that never held space.
    /// @param space GiB.
    /// @param since The fund's `perGiB` that is in `due` already.
    /// @param due Base units to claim.
    struct Position {
        address provider;
        uint64 space;
        uint256 since;
        uint256 due;
    }

    uint256 private constant SCALE_BITS = 64;

    /// @notice Knows whose an agreement is.
    IStorageAgreements public immutable agreements;

    mapping(address provider => Fund) private _funds;
    mapping(AgreementId agreement => Position) private _positions;

    constructor(IStorageAgreements agreements_) {
        agreements = agreements_;
    }

    /// @inheritdoc ICompensation
    function addPosition(AgreementId agreement, address provider, GiB space) external override onlyRegistry nonReentrant {
        Position storage position = _positions[agreement];
        position.provider = provider;
        _allot(position);
        position.space += space.value();
        _funds[provider].reserved += space.value();
        emit PositionAdded(agreement, provider, space);
    }

    /// @inheritdoc ICompensation
    function endPosition(AgreementId agreement) external override onlyRegistry nonReentrant {
        Position storage position = _positions[agreement];
        _allot(position);
        Fund storage fund = _funds[position.provider];
        fund.reserved -= position.space;
        position.space = 0;
        emit PositionEnded(agreement, position.provider);
        if (fund.reserved > 0 || fund.unallotted == 0) return;
        // Everybody's part is in its position: what is left was rounded off.
        emit CompensationRoundedOff(position.provider, fund.unallotted);
        treasuryDue += fund.unallotted;
        fund.unallotted = 0;
    }

    /// @inheritdoc ICompensation
    function claimCompensation(AgreementId agreement) external override returns (uint256) {
        Position storage position = _positions[agreement];
        // Before the lock: what the misses cost is slashed here.
        if (position.space > 0) registry.settleMisses(position.provider);
        return _claim(agreement, position);
    }

    /// @inheritdoc ICompensation
    function compensationOf(AgreementId agreement) external view override returns (uint256) {
        Position storage position = _positions[agreement];
        return position.due + _allottable(position);
    }

    /// @dev Gives the consumers' part of a slash to one agreement, whatever others were opened meanwhile to have their part of it.
    /// @param slashed What is taken of the provider's own stake, asked back or not.
    /// @return compensation The part, in base units; 0 if the agreement never held the provider's space.
    function _award(address provider, AgreementId agreement, uint256 slashed) internal returns (uint256 compensation) {
        Position storage position = _positions[agreement];
        if (position.provider != provider) return 0;
        compensation = _compensationFor(slashed);
        if (compensation == 0) return 0;
        position.due += compensation;
        emit CompensationAwarded(agreement, provider, compensation);
    }

    /// @dev Shares out the consumers' part of a slash.
    /// @param slashed What is taken of the provider's own stake, asked back or not.
    /// @return compensation The part, in base units; 0 if nobody holds space.
    function _compensate(address provider, uint256 slashed) internal returns (uint256 compensation) {
        Fund storage fund = _funds[provider];
        if (fund.reserved == 0) return 0;
        compensation = _compensationFor(slashed);
        // Rounds down: the positions together never get more than `compensation`. Slashed stake has less than 2^128 base units.
        fund.perGiB += (compensation << SCALE_BITS) / fund.reserved;
        fund.unallotted += uint128(compensation);
    }

    function _reserved(address provider) internal view override returns (uint64) {
        return _funds[provider].reserved;
    }

    /// @dev Rounds down: in favour of the treasury.
    function _compensationFor(uint256 slashed) private view returns (uint256) {
        return (slashed * parameters.values().compensationBps) / BPS;
    }

    function _claim(AgreementId agreement, Position storage position) private nonReentrant returns (uint256 amount) {
        _allot(position);
        amount = position.due;
        if (amount == 0) revert NothingToClaim(agreement);
        position.due = 0;
        _noLongerOwe(amount);
        address consumer = agreements.agreement(agreement).consumer;
        emit CompensationPaid(agreement, consumer, amount);
        _send(consumer, amount);
    }

    /// @dev To be called before the position's space changes.
    function _allot(Position storage position) private {
        Fund storage fund = _funds[position.provider];
        uint256 amount = _allottable(position);
        position.since = fund.perGiB;
        if (amount == 0) return;
        position.due += amount;
        fund.unallotted -= uint128(amount);
    }

    /// @dev Rounds down, in favour of the vault. Cannot overflow: no position has more space than all had in each of the slashes.
    function _allottable(Position storage position) private view returns (uint256) {
        return (position.space * (_funds[position.provider].perGiB - position.since)) >> SCALE_BITS;
    }
}
