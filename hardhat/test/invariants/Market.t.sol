// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MarketWorld} from "./MarketWorld.sol";

/// @dev What holds after any steps of anybody, in any order. The world's steps fail by themselves where a contract refuses with anything
/// but a documented error, or takes more gas than any call ever should.
contract MarketInvariants {
    MarketWorld private _world;

    function setUp() public {
        _world = _createWorld();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_world);
    }

    function _createWorld() internal virtual returns (MarketWorld) {
        return new MarketWorld();
    }

    function invariant_escrowCoversEveryLiability() external view {
        _world.checkEscrow();
    }

    function invariant_theVaultCoversEveryLiability() external view {
        _world.checkVault();
    }

    function invariant_paidRefundedAndRemainingAreTheDeposit() external view {
        _world.checkDeposits();
    }

    function invariant_nobodyIsPaidForUnprovenEpochs() external view {
        _world.checkEarnings();
    }

    function invariant_terminalStatesAreFinal() external view {
        _world.checkTerminalStates();
    }

    function invariant_seedsAreFixedOnceAndNeverZero() external view {
        _world.checkSeeds();
    }

    function invariant_reservationsAreThoseOfTheRunningAgreements() external view {
        _world.checkReservations();
    }

    function invariant_provenAndMissedEpochsAreDisjointAndSealed() external view {
        _world.checkTrackRecords();
    }

    function invariant_sharesAreNeverWorthMoreThanTheirPool() external view {
        _world.checkDelegations();
    }

    function invariant_consumersAreCompensatedOfTheProvidersOwnLossAlone() external view {
        _world.checkCompensation();
    }

    /// @dev From whatever was reached: everybody takes out what is theirs, alone and with bounded gas, and nothing but donations and what
    /// rounding left is still there.
    function afterInvariant() external {
        _world.leave();
    }
}
