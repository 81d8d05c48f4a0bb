// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Holds what was deposited until it is owed to somebody
/// @notice Knows no market rules. Its controllers (StorageAgreements, StorageAudits, EgressVouchers) say what becomes whose, each of what
/// was deposited through it, under keys of its own: no controller can touch another's. Everybody withdraws their own, without anybody's
/// help.
interface IAgreementEscrow {
    event Deposited(address indexed controller, uint256 indexed key, address indexed from, uint256 amount);
    /// @notice Part of a deposit became `account`'s to withdraw.
    event Credited(address indexed controller, uint256 indexed key, address indexed account, uint256 amount);
    event Withdrawn(address indexed account, address indexed to, uint256 amount);

    error OnlyControllers(address caller);
    error InsufficientEscrow(address controller, uint256 key, uint256 held, uint256 requested);
    /// @notice The token delivered another amount than was asked for.
    error UnexpectedTransferAmount(uint256 expected, uint256 received);
    error NothingToWithdraw(address account);

    /// @notice Takes tokens from `from` (allowance to this contract) under a key of the caller's. Only controllers, which answer for having
    /// asked `from`.
    /// @param key An agreement's number, or an audit's.
    function deposit(uint256 key, address from, uint256 amount) external;

    /// @notice Makes part of what the caller holds under `key` `account`'s. Only controllers.
    function credit(uint256 key, address account, uint256 amount) external;

    /// @notice Sends all that is the sender's to `to`.
    function withdraw(address to) external returns (uint256 amount);

    /// @notice Base units that a controller holds under a key.
    function held(address controller, uint256 key) external view returns (uint256);
    function withdrawable(address account) external view returns (uint256);
    function totalHeld() external view returns (uint256);
    function totalWithdrawable() external view returns (uint256);
}
