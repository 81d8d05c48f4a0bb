// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ChallengeSampling} from "../../contracts/proofs/ChallengeSampling.sol";

/// @dev How often a provider is caught that lacks part of what it stores: within three standard deviations of what independent draws give.
contract DetectionTest {
    uint256 private constant ONE = 1e18;
    uint256 private constant EPOCHS = 1_500;
    uint32 private constant CHALLENGES = 20;
    uint64 private constant LEAVES_EACH = 400;
    uint32 private constant AGREEMENTS = 50;
    address private constant PROVIDER = address(0xA11CE);

    function test_whoLacksAPartIsCaughtAsOftenAsIndependentDrawsSay() external pure {
        for (uint256 percent = 1; percent <= 20; percent += percent < 5 ? 4 : 15) {
            uint256 caught;
            for (uint256 epoch = 0; epoch < EPOCHS; ++epoch) {
                if (_isCaught(keccak256(abi.encode("one", percent, epoch)), percent)) ++caught;
            }
            _requireWithin(caught, ONE - _power(ONE - (percent * ONE) / 100, CHALLENGES));
        }
    }

    /// @dev A proposer that gives blocks up chooses among seeds; each further one multiplies the odds of being caught once more.
    function test_choosingAmongSeedsHelpsAsMuchAsSoManyTriesAndNoMore() external pure {
        uint256 once = ONE - _power(ONE - ONE / 20, CHALLENGES);
        for (uint256 seeds = 2; seeds <= 8; seeds *= 2) {
            uint256 caught;
            for (uint256 epoch = 0; epoch < EPOCHS / 4; ++epoch) {
                bool always = true;
                for (uint256 i = 0; i < seeds && always; ++i) always = _isCaught(keccak256(abi.encode("many", seeds, epoch, i)), 5);
                if (always) ++caught;
            }
            _requireWithinOf(caught, _power(once, seeds), EPOCHS / 4);
        }
    }

    /// @dev One agreement in fifty is a hundred times smaller than the others: by leaf it would hardly ever be drawn.
    function test_aSmallAgreementIsDrawnAsOftenAsAnyOther() external pure {
        uint256 drawn;
        for (uint256 epoch = 0; epoch < EPOCHS; ++epoch) {
            bytes32 seed = keccak256(abi.encode("small", epoch));
            bool found;
            for (uint32 challenge = 0; challenge < CHALLENGES; ++challenge) {
                if (ChallengeSampling.picksByLeaf(challenge)) continue;
                found = found || ChallengeSampling.agreementIndex(ChallengeSampling.target(seed, PROVIDER, challenge), AGREEMENTS) == 7;
            }
            if (found) ++drawn;
        }
        _requireWithin(drawn, ONE - _power(ONE - ONE / AGREEMENTS, CHALLENGES / 2));
    }

    /// @dev Of each hundred leaves the first ones are gone.
    function _isCaught(bytes32 seed, uint256 percent) private pure returns (bool) {
        for (uint32 challenge = 0; challenge < CHALLENGES; ++challenge) {
            uint256 target = ChallengeSampling.target(seed, PROVIDER, challenge);
            uint256 leaf =
                ChallengeSampling.picksByLeaf(challenge)
                    ? ChallengeSampling.leafIndex(target, LEAVES_EACH * AGREEMENTS)
                    : ChallengeSampling.leafIndexWithin(target, LEAVES_EACH);
            if (leaf % 100 < percent) return true;
        }
        return false;
    }

    function _requireWithin(uint256 count, uint256 chance) private pure {
        _requireWithinOf(count, chance, EPOCHS);
    }

    /// @dev (count - n p)^2 <= 9 n p (1 - p), all in units of 1e18.
    function _requireWithinOf(uint256 count, uint256 chance, uint256 rounds) private pure {
        uint256 expected = rounds * chance;
        uint256 off = count * ONE > expected ? count * ONE - expected : expected - count * ONE;
        require(off * off <= 9 * rounds * chance * (ONE - chance) + ONE * ONE, "not as often as chance says");
    }

    function _power(uint256 base, uint256 exponent) private pure returns (uint256 result) {
        result = ONE;
        for (uint256 i = 0; i < exponent; ++i) result = (result * base) / ONE;
    }
}
