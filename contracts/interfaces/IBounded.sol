// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Numbers that nobody can set outside hard bounds
interface IBounded {
    /// @notice `parameter` is outside `minimum..maximum`.
    error ParameterOutOfBounds(string parameter, uint256 value, uint256 minimum, uint256 maximum);
}
