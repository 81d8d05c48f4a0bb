// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OddMarketWorld} from "./OddMarketWorld.sol";

/// @dev What MarketInvariants says, with a token that is fee-taking, false-answering, blocking or re-entrant for a while. One campaign for
/// all: what differs from the market with its own token is only what a transfer does.
contract OddMarketInvariants {
    OddMarketWorld private _world;

    function setUp() public {
        _world = new OddMarketWorld();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_world);
    }

    function invariant_booksBalanceWhateverTheTokenDoes() external view {
        _world.checkEscrow();
        _world.checkVault();
        _world.checkDeposits();
        _world.checkEarnings();
        _world.checkTerminalStates();
        _world.checkReservations();
        _world.checkDelegations();
    }

    function afterInvariant() external {
        _world.leave();
    }
}
