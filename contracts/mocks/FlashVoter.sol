// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title Borrows tokens, does something with them in governance, and gives them back, all in one transaction
/// @dev For tests only. The lender has approved it.
contract FlashVoter {
    IERC20 public immutable token;

    constructor(IERC20 token_) {
        token = token_;
        IVotes(address(token_)).delegate(address(this));
    }

    /// @return weight The votes that counted.
    function vote(IGovernor governor, uint256 proposal, address lender, uint256 amount) external returns (uint256 weight) {
        token.transferFrom(lender, address(this), amount);
        weight = governor.castVote(proposal, 1);
        token.transfer(lender, amount);
    }

    function propose(IGovernor governor, address lender, uint256 amount, address target, bytes calldata data) external {
        token.transferFrom(lender, address(this), amount);
        address[] memory targets = new address[](1);
        uint256[] memory values = new uint256[](1);
        bytes[] memory calldatas = new bytes[](1);
        (targets[0], calldatas[0]) = (target, data);
        governor.propose(targets, values, calldatas, "borrowed");
        token.transfer(lender, amount);
    }

    /// @notice Holds the tokens for a moment, for instance in the very second of a snapshot.
    function touch(address lender, uint256 amount) external {
        token.transferFrom(lender, address(this), amount);
        token.transfer(lender, amount);
    }

    function castVote(IGovernor governor, uint256 proposal) external returns (uint256 weight) {
        return governor.castVote(proposal, 1);
    }
}
