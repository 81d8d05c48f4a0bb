// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {IMarketplaceParameters} from "../interfaces/IMarketplaceParameters.sol";
import {IRandomnessBeacon} from "../interfaces/IRandomnessBeacon.sol";
import {Epoch} from "../types/MarketplaceTypes.sol";

/// @title Seeds from the hashes of blocks that were still in the future when they were chosen
/// @notice `open` fixes the anchor, a future block; `seal` stores seed = sha256(blockhash(anchor) || u64 epoch). Whoever opens cannot see
/// the result, and nobody can choose again while the anchor's hash is readable: 8,191 blocks where EIP-2935 is live, 256 elsewhere.
/// @dev Trusts the anchor's block producer not to give up a block's reward to draw once more: one extra draw for each block withheld.
/// Not for chains whose block.number or blockhash are another chain's or are not random (Arbitrum and the like); those, and
/// markets worth more than a block, need a beacon of their own.
contract BlockhashBeacon is IRandomnessBeacon {
    using Checkpoints for Checkpoints.Trace160;

    /// @param seed Zero until the epoch is sealed.
    struct Opening {
        bytes32 seed;
        uint64 sealedAt;
        uint64 anchorBlock;
    }

    /// @notice The anchor would be this block or one too far ahead.
    error AnchorDelayOutOfBounds(uint64 delay, uint64 minimum, uint64 maximum);

    uint64 private constant MIN_ANCHOR_DELAY = 1;
    uint64 private constant MAX_ANCHOR_DELAY = 64;
    /// @dev Blocks whose hashes the opcode reads.
    uint256 private constant OPCODE_WINDOW = 256;
    /// @dev EIP-2935's system contract, which keeps the hashes of 8,191 blocks.
    address private constant HISTORY = 0x0000F90827F1C53a10cb7A02335B175320002935;

    /// @notice The market's clock.
    IMarketplaceParameters public immutable parameters;
    /// @notice Blocks between the opening and the anchor.
    uint64 public immutable anchorDelay;

    mapping(Epoch epoch => Opening opening) private _openings;
    /// @dev Key: a sealed epoch; value: how many were sealed up to and including it. Epochs are sealed in order, so keys only grow.
    Checkpoints.Trace160 private _sealed;

    /// @param anchorDelay_ Blocks between an opening and its anchor (1..64).
    constructor(IMarketplaceParameters parameters_, uint64 anchorDelay_) {
        if (anchorDelay_ < MIN_ANCHOR_DELAY || anchorDelay_ > MAX_ANCHOR_DELAY) {
            revert AnchorDelayOutOfBounds(anchorDelay_, MIN_ANCHOR_DELAY, MAX_ANCHOR_DELAY);
        }
        parameters = parameters_;
        anchorDelay = anchorDelay_;
    }

    /// @inheritdoc IRandomnessBeacon
    function open() external override {
        Epoch epoch = parameters.currentEpoch();
        Opening storage opening = _openings[epoch];
        if (opening.seed != 0) return;
        _requireFirstHalf(epoch);
        if (opening.anchorBlock != 0 && !_hasExpired(opening.anchorBlock)) return;
        opening.anchorBlock = uint64(block.number) + anchorDelay;
        emit EpochOpened(epoch, opening.anchorBlock);
    }

    /// @inheritdoc IRandomnessBeacon
    function seal() external override {
        Epoch epoch = parameters.currentEpoch();
        Opening storage opening = _openings[epoch];
        if (opening.seed != 0) return;
        _requireFirstHalf(epoch);

        uint256 anchor = opening.anchorBlock;
        if (anchor == 0) revert EpochNotOpened(epoch);
        if (block.number <= anchor) revert AnchorNotReached(epoch, anchor, block.number);
        bytes32 anchorHash = _hashOf(anchor);
        if (anchorHash == 0) revert AnchorExpired(epoch, anchor);

        bytes32 drawn = sha256(abi.encodePacked(anchorHash, epoch.number()));
        opening.seed = drawn;
        opening.sealedAt = uint64(block.timestamp);
        _sealed.push(epoch.number(), _sealed.latest() + 1);
        emit EpochSealed(epoch, drawn);
    }

    /// @inheritdoc IRandomnessBeacon
    function seed(Epoch epoch) external view override returns (bytes32) {
        return _openings[epoch].seed;
    }

    /// @inheritdoc IRandomnessBeacon
    function sealedAt(Epoch epoch) external view override returns (uint64) {
        return _openings[epoch].sealedAt;
    }

    /// @inheritdoc IRandomnessBeacon
    function anchorBlock(Epoch epoch) external view override returns (uint256) {
        return _openings[epoch].anchorBlock;
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

    /// @dev The newest epochs are asked for most, and cost one read; others a binary search.
    function _countThrough(uint64 epoch) private view returns (uint256) {
        (bool exists, uint96 newest, uint160 count) = _sealed.latestCheckpoint();
        if (!exists || newest <= epoch) return count;
        return _sealed.upperLookupRecent(epoch);
    }

    /// @dev An epoch lasts at least 2 s: 2^32 of them outlast the index by centuries.
    function _sealedNumber(uint256 index) private view returns (Epoch) {
        return Epoch.wrap(uint64(_sealed.at(uint32(index))._key));
    }

    /// @dev The hash of a past block, or zero if it cannot be read any more. Trusts the code at HISTORY where there is any: only the
    /// protocol's own can come to that address. Nothing but a successful answer of 32 bytes counts, since a local chain may keep code
    /// there that refuses with a message, and a message would make a seed that everybody knows (OpenZeppelin 5.7's Blockhash takes
    /// the refusal for the hash, which is why it is not used here).
    function _hashOf(uint256 anchor) private view returns (bytes32) {
        if (block.number - anchor <= OPCODE_WINDOW) return blockhash(anchor);
        // solhint-disable-next-line avoid-low-level-calls
        (bool success, bytes memory answer) = HISTORY.staticcall(abi.encode(anchor));
        return success && answer.length == 32 ? abi.decode(answer, (bytes32)) : bytes32(0);
    }

    function _hasExpired(uint256 anchor) private view returns (bool) {
        return block.number > anchor && _hashOf(anchor) == 0;
    }

    function _requireFirstHalf(Epoch epoch) private view {
        uint256 elapsed = block.timestamp - parameters.epochStart(epoch);
        if (elapsed * 2 >= parameters.epochLength()) revert NotInFirstHalf(epoch, block.timestamp);
    }
}
