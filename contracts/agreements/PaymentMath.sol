// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What epochs cost and how a term is cut into billing cycles
/// @notice Amounts are token base units. Only the fee is rounded: down, in favour of the provider who pays it.
library PaymentMath {
    /// @notice The most billing cycles of a term: one bit each in one word.
    uint256 internal constant MAX_CYCLES = 256;
    uint256 private constant BPS = 10_000;

    /// @notice What an epoch of `space` GiB costs.
    function rate(uint256 perGiB, uint64 space) internal pure returns (uint256) {
        return perGiB * space;
    }

    /// @notice Price of `space` GiB for `epochs`. Cannot overflow with a price below 2^128.
    function price(uint256 perGiB, uint64 space, uint64 epochs) internal pure returns (uint256) {
        return rate(perGiB, space) * epochs;
    }

    /// @notice The protocol's share of a payout.
    function fee(uint256 payout, uint16 feeBps) internal pure returns (uint256) {
        return (payout * feeBps) / BPS;
    }

    /// @notice The number of cycles in [start, end); the last may be shorter.
    function cycleCount(uint64 start, uint64 end, uint64 length) internal pure returns (uint64) {
        return (end - start + length - 1) / length;
    }

    /// @notice The epochs [from, to) of a cycle; the caller has checked that it is one of cycleCount.
    function cycleBounds(uint64 start, uint64 end, uint64 length, uint64 cycle) internal pure returns (uint64 from, uint64 to) {
        from = start + cycle * length;
        to = end - from < length ? end : from + length;
    }
}
