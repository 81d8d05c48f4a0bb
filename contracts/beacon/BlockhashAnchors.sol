// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IRandomnessBeacon} from "../interfaces/IRandomnessBeacon.sol";
import {Epoch} from "../types/MarketplaceTypes.sol";
import {SealedEpochs} from "./SealedEpochs.sol";

/// @title Seeds from the hashes of blocks that were still in the future when they were chosen
/// @notice Fixing the anchor names a future block; sealing stores seed = sha256(blockhash(anchor) || u64 epoch). Whoever fixes it cannot
/// see the result, and nobody can choose again while the anchor's hash is readable: 8,191 blocks where EIP-2935 is live, 256 elsewhere.
/// @dev Trusts the anchor's block producer not to give up a block's reward to draw once more: one extra draw for each block withheld.
/// Not for chains whose block.number or blockhash are another chain's or are not random (Arbitrum and the like).
abstract contract BlockhashAnchors is SealedEpochs {
    /// @notice The anchor would be this block or one too far ahead.
    error AnchorDelayOutOfBounds(uint64 delay, uint64 minimum, uint64 maximum);

    uint64 private constant MIN_ANCHOR_DELAY = 1;
    uint64 private constant MAX_ANCHOR_DELAY = 64;
    /// @dev Blocks whose hashes the opcode reads.
    uint256 private constant OPCODE_WINDOW = 256;
    /// @dev EIP-2935's system contract, which keeps the hashes of 8,191 blocks.
    address private constant HISTORY = 0x0000F90827F1C53a10cb7A02335B175320002935;

    /// @notice Blocks between the opening and the anchor.
    uint64 public immutable anchorDelay;

    /// @param anchorDelay_ Blocks between an opening and its anchor (1..64).
    constructor(uint64 anchorDelay_) {
        if (anchorDelay_ < MIN_ANCHOR_DELAY || anchorDelay_ > MAX_ANCHOR_DELAY) {
            revert AnchorDelayOutOfBounds(anchorDelay_, MIN_ANCHOR_DELAY, MAX_ANCHOR_DELAY);
        }
        anchorDelay = anchorDelay_;
    }

    /// @inheritdoc IRandomnessBeacon
    function anchorBlock(Epoch epoch) external view override returns (uint256) {
        return _records[epoch].anchorBlock;
    }

    /// @dev Does nothing while the epoch has an anchor that can still be used.
    function _fixAnchor(Epoch epoch) internal {
        EpochRecord storage record = _records[epoch];
        if (record.anchorBlock != 0 && !_hasExpired(record.anchorBlock)) return;
        record.anchorBlock = uint64(block.number) + anchorDelay;
        emit EpochOpened(epoch, record.anchorBlock);
    }

    function _sealFromAnchor(Epoch epoch) internal {
        uint256 anchor = _records[epoch].anchorBlock;
        if (anchor == 0) revert EpochNotOpened(epoch);
        if (block.number <= anchor) revert AnchorNotReached(epoch, anchor, block.number);
        bytes32 anchorHash = _hashOf(anchor);
        if (anchorHash == 0) revert AnchorExpired(epoch, anchor);
        _fix(epoch, anchorHash);
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
}
