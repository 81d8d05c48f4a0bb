// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SlashSplit} from "../../contracts/stake/SlashSplit.sol";

contract SlashSplitTest {
    using SlashSplit for SlashSplit.Pots;

    function testFuzz_thePartsAddUpToTheSlashOrToAllThatThereIs(uint120[4] calldata of_, uint256 amount) external pure {
        SlashSplit.Pots memory pots = _pots(of_);
        uint256 all = pots.total();
        require(pots.split(amount).total() == (amount < all ? amount : all), "sum");
    }

    function testFuzz_noPartIsMoreThanItsPot(uint120[4] calldata of_, uint128 amount) external pure {
        SlashSplit.Pots memory pots = _pots(of_);
        SlashSplit.Pots memory parts = pots.split(amount);
        require(parts.staked <= pots.staked && parts.unbonding <= pots.unbonding, "own");
        require(parts.delegated <= pots.delegated && parts.undelegating <= pots.undelegating, "delegated");
    }

    /// @dev Small numbers, so that rounding is most of it.
    function testFuzz_ofSmallPotsNoPartIsMoreThanItsPot(uint8[4] calldata of_, uint8 amount) external pure {
        SlashSplit.Pots memory pots = SlashSplit.Pots(of_[0] % 4, of_[1] % 4, of_[2] % 4, of_[3] % 4);
        SlashSplit.Pots memory parts = pots.split(amount % 17);
        uint256 all = pots.total();
        require(parts.total() == (amount % 17 < all ? amount % 17 : all), "sum");
        require(parts.staked <= pots.staked && parts.unbonding <= pots.unbonding, "own");
        require(parts.delegated <= pots.delegated && parts.undelegating <= pots.undelegating, "delegated");
    }

    function testFuzz_eachPartIsInProportionButForTheUnitsThatRoundingPutsOnThoseBefore(
        uint120[4] calldata of_,
        uint128 amount
    ) external pure {
        SlashSplit.Pots memory pots = _pots(of_);
        uint256 all = pots.total();
        if (all == 0) return;
        uint256 taken = amount < all ? amount : all;
        SlashSplit.Pots memory parts = pots.split(amount);
        uint256[4] memory ideals = [
            (taken * pots.staked) / all,
            (taken * pots.unbonding) / all,
            (taken * pots.delegated) / all,
            (taken * pots.undelegating) / all
        ];
        uint256[4] memory actual = [parts.staked, parts.unbonding, parts.delegated, parts.undelegating];
        for (uint256 i = 0; i < 4; ++i) require(actual[i] <= ideals[i] + 1 && actual[i] + 3 >= ideals[i], "proportion");
        // The own stake never bears less than its part, however small the slashes into which it is cut.
        require(parts.staked * all >= taken * pots.staked, "own");
    }

    function testFuzz_aSlashOfDustFallsOnTheOwnStake(uint120[4] calldata of_) external pure {
        SlashSplit.Pots memory pots = _pots(of_);
        if (pots.staked == 0) return;
        SlashSplit.Pots memory parts = pots.split(1);
        require(parts.staked == 1, "dust");
    }

    function testFuzz_emptyPotsGiveNothing(uint128 one, uint128 amount) external pure {
        SlashSplit.Pots memory parts = SlashSplit.Pots(0, 0, one, 0).split(amount);
        require(parts.delegated == (amount < one ? amount : one), "delegated");
        require(parts.staked == 0 && parts.unbonding == 0 && parts.undelegating == 0, "others");
        require(SlashSplit.Pots(0, 0, 0, 0).split(amount).total() == 0, "none");
    }

    function _pots(uint120[4] calldata of_) private pure returns (SlashSplit.Pots memory) {
        return SlashSplit.Pots(of_[0], of_[1], of_[2], of_[3]);
    }
}
