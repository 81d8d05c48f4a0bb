// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MarketActors} from "./MarketActors.sol";
import {Vm, vm} from "./Vm.sol";

/// @title How a step is taken, and which refusals it may meet
/// @dev A step that fails with anything but one of the errors that its contract documents for that moment fails the run: panics, missing
/// data and errors out of place are never expected.
abstract contract MarketHandler is MarketActors {
    error UnexpectedRefusal(string step, bytes reason);
    error TooDear(string step, uint256 gas);
    error Robbed(string step, address account, uint256 before, uint256 afterwards);

    /// @dev No call of anybody may come near a block's gas, whatever was done before.
    uint256 private constant MOST_GAS = 3_000_000;

    /// @notice How often each step succeeded.
    mapping(string step => uint256) public taken;

    uint256 private _steps;

    constructor() {
        _deployMarket();
        _createActors();
    }

    /// @dev Looks at one bystander in turn: nobody may have less after a step that is another's.
    /// @param refusals The selectors of the errors that may be met, packed.
    function _attempt(
        string memory step,
        address sender,
        address target,
        bytes memory data,
        bytes memory refusals
    ) internal returns (bool succeeded, bytes memory result) {
        address bystander = everybody[_steps++ % everybody.length];
        uint256 wealth = _wealthOf(bystander);
        vm.recordLogs();
        vm.startPrank(sender);
        uint256 before = gasleft();
        // solhint-disable-next-line avoid-low-level-calls
        (succeeded, result) = target.call(data);
        uint256 used = before - gasleft();
        vm.stopPrank();
        if (used > MOST_GAS) revert TooDear(step, used);
        _book(vm.getRecordedLogs());
        if (succeeded) ++taken[step];
        else if (!_isAmong(result, bytes.concat(refusals, _refusalsOfToken(step)))) revert UnexpectedRefusal(step, result);
        if (bystander != sender && _wealthOf(bystander) < wealth) revert Robbed(step, bystander, wealth, _wealthOf(bystander));
    }

    /// @dev Keeps account of what a step did.
    function _book(Vm.Log[] memory logs) internal virtual;

    /// @dev The errors that the token may be the reason of, beside those that the step may meet anyway.
    function _refusalsOfToken(string memory) internal view virtual returns (bytes memory) {
        return "";
    }

    /// @dev What the account has in hand, with what it can withdraw.
    function _wealthOf(address account) private view returns (uint256) {
        return token.balanceOf(account) + escrow.withdrawable(account);
    }

    function _isAmong(bytes memory reason, bytes memory refusals) private pure returns (bool) {
        if (reason.length < 4) return false;
        for (uint256 i = 0; i < refusals.length; i += 4) {
            bool same = true;
            for (uint256 j = 0; j < 4; ++j) same = same && reason[j] == refusals[i + j];
            if (same) return true;
        }
        return false;
    }

    function _bound(uint256 value, uint256 from, uint256 to) internal pure returns (uint256) {
        return from + (value % (to - from + 1));
    }
}
