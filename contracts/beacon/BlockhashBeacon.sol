// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMarketplaceParameters} from "../interfaces/IMarketplaceParameters.sol";
import {IRandomnessBeacon} from "../interfaces/IRandomnessBeacon.sol";
import {Epoch} from "../types/MarketplaceTypes.sol";
import {BlockhashAnchors} from "./BlockhashAnchors.sol";
import {SealedEpochs} from "./SealedEpochs.sol";

/// @title Seeds from block hashes alone
/// @notice For development chains, and for markets that are worth less than what a block earns its producer (BlockhashAnchors says what
/// is trusted); others use DrandBeacon.
contract BlockhashBeacon is BlockhashAnchors {
    /// @param anchorDelay_ Blocks between an opening and its anchor (1..64).
    constructor(IMarketplaceParameters parameters_, uint64 anchorDelay_) SealedEpochs(parameters_) BlockhashAnchors(anchorDelay_) {}

    /// @inheritdoc IRandomnessBeacon
    function open() external override {
        Epoch epoch = parameters.currentEpoch();
        if (_isSealed(epoch)) return;
        _requireFirstHalf(epoch);
        _fixAnchor(epoch);
    }

    /// @inheritdoc IRandomnessBeacon
    function seal() external override {
        Epoch epoch = parameters.currentEpoch();
        if (_isSealed(epoch)) return;
        _requireFirstHalf(epoch);
        _sealFromAnchor(epoch);
    }
}
