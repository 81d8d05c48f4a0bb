// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {IMarketplaceParameters} from "../interfaces/IMarketplaceParameters.sol";
import {IRandomnessBeacon} from "../interfaces/IRandomnessBeacon.sol";
import {Epoch} from "../types/MarketplaceTypes.sol";

/// @title What every beacon keeps: the seeds, when they were fixed, and which epochs have one
/// @dev Knows nothing of where seeds come from. Whoever inherits it fixes a seed only for the current epoch, in its first half.
abstract contract SealedEpochs is IRandomnessBeacon {
    using Checkpoints for Checkpoints.Trace160;

    /// @dev One record for all that is known of an epoch, so that sealing writes to a slot that the opening paid for.
    /// @param seed Zero until the epoch is sealed.
    /// @param anchorBlock Left to BlockhashAnchors; zero until the epoch is opened.
    struct EpochRecord {
        bytes32 seed;
        uint64 sealedAt;
        uint64 anchorBlock;
    }

    /// @notice The market's clock.
    IMarketplaceParameters public immutable parameters;

    mapping(Epoch epoch => EpochRecord record) internal _records;
    /// @dev Key: a sealed epoch; value: how many were sealed up to and including it. Epochs are sealed in order, so keys only grow.
    Checkpoints.Trace160 private _sealed;

    constructor(IMarketplaceParameters parameters_) {
        parameters = parameters_;
    }

    /// @inheritdoc IRandomnessBeacon
    function seed(Epoch epoch) external view override returns (bytes32) {
        return _records[epoch].seed;
    }

    /// @inheritdoc IRandomnessBeacon
    function sealedAt(Epoch epoch) external view override returns (uint64) {
        return _records[epoch].sealedAt;
    }

    /// @inheritdoc IRandomnessBeacon
    function sealedThrough(Epoch epoch) external view override returns (uint64) {
        return uint64(_countThrough(epoch.number()));
    }

    /// @inheritdoc IRandomnessBeacon
    function firstSealedFrom(Epoch epoch) external view override returns (bool found, Epoch sealedEpoch) {
        uint256 before = epoch.number() == 0 ? 0 : _countThrough(epoch.number() - 1);
        if (before == _sealed.length()) return (false, Epoch.wrap(0));
        return (true, _sealedNumber(before));
    }

    /// @inheritdoc IRandomnessBeacon
    function lastSealedThrough(Epoch epoch) external view override returns (bool found, Epoch sealedEpoch) {
        uint256 count = _countThrough(epoch.number());
        if (count == 0) return (false, Epoch.wrap(0));
        return (true, _sealedNumber(count - 1));
    }

    /// @dev Gives the current epoch its seed, once: callers return before this for one that is sealed.
    /// @param source What the seed is drawn from; bound to the epoch here, so that no source serves two.
    function _fix(Epoch epoch, bytes32 source) internal {
        bytes32 drawn = sha256(abi.encodePacked(source, epoch.number()));
        EpochRecord storage record = _records[epoch];
        record.seed = drawn;
        record.sealedAt = uint64(block.timestamp);
        _sealed.push(epoch.number(), _sealed.latest() + 1);
        emit EpochSealed(epoch, drawn);
    }

    function _isSealed(Epoch epoch) internal view returns (bool) {
        return _records[epoch].seed != 0;
    }

    function _requireFirstHalf(Epoch epoch) internal view {
        uint256 elapsed = block.timestamp - parameters.epochStart(epoch);
        if (elapsed * 2 >= parameters.epochLength()) revert NotInFirstHalf(epoch, block.timestamp);
    }

    /// @dev The newest epochs are asked for most, and cost one read; others a binary search.
    function _countThrough(uint64 epoch) private view returns (uint256) {
        // Zeros where nothing is sealed yet.
        (, uint96 newest, uint160 count) = _sealed.latestCheckpoint();
        if (newest <= epoch) return count;
        return _sealed.upperLookupRecent(epoch);
    }

    /// @dev An epoch lasts at least 2 s: 2^32 of them outlast the index by centuries.
    function _sealedNumber(uint256 index) private view returns (Epoch) {
        return Epoch.wrap(uint64(_sealed.at(uint32(index))._key));
    }
}
