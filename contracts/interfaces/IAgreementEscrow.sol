// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AgreementId} from "../types/MarketplaceTypes.sol";

/// @title Holds what consumers deposited until it is owed to somebody
/// @notice Knows no market rules: StorageAgreements says what becomes whose. Everybody withdraws their own, without anybody's help.
interface IAgreementEscrow {
    event Deposited(AgreementId indexed agreement, address indexed from, uint256 amount);
    /// @notice Part of an agreement's deposit became `account`'s to withdraw.
    event Credited(AgreementId indexed agreement, address indexed account, uint256 amount);
    event Withdrawn(address indexed account, address indexed to, uint256 amount);

    error OnlyAgreements(address caller);
    error InsufficientEscrow(AgreementId agreement, uint256 held, uint256 requested);
    /// @notice The token delivered another amount than was asked for.
    error UnexpectedTransferAmount(uint256 expected, uint256 received);
    error NothingToWithdraw(address account);

    /// @notice Takes tokens from `from` (allowance to this contract) for an agreement. Only StorageAgreements.
    function deposit(AgreementId agreement, address from, uint256 amount) external;

    /// @notice Makes part of an agreement's deposit `account`'s. Only StorageAgreements.
    function credit(AgreementId agreement, address account, uint256 amount) external;

    /// @notice Sends all that is the sender's to `to`.
    function withdraw(address to) external returns (uint256 amount);

    function held(AgreementId agreement) external view returns (uint256);
    function withdrawable(address account) external view returns (uint256);
    function totalHeld() external view returns (uint256);
    function totalWithdrawable() external view returns (uint256);
}
