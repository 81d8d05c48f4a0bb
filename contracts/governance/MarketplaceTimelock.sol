// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {IMarketplaceTimelock} from "../interfaces/IMarketplaceTimelock.sol";
import {Bounded} from "./Bounded.sol";

/// @title The owner of the market's parameters, and its treasury
/// @notice See IMarketplaceTimelock.
contract MarketplaceTimelock is IMarketplaceTimelock, Bounded, TimelockController {
    /// @notice The longest that a decision can be made to wait.
    uint256 public constant MAX_DELAY = 30 days;

    /// @inheritdoc IMarketplaceTimelock
    uint256 public immutable override minDelayFloor;

    /// @param governor Alone schedules and cancels; anybody executes.
    /// @param delay_ Seconds from the queueing of a proposal to its execution (minDelayFloor to 30 days).
    /// @param minDelayFloor_ Seconds (1 to 30 days); two days on a public chain.
    constructor(
        address governor,
        uint256 delay_,
        uint256 minDelayFloor_
    ) TimelockController(delay_, _only(governor), _only(address(0)), address(0)) {
        _requireWithin("minDelayFloor", minDelayFloor_, 1, MAX_DELAY);
        minDelayFloor = minDelayFloor_;
        _requireWithin("delay", delay_, minDelayFloor_, MAX_DELAY);
    }

    /// @notice Changes the delay of what is scheduled from now on. Only by a decision that waited for the present one.
    /// @param newDelay Seconds, minDelayFloor to 30 days.
    function updateDelay(uint256 newDelay) public override {
        _requireWithin("delay", newDelay, minDelayFloor, MAX_DELAY);
        super.updateDelay(newDelay);
    }

    function _only(address account) private pure returns (address[] memory accounts) {
        accounts = new address[](1);
        accounts[0] = account;
    }
}
