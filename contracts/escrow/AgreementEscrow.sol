// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IAgreementEscrow} from "../interfaces/IAgreementEscrow.sol";
import {AgreementId} from "../types/MarketplaceTypes.sol";

/// @title Holds what consumers deposited until it is owed to somebody
/// @notice See IAgreementEscrow. The balance is always at least totalHeld + totalWithdrawable.
contract AgreementEscrow is IAgreementEscrow, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @notice The token of deposits.
    IERC20 public immutable token;
    /// @notice StorageAgreements, which says what becomes whose.
    address public immutable agreements;

    /// @inheritdoc IAgreementEscrow
    mapping(AgreementId agreement => uint256) public override held;
    /// @inheritdoc IAgreementEscrow
    mapping(address account => uint256) public override withdrawable;
    /// @inheritdoc IAgreementEscrow
    uint256 public override totalHeld;
    /// @inheritdoc IAgreementEscrow
    uint256 public override totalWithdrawable;

    constructor(IERC20 token_, address agreements_) {
        token = token_;
        agreements = agreements_;
    }

    modifier onlyAgreements() {
        if (msg.sender != agreements) revert OnlyAgreements(msg.sender);
        _;
    }

    /// @inheritdoc IAgreementEscrow
    function deposit(AgreementId agreement, address from, uint256 amount) external override onlyAgreements nonReentrant {
        held[agreement] += amount;
        totalHeld += amount;
        emit Deposited(agreement, from, amount);

        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(from, address(this), amount);
        uint256 received = token.balanceOf(address(this)) - before;
        if (received != amount) revert UnexpectedTransferAmount(amount, received);
    }

    /// @inheritdoc IAgreementEscrow
    function credit(AgreementId agreement, address account, uint256 amount) external override onlyAgreements nonReentrant {
        uint256 available = held[agreement];
        if (amount > available) revert InsufficientEscrow(agreement, available, amount);
        held[agreement] = available - amount;
        totalHeld -= amount;
        withdrawable[account] += amount;
        totalWithdrawable += amount;
        emit Credited(agreement, account, amount);
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
