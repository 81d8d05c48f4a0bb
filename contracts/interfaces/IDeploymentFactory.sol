// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Puts contracts at addresses that are known before their code is
/// @notice An address follows from the factory's address and a salt alone (CREATE3), so that contracts can name each other in their
/// constructors, and the order and the number of attempts of a deployment do not matter. The factory is the first contract of its
/// deployer, so its address is the same on every chain on which that account deploys. It has no power over what it deployed; what it
/// keeps proves, without trusting whoever deployed, which code with which arguments a contract was made from.
interface IDeploymentFactory {
    /// @notice A contract was made.
    /// @param initCodeHash keccak256 of creation code and constructor arguments.
    event ContractDeployed(bytes32 indexed salt, address indexed deployed, bytes32 initCodeHash);

    error NotDeployer(address caller);

    /// @notice Makes a contract. Only the deployer; each salt once. Reverts with what the constructor reverts with.
    /// @param initCode Creation code and constructor arguments.
    function deploy(bytes32 salt, bytes calldata initCode) external returns (address);

    /// @notice The account that made the factory, and alone uses it.
    function deployer() external view returns (address);

    /// @notice The address that a salt's contract has or will have.
    function addressOf(bytes32 salt) external view returns (address);

    /// @notice What the salt's contract was made from: keccak256 of creation code and constructor arguments; zero if it was not made.
    function initCodeHashOf(bytes32 salt) external view returns (bytes32);
}
