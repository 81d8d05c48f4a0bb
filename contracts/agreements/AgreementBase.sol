// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IAgreementEscrow} from "../interfaces/IAgreementEscrow.sol";
import {IDeclaredLosses} from "../interfaces/IDeclaredLosses.sol";
import {IListingBook} from "../interfaces/IListingBook.sol";
import {IMarketplaceParameters} from "../interfaces/IMarketplaceParameters.sol";
import {IPossessionProofs} from "../interfaces/IPossessionProofs.sol";
import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";
import {IRandomnessBeacon} from "../interfaces/IRandomnessBeacon.sol";
import {ISignatureToken} from "../interfaces/ISignatureToken.sol";
import {IStakeVault} from "../interfaces/IStakeVault.sol";
import {ProviderPayout} from "../escrow/ProviderPayout.sol";
import {AgreementId, Epoch, GiB, ListingId, Permit} from "../types/MarketplaceTypes.sol";
import {DataKeys} from "./DataKeys.sol";

/// @title What all that happens to an agreement needs: the market's other parts, who may, and how an agreement comes to its end
abstract contract AgreementBase is DataKeys, ProviderPayout, ReentrancyGuardTransient {
    /// @notice The market's other parts, to which the contract is bound for ever.
    struct Parts {
        ISignatureToken token;
        IMarketplaceParameters parameters;
        IRandomnessBeacon beacon;
        IProviderRegistry registry;
        IStakeVault stakes;
        IListingBook listings;
        IAgreementEscrow escrow;
        IPossessionProofs proofs;
        IDeclaredLosses losses;
        address audits;
    }

    /// @dev From a transaction to the first epoch that it makes payable (ADR 6).
    uint64 internal constant EPOCHS_TO_START = 2;

    IRandomnessBeacon public immutable beacon;
    IProviderRegistry public immutable registry;
    IListingBook public immutable listings;
    IPossessionProofs public immutable proofs;
    IDeclaredLosses public immutable losses;
    /// @notice StorageAudits, which voids agreements.
    address public immutable audits;

    constructor(Parts memory parts) ProviderPayout(parts.token, parts.parameters, parts.stakes, parts.escrow) {
        beacon = parts.beacon;
        registry = parts.registry;
        listings = parts.listings;
        proofs = parts.proofs;
        losses = parts.losses;
        audits = parts.audits;
    }

    /// @dev An agreement of the sender's, in one state.
    function _ownInState(AgreementId id, State state) internal view returns (Record storage record) {
        record = _own(id);
        _requireState(id, record, state);
    }

    /// @dev An agreement of the sender's as its consumer.
    function _own(AgreementId id) internal view returns (Record storage record) {
        record = _known(id);
        if (record.consumer != msg.sender) revert NotConsumer(id, msg.sender);
    }

    /// @dev What brings in new money stops while the market is paused.
    function _admit(Permit calldata permit) internal {
        parameters.requireNotPaused();
        _usePermit(permit);
    }

    function _offer(ListingId listing) internal view returns (IListingBook.Listing memory) {
        return listings.listing(listing);
    }

    function _take(ListingId listing, GiB space) internal {
        listings.take(listing, space, msg.sender);
    }

    function _giveBack(ListingId listing, GiB space) internal {
        listings.giveBack(listing, space);
    }

    function _deposit(AgreementId id, uint256 amount) internal {
        _deposit(AgreementId.unwrap(id), amount);
    }

    function _refund(AgreementId id, Record storage record, uint256 amount) internal {
        _credit(AgreementId.unwrap(id), record.consumer, amount);
    }

    function _now() internal view override returns (Epoch) {
        return parameters.currentEpoch();
    }
}
