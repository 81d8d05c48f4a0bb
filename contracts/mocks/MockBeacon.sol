// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMarketplaceParameters} from "../interfaces/IMarketplaceParameters.sol";
import {IRandomnessBeacon} from "../interfaces/IRandomnessBeacon.sol";
import {Epoch} from "../types/MarketplaceTypes.sol";

/// @title A beacon that seals the current epoch whenever a test says so, with a seed that the test can know
/// @dev For tests only; looks epochs up one by one.
contract MockBeacon is IRandomnessBeacon {
    IMarketplaceParameters public immutable parameters;

    mapping(Epoch => uint64) public override sealedAt;
    mapping(Epoch => bytes32) public override seed;

    constructor(IMarketplaceParameters parameters_) {
        parameters = parameters_;
    }

    function open() external override {}

    function seal() external override {
        Epoch current = parameters.currentEpoch();
        if (sealedAt[current] != 0) return;
        sealedAt[current] = uint64(block.timestamp);
        seed[current] = sha256(abi.encode(current));
        emit EpochSealed(current, seed[current]);
    }

    function sealedThrough(Epoch epoch) external view override returns (uint64 count) {
        for (uint64 i = 0; i <= epoch.number(); ++i) {
            if (sealedAt[Epoch.wrap(i)] != 0) ++count;
        }
    }

    function firstSealedFrom(Epoch epoch) external view override returns (bool, Epoch) {
        for (uint64 i = epoch.number(); i <= parameters.currentEpoch().number(); ++i) {
            if (sealedAt[Epoch.wrap(i)] != 0) return (true, Epoch.wrap(i));
        }
        return (false, Epoch.wrap(0));
    }

    function lastSealedThrough(Epoch epoch) external view override returns (bool, Epoch) {
        for (uint64 i = epoch.number() + 1; i > 0; --i) {
            if (sealedAt[Epoch.wrap(i - 1)] != 0) return (true, Epoch.wrap(i - 1));
        }
        return (false, Epoch.wrap(0));
    }

    function anchorBlock(Epoch) external pure override returns (uint256) {
        return 0;
    }
}
