// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title What lies behind a provider, and how a slash takes from it
library SlashSplit {
    /// @notice Base units; together below 2^128, so that the product of any two sums of them fits.
    /// @param staked The provider's own.
    /// @param unbonding The provider's own, asked back.
    /// @param delegated Its delegators'.
    /// @param undelegating Its delegators', asked back.
    struct Pots {
        uint256 staked;
        uint256 unbonding;
        uint256 delegated;
        uint256 undelegating;
    }

    function total(Pots memory pots) internal pure returns (uint256) {
        return pots.staked + pots.unbonding + pots.delegated + pots.undelegating;
    }

    /// @notice The part of `amount`, or of all that there is, that falls on each pot. The parts add up to it; none is more than its pot.
    /// Each is in proportion to its pot but for less than a base unit for each pot before it, which rounding puts on the own stake first.
    function split(Pots memory pots, uint256 amount) internal pure returns (Pots memory parts) {
        uint256 left = total(pots);
        uint256 take = Math.min(amount, left);
        // take <= left stays true: a part takes at least its proportion of `take`, and `take` rounded up to at most the pot.
        (parts.staked, take, left) = _part(pots.staked, take, left);
        (parts.unbonding, take, left) = _part(pots.unbonding, take, left);
        (parts.delegated, take, left) = _part(pots.delegated, take, left);
        parts.undelegating = take;
    }

    /// @dev The part of one pot, rounded up, and what is to take from the others.
    function _part(uint256 pot, uint256 take, uint256 left) private pure returns (uint256 part, uint256 takeNext, uint256 leftNext) {
        part = left == 0 ? 0 : Math.ceilDiv(take * pot, left);
        return (part, take - part, left - pot);
    }
}
