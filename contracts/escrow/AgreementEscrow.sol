// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IAgreementEscrow} from "../interfaces/IAgreementEscrow.sol";

/// @title Holds what was deposited until it is owed to somebody
/// @notice See IAgreementEscrow. The balance is always at least totalHeld + totalWithdrawable.
contract AgreementEscrow is IAgreementEscrow, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @notice The token of deposits.
    IERC20 public immutable token;
    /// @notice StorageAgreements, which keeps deposits for space under agreements' numbers.
    address public immutable agreements;
    /// @notice StorageAudits, which keeps auditors' bonds under audits' numbers.
    address public immutable audits;
    /// @notice EgressVouchers, which keeps deposits for reading under agreements' numbers.
    address public immutable egress;

    /// @inheritdoc IAgreementEscrow
    mapping(address controller => mapping(uint256 key => uint256)) public override held;
    /// @inheritdoc IAgreementEscrow
    mapping(address account => uint256) public override withdrawable;
    /// @inheritdoc IAgreementEscrow
    uint256 public override totalHeld;
    /// @inheritdoc IAgreementEscrow
    uint256 public override totalWithdrawable;

    constructor(IERC20 token_, address agreements_, address audits_, address egress_) {
        token = token_;
        agreements = agreements_;
        audits = audits_;
        egress = egress_;
    }

    modifier onlyControllers() {
        if (msg.sender != agreements && msg.sender != audits && msg.sender != egress) revert OnlyControllers(msg.sender);
        _;
    }

    /// @inheritdoc IAgreementEscrow
    function deposit(uint256 key, address from, uint256 amount) external override onlyControllers nonReentrant {
        held[msg.sender][key] += amount;
        totalHeld += amount;
        emit Deposited(msg.sender, key, from, amount);

        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(from, address(this), amount);
        uint256 received = token.balanceOf(address(this)) - before;
        if (received != amount) revert UnexpectedTransferAmount(amount, received);
    }

    /// @inheritdoc IAgreementEscrow
    function credit(uint256 key, address account, uint256 amount) external override onlyControllers nonReentrant {
        uint256 available = held[msg.sender][key];
        if (amount > available) revert InsufficientEscrow(msg.sender, key, available, amount);
        held[msg.sender][key] = available - amount;
        totalHeld -= amount;
        withdrawable[account] += amount;
        totalWithdrawable += amount;
        emit Credited(msg.sender, key, account, amount);
    }

    /// @inheritdoc IAgreementEscrow
    function withdraw(address to) external override nonReentrant returns (uint256 amount) {
        amount = withdrawable[msg.sender];
        if (amount == 0) revert NothingToWithdraw(msg.sender);
        withdrawable[msg.sender] = 0;
        totalWithdrawable -= amount;
        emit Withdrawn(msg.sender, to, amount);
        token.safeTransfer(to, amount);
    }
}
