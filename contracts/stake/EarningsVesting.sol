// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @title Earnings that become their owners' evenly in time
/// @notice What is added vests with what is on its way already, over the average of both waits, weighted by the amounts and rounded down:
/// so an addition can never put off what is on its way by more than its weight, and one of dust not at all.
library EarningsVesting {
    using SafeCast for uint256;

    /// @param unvested Base units that had not vested at `since`.
    /// @param since Seconds since 1970.
    /// @param until When all of them have vested.
    struct Earnings {
        uint128 unvested;
        uint64 since;
        uint64 until;
    }

    /// @notice What has vested since it was taken last, rounded down.
    function vested(Earnings storage self) internal view returns (uint256) {
        uint256 unvested = self.unvested;
        if (block.timestamp >= self.until) return unvested;
        return (unvested * (block.timestamp - self.since)) / (self.until - self.since);
    }

    /// @notice Takes what has vested.
    function takeVested(Earnings storage self) internal returns (uint256 amount) {
        if (self.unvested == 0) return 0;
        amount = vested(self);
        self.unvested -= amount.toUint128();
        self.since = uint64(block.timestamp);
    }

    /// @notice Adds earnings, after what had vested was taken.
    /// @param amount Not 0.
    /// @param period Seconds over which it would vest by itself.
    /// @return until When all will have vested.
    function add(Earnings storage self, uint256 amount, uint64 period) internal returns (uint64 until) {
        uint256 unvested = self.unvested;
        uint256 sum = unvested + amount;
        uint256 wait = Math.saturatingSub(self.until, block.timestamp);
        self.unvested = sum.toUint128();
        until = (block.timestamp + (unvested * wait + amount * period) / sum).toUint64();
        self.since = uint64(block.timestamp);
        self.until = until;
    }

    /// @notice Takes all that has not vested.
    function forfeit(Earnings storage self) internal returns (uint256 amount) {
        amount = self.unvested;
        self.unvested = 0;
    }
}
