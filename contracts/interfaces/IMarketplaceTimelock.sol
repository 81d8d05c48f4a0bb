// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBounded} from "./IBounded.sol";

/// @title The owner of the market's parameters, and its treasury
/// @notice An OpenZeppelin TimelockController: what the governor schedules waits for the delay, then anybody may execute it. The timelock
/// alone administers its roles; the deployer has none. It holds whatever is sent to it (tokens, ether) until a vote spends it.
/// Its delay is `minDelayFloor` to MAX_DELAY: people can leave before a decision takes effect, and decisions do take effect.
interface IMarketplaceTimelock is IBounded {
    /// @notice The delay can never be below this, in seconds; immutable.
    function minDelayFloor() external view returns (uint256);
}
