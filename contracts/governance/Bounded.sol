// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBounded} from "../interfaces/IBounded.sol";

/// @title Numbers that nobody can set outside hard bounds
/// @notice See IBounded.
abstract contract Bounded is IBounded {
    function _requireWithin(string memory parameter, uint256 value, uint256 minimum, uint256 maximum) internal pure {
        if (value < minimum || value > maximum) revert ParameterOutOfBounds(parameter, value, minimum, maximum);
    }
}
