// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EarningsVesting} from "../../contracts/stake/EarningsVesting.sol";

interface IClock {
    function warp(uint256 timestamp) external;
}

contract EarningsVestingTest {
    using EarningsVesting for EarningsVesting.Earnings;

    IClock private constant CLOCK = IClock(address(uint160(uint256(keccak256("hevm cheat code")))));
    uint64 private constant START = 4_000_000_000;
    uint64 private constant PERIOD = 30 days;

    EarningsVesting.Earnings private _earnings;

    function testFuzz_vestEvenlyAndAllInTheEnd(uint96 amount, uint32 after_) external {
        if (amount == 0) return;
        CLOCK.warp(START);
        require(_earnings.add(amount, PERIOD) == START + PERIOD, "until");
        CLOCK.warp(START + after_);
        uint256 expected = after_ < PERIOD ? (uint256(amount) * after_) / PERIOD : amount;
        require(_earnings.vested() == expected, "vested");
        require(_earnings.takeVested() == expected, "taken");
        require(_earnings.vested() == 0 && _earnings.takeVested() == 0, "twice");
        CLOCK.warp(START + PERIOD);
        require(expected + _earnings.takeVested() == amount, "all");
    }

    /// @dev However often somebody takes what has vested, no base unit is lost, and never more has vested than evenly.
    function testFuzz_takingOftenLosesNothing(uint96 amount, uint32[8] calldata waits) external {
        if (amount == 0) return;
        CLOCK.warp(START);
        _earnings.add(amount, PERIOD);
        uint256 taken;
        uint256 passed;
        for (uint256 i = 0; i < waits.length; ++i) {
            passed += waits[i] % 5 days;
            CLOCK.warp(START + passed);
            taken += _earnings.takeVested();
            uint256 evenly = passed < PERIOD ? (uint256(amount) * passed) / PERIOD : amount;
            require(taken <= evenly && taken + 8 >= evenly, "evenly");
        }
        CLOCK.warp(START + PERIOD);
        require(taken + _earnings.takeVested() == amount, "all");
    }

    function testFuzz_anAdditionPutsOffWhatIsOnItsWayByItsWeightAndNoMore(uint96 first, uint96 second, uint32 after_) external {
        if (first == 0 || second == 0) return;
        CLOCK.warp(START);
        _earnings.add(first, PERIOD);
        CLOCK.warp(START + after_);
        uint256 taken = _earnings.takeVested();
        uint256 left = first - taken;
        uint256 wait = after_ < PERIOD ? PERIOD - after_ : 0;
        uint256 until = _earnings.add(second, PERIOD);
        require(until >= START + after_ + wait && until <= START + after_ + PERIOD, "bounds");
        require(until == START + after_ + (left * wait + uint256(second) * PERIOD) / (left + second), "average");
        CLOCK.warp(until);
        require(_earnings.takeVested() == left + second, "all");
    }

    function testFuzz_dustPutsNothingOff(uint32 after_, uint8 times) external {
        after_ = (after_ % uint32(PERIOD - 1)) + 1;
        CLOCK.warp(START);
        uint256 until = _earnings.add(10 ** 27, PERIOD);
        CLOCK.warp(START + after_);
        for (uint256 i = 0; i < times; ++i) {
            _earnings.takeVested();
            require(_earnings.add(1, PERIOD) == until, "until");
        }
    }

    function testFuzz_whatIsForfeitedIsWhatHadNotVested(uint96 amount, uint32 after_) external {
        if (amount == 0) return;
        CLOCK.warp(START);
        _earnings.add(amount, PERIOD);
        CLOCK.warp(START + after_);
        uint256 taken = _earnings.takeVested();
        require(taken + _earnings.forfeit() == amount, "sum");
        require(_earnings.vested() == 0 && _earnings.forfeit() == 0, "nothing is left");
    }
}
