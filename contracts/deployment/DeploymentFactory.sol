// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Create3} from "@openzeppelin/contracts/utils/Create3.sol";
import {IDeploymentFactory} from "../interfaces/IDeploymentFactory.sol";

/// @title Puts contracts at addresses that are known before their code is
/// @notice See IDeploymentFactory.
contract DeploymentFactory is IDeploymentFactory {
    /// @inheritdoc IDeploymentFactory
    address public immutable override deployer = msg.sender;
    /// @inheritdoc IDeploymentFactory
    mapping(bytes32 salt => bytes32) public override initCodeHashOf;

    /// @inheritdoc IDeploymentFactory
    function deploy(bytes32 salt, bytes calldata initCode) external override returns (address deployed) {
        if (msg.sender != deployer) revert NotDeployer(msg.sender);
        bytes32 initCodeHash = keccak256(initCode);
        // Before the constructor runs: nothing that it calls can use the salt again, and if it fails all is undone.
        initCodeHashOf[salt] = initCodeHash;
        deployed = Create3.deploy(0, salt, initCode);
        emit ContractDeployed(salt, deployed, initCodeHash);
    }

    /// @inheritdoc IDeploymentFactory
    function addressOf(bytes32 salt) external view override returns (address) {
        return Create3.computeAddress(salt);
    }
}
