// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDeclaredLosses} from "../interfaces/IDeclaredLosses.sol";
import {IMarketplaceParameters} from "../interfaces/IMarketplaceParameters.sol";
import {IPossessionProofs} from "../interfaces/IPossessionProofs.sol";
import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";
import {IRandomnessBeacon} from "../interfaces/IRandomnessBeacon.sol";
import {IStorageAgreements} from "../interfaces/IStorageAgreements.sol";
import {AgreementId, Checkpoint, Epoch} from "../types/MarketplaceTypes.sol";

/// @title Believes every proof, and every inclusion whose checkpoint names the drawn epoch in its root
/// @dev For tests only.
contract MockProofs is IPossessionProofs {
    IMarketplaceParameters public immutable parameters;
    IRandomnessBeacon public immutable beacon;
    IProviderRegistry public immutable registry;
    IStorageAgreements public immutable agreements;
    IDeclaredLosses public immutable losses;

    constructor(
        IMarketplaceParameters parameters_,
        IRandomnessBeacon beacon_,
        IProviderRegistry registry_,
        IStorageAgreements agreements_,
        IDeclaredLosses losses_
    ) {
        parameters = parameters_;
        beacon = beacon_;
        registry = registry_;
        agreements = agreements_;
        losses = losses_;
    }

    /// @notice Records a proof of the current epoch for any provider.
    function prove(address provider) external {
        registry.recordProof(provider, parameters.currentEpoch());
    }

    function commit(address, Checkpoint calldata) external override {}

    function advance(address provider, bytes calldata, Checkpoint calldata) external override {
        registry.recordProof(provider, parameters.currentEpoch());
    }

    function checkpointOf(address) external pure override returns (bool, Checkpoint memory checkpoint, Epoch) {
        return (false, checkpoint, Epoch.wrap(0));
    }

    function provenCheckpoint(address, Epoch) external pure override returns (bytes32) {
        return 0;
    }

    function requireInclusion(
        address provider,
        Epoch epoch,
        AgreementId,
        Checkpoint calldata checkpoint,
        bytes calldata
    ) external pure override {
        if (checkpoint.root != bytes32(uint256(epoch.number()))) revert NotTheProvenCheckpoint(provider, epoch);
    }
}
