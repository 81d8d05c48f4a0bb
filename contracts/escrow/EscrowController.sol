// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgreementEscrow} from "../interfaces/IAgreementEscrow.sol";
import {ISignatureToken} from "../interfaces/ISignatureToken.sol";
import {Permit} from "../types/MarketplaceTypes.sol";

/// @title What every controller of the escrow does with it
abstract contract EscrowController {
    /// @notice The token of deposits, whose permits can be sent along.
    ISignatureToken public immutable token;
    /// @notice Holds the deposits.
    IAgreementEscrow public immutable escrow;

    constructor(ISignatureToken token_, IAgreementEscrow escrow_) {
        token = token_;
        escrow = escrow_;
    }

    /// @dev Whoever saw a permit may have used it already; then the allowance is there, and otherwise the deposit says what is wrong.
    function _usePermit(Permit calldata permit) internal {
        if (permit.value == 0) return;
        try token.permit(msg.sender, address(escrow), permit.value, permit.deadline, permit.signature) {} catch {}
    }

    /// @dev Takes tokens of the sender.
    function _deposit(uint256 key, uint256 amount) internal {
        if (amount > 0) escrow.deposit(key, msg.sender, amount);
    }

    function _credit(uint256 key, address account, uint256 amount) internal {
        if (amount > 0) escrow.credit(key, account, amount);
    }
}
