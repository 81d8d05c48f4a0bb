// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {PaymentMath} from "../agreements/PaymentMath.sol";
import {SharePool} from "../stake/SharePool.sol";
import {SlashSplit} from "../stake/SlashSplit.sol";

/// @notice Lets tests call the arithmetic of payments and stakes with any numbers.
contract MoneyHarness {
    function price(uint256 perGiB, uint64 space, uint64 epochs) external pure returns (uint256) {
        return PaymentMath.price(perGiB, space, epochs);
    }

    function fee(uint256 payout, uint16 feeBps) external pure returns (uint256) {
        return PaymentMath.fee(payout, feeBps);
    }

    function split(SlashSplit.Pots calldata pots, uint256 amount) external pure returns (SlashSplit.Pots memory) {
        return SlashSplit.split(pots, amount);
    }

    function toShares(uint256 amount, uint256 assets, uint256 shares) external pure returns (uint256) {
        return SharePool.toShares(amount, assets, shares);
    }

    function toAssets(uint256 held, uint256 assets, uint256 shares) external pure returns (uint256) {
        return SharePool.toAssets(held, assets, shares);
    }
}
