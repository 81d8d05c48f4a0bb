// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ProvenEpochs} from "../../contracts/registry/ProvenEpochs.sol";
import {Epoch} from "../../contracts/types/MarketplaceTypes.sol";

/// @dev Each word-wise operation against the loop that it replaces.
contract ProvenEpochsTest {
    using ProvenEpochs for ProvenEpochs.Bitmap;

    ProvenEpochs.Bitmap private _set;

    function testFuzz_countIsTheNumberOfOnes(uint256 bits) external pure {
        require(ProvenEpochs.count(bits) == _slowCount(bits), "count");
    }

    function test_countOfNoneAndOfAll() external pure {
        require(ProvenEpochs.count(0) == 0 && ProvenEpochs.count(type(uint256).max) == 256, "count");
    }

    function testFuzz_selectIsTheOneWithThatNumber(uint256 bits, uint256 index) external pure {
        uint256 ones = _slowCount(bits);
        if (ones == 0) return;
        index %= ones;
        require(ProvenEpochs.select(bits, index) == _slowSelect(bits, index), "select");
    }

    function test_selectReachesEveryBitOfAFullWord() external pure {
        for (uint256 i = 0; i < 256; ++i) require(ProvenEpochs.select(type(uint256).max, i) == i, "select");
    }

    function testFuzz_aRangeHoldsWhatWasAddedInIt(uint16[24] calldata added, uint16 from, uint8 length) external {
        for (uint256 i = 0; i < added.length; ++i) _set.add(Epoch.wrap(_near(from, added[i])));
        uint64 to = uint64(from) + length + 1;
        uint256 bits = _set.range(Epoch.wrap(from), Epoch.wrap(to));
        for (uint64 epoch = from; epoch < to; ++epoch) {
            bool inside = (bits >> (epoch - from)) & 1 == 1;
            require(inside == _set.contains(Epoch.wrap(epoch)), "range");
            require(inside == _isAmong(added, from, epoch), "contains");
        }
        require((bits >> (to - from - 1)) >> 1 == 0, "beyond the range");
    }

    /// @dev Within 300 epochs around `from`, so that ranges cross words and hit.
    function _near(uint16 from, uint16 value) private pure returns (uint64) {
        return uint64(from) + (value % 300);
    }

    function _isAmong(uint16[24] calldata added, uint16 from, uint64 epoch) private pure returns (bool) {
        for (uint256 i = 0; i < added.length; ++i) {
            if (_near(from, added[i]) == epoch) return true;
        }
        return false;
    }

    function _slowCount(uint256 bits) private pure returns (uint256 ones) {
        for (; bits != 0; bits >>= 1) ones += bits & 1;
    }

    function _slowSelect(uint256 bits, uint256 index) private pure returns (uint256) {
        for (uint256 i = 0; i < 256; ++i) {
            if ((bits >> i) & 1 == 0) continue;
            if (index == 0) return i;
            --index;
        }
        revert("no such one");
    }
}
