// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Epoch} from "../types/MarketplaceTypes.sol";

/// @title A set of epochs, one bit each
/// @notice Ranges of up to 256 epochs are read as one word, whose bit i stands for epoch `from + i`.
library ProvenEpochs {
    struct Bitmap {
        mapping(uint256 word => uint256 bits) words;
    }

    function add(Bitmap storage self, Epoch epoch) internal {
        uint256 position = epoch.number();
        self.words[position >> 8] |= 1 << (position & 255);
    }

    function contains(Bitmap storage self, Epoch epoch) internal view returns (bool) {
        uint256 position = epoch.number();
        return (self.words[position >> 8] >> (position & 255)) & 1 == 1;
    }

    /// @dev The epochs in [from, to). The caller has checked that from <= to <= from + 256.
    function range(Bitmap storage self, Epoch from, Epoch to) internal view returns (uint256 bits) {
        uint256 first = from.number();
        uint256 length = to.number() - first;
        uint256 shift = first & 255;
        bits = self.words[first >> 8] >> shift;
        if (shift + length > 256) bits |= self.words[(first >> 8) + 1] << (256 - shift);
        if (length < 256) bits &= (1 << length) - 1;
    }

    /// @notice The number of ones.
    function count(uint256 bits) internal pure returns (uint256) {
        unchecked {
            bits -= (bits >> 1) & 0x5555555555555555555555555555555555555555555555555555555555555555;
            bits =
                (bits & 0x3333333333333333333333333333333333333333333333333333333333333333) +
                ((bits >> 2) & 0x3333333333333333333333333333333333333333333333333333333333333333);
            bits = (bits + (bits >> 4)) & 0x0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f;
            // Sums of 16 bits: 256 ones do not fit into 8.
            bits = (bits + (bits >> 8)) & 0x00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff;
            return (bits * 0x0001000100010001000100010001000100010001000100010001000100010001) >> 240;
        }
    }

    /// @notice The position of the one with number `index`, counted from the lowest. The caller has checked that index < count(bits).
    function select(uint256 bits, uint256 index) internal pure returns (uint256 position) {
        for (uint256 width = 128; width > 0; width >>= 1) {
            uint256 lower = bits & ((1 << width) - 1);
            uint256 ones = count(lower);
            if (index < ones) {
                bits = lower;
            } else {
                index -= ones;
                bits >>= width;
                position += width;
            }
        }
    }
}
