// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title A token that keeps a fee of transfers, refuses some accounts, answers false, or calls somebody back in the middle of transfers
/// @dev For tests only.
contract OddToken is ERC20, ERC20Permit {
    error AccountBlocked(address account);

    uint256 public fee;
    mapping(address account => bool) public blocked;
    bool public answersFalse;
    address public callbackTarget;
    bytes public callbackData;
    /// @notice What the callback failed with.
    bytes public callbackFailure;

    constructor(address holder, uint256 supply) ERC20("Odd", "ODD") ERC20Permit("Odd") {
        _mint(holder, supply);
    }

    function setFee(uint256 fee_) external {
        fee = fee_;
    }

    function setBlocked(address account, bool blocked_) external {
        blocked[account] = blocked_;
    }

    /// @notice Moves nothing any more, and says so instead of reverting.
    function setAnswersFalse(bool answersFalse_) external {
        answersFalse = answersFalse_;
    }

    function setCallback(address target, bytes calldata data) external {
        callbackTarget = target;
        callbackData = data;
    }

    function transfer(address to, uint256 value) public override returns (bool) {
        return !answersFalse && super.transfer(to, value);
    }

    function transferFrom(address from, address to, uint256 value) public override returns (bool) {
        return !answersFalse && super.transferFrom(from, to, value);
    }

    function _update(address from, address to, uint256 value) internal override {
        if (blocked[from]) revert AccountBlocked(from);
        if (blocked[to]) revert AccountBlocked(to);
        super._update(from, to, value);
        if (from == address(0)) return;
        if (fee > 0) super._update(to, address(0xfee), Math.min(fee, value));
        if (callbackTarget != address(0)) {
            // solhint-disable-next-line avoid-low-level-calls
            (bool succeeded, bytes memory result) = callbackTarget.call(callbackData);
            if (!succeeded) callbackFailure = result;
        }
    }
}
