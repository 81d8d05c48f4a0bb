// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {RateSchedule} from "../../contracts/agreements/RateSchedule.sol";

/// @dev The schedule against one number for each epoch.
contract RateScheduleTest {
    using RateSchedule for RateSchedule.Step[];

    uint64 private constant START = 5;
    uint64 private constant HORIZON = 40;

    RateSchedule.Step[] private _steps;
    uint256[HORIZON] private _naive;
    uint64 private _end;

    /// @dev Extends as agreements do: a rate for the time after the present end, and more from some epoch on.
    function testFuzz_everyEpochHasItsOwnRate(uint32[10] calldata changes, uint64 from, uint64 to) external {
        _begin(changes[0] % 4);
        for (uint256 i = 1; i < changes.length; ++i) _extend(changes[i]);

        from = START + (from % (HORIZON - START));
        to = START + (to % (HORIZON - START + 1));
        _checkBetween(from, to);
        _checkBetween(START, HORIZON);
    }

    /// @dev The stretches of two halves cost what those of the whole do, wherever it is cut.
    function testFuzz_cuttingChangesNothing(uint32[10] calldata changes, uint64 cut) external {
        _begin(changes[0] % 4);
        for (uint256 i = 1; i < changes.length; ++i) _extend(changes[i]);
        cut = START + (cut % (HORIZON - START + 1));
        uint256 halves = RateSchedule.integral(_steps.between(START, cut)) + RateSchedule.integral(_steps.between(cut, HORIZON));
        require(halves == RateSchedule.integral(_steps.between(START, HORIZON)), "cut");
    }

    /// @dev What is over costs the same after any extension (Filecoin Pay #178: a part of it was paid at the next rate).
    function testFuzz_anExtensionNeverChangesEarlierEpochs(uint32[10] calldata changes, uint32 last) external {
        _begin(changes[0] % 4);
        for (uint256 i = 1; i < changes.length; ++i) _extend(changes[i]);
        uint64 untouched = START + (last % (HORIZON - START));
        if (untouched > _end) untouched = _end;
        uint256 before = RateSchedule.integral(_steps.between(START, untouched));
        _steps.append(_end, last % 4);
        _steps.raise(untouched, last % 7);
        require(RateSchedule.integral(_steps.between(START, untouched)) == before, "earlier epochs");
    }

    function test_aRateThatReturnsToZeroAndRisesAgain() external {
        _begin(0);
        _steps.append(10, 3);
        _steps.append(20, 0);
        _steps.append(30, 4);
        require(RateSchedule.integral(_steps.between(START, 40)) == 10 * 3 + 10 * 4, "0, x, 0, x");
        require(RateSchedule.integral(_steps.between(9, 11)) == 3, "first change");
        require(RateSchedule.integral(_steps.between(19, 21)) == 3, "second change");
        require(RateSchedule.integral(_steps.between(20, 30)) == 0, "zero");
        require(_steps.length == 4, "steps");
    }

    function test_equalNeighboursAreOne() external {
        _begin(6);
        _steps.append(10, 6);
        require(_steps.length == 1, "append");
        _steps.append(12, 4);
        _steps.raise(12, 2);
        require(_steps.length == 1, "raised to the one before");
        _steps.append(20, 1);
        _steps.append(22, 3);
        _steps.append(24, 9);
        _steps.raise(20, 5);
        require(_steps.length == 3 && RateSchedule.epochOf(_steps[1]) == 22, "removed in the middle");
        require(RateSchedule.rateOf(_steps[1]) == 8 && RateSchedule.rateOf(_steps[2]) == 14, "later ones are raised");
    }

    function test_raisingByNothingKeepsEverything() external {
        _begin(6);
        _steps.raise(7, 0);
        require(_steps.length == 1 && RateSchedule.rateOf(_steps[0]) == 6, "raise");
    }

    function test_nothingLiesBetweenAnEpochAndItself() external {
        _begin(6);
        require(_steps.between(7, 7).length == 0 && _steps.between(8, 7).length == 0, "between");
    }

    function test_theLargestRateFitsAndNoLarger() external {
        _begin((1 << 216) - 2);
        _steps.raise(START, 1);
        require(RateSchedule.rateOf(_steps[0]) == (1 << 216) - 1, "rate");
        _expectOutOfRange(START + 1, 1, 1 << 216);
        _expectOutOfRange(START, 1, 1 << 216);
    }

    function test_theLastEpochFitsAndNoLaterOne() external {
        _begin(1);
        uint64 last = (1 << 40) - 1;
        _steps.raise(last, 1);
        require(RateSchedule.epochOf(_steps[1]) == last && RateSchedule.rateOf(_steps[1]) == 2, "epoch");
        _expectOutOfRange(last + 1, 1, 3);
    }

    /// @dev External, so that a failure can be caught.
    function raised(uint64 from, uint256 by) external {
        _steps.raise(from, by);
    }

    function _expectOutOfRange(uint64 from, uint256 by, uint256 rate) private {
        try this.raised(from, by) {
            revert("out of range");
        } catch (bytes memory reason) {
            require(keccak256(reason) == keccak256(abi.encodeWithSelector(RateSchedule.StepOutOfRange.selector, from, rate)), "reason");
        }
    }

    function _begin(uint256 rate) private {
        _steps.append(START, rate);
        for (uint64 epoch = START; epoch < HORIZON; ++epoch) _naive[epoch] = rate;
        _end = START + 3;
    }

    function _extend(uint32 change) private {
        uint64 from = START + (change % (HORIZON - START));
        uint256 rate = (change >> 8) % 3;
        uint256 by = (change >> 12) % 3;
        uint64 end = _end + ((change >> 16) % 4);
        if (end > HORIZON) end = HORIZON;
        if (end > _end) _steps.append(_end, rate);
        _steps.raise(from, by);
        for (uint64 epoch = START; epoch < HORIZON; ++epoch) {
            if (end > _end && epoch >= _end) _naive[epoch] = rate;
            // What lies behind the end is replaced by the next extension in time.
            if (epoch >= from) _naive[epoch] += by;
        }
        _end = end > from ? end : from + 1;
        require(_noNeighboursAreEqual(), "neighbours");
    }

    function _noNeighboursAreEqual() private view returns (bool) {
        for (uint256 i = 1; i < _steps.length; ++i) {
            (RateSchedule.Step former, RateSchedule.Step latter) = (_steps[i - 1], _steps[i]);
            if (RateSchedule.rateOf(former) == RateSchedule.rateOf(latter)) return false;
            if (RateSchedule.epochOf(former) >= RateSchedule.epochOf(latter)) return false;
        }
        return true;
    }

    function _rate(uint64 epoch) private view returns (uint256) {
        return _naive[epoch];
    }

    function _checkBetween(uint64 from, uint64 to) private view {
        RateSchedule.Segment[] memory segments = _steps.between(from, to);
        uint64 next = from;
        uint256 sum = 0;
        for (uint256 i = 0; i < segments.length; ++i) {
            require(segments[i].from == next && segments[i].to > next, "gap or overlap");
            next = segments[i].to;
            for (uint64 epoch = segments[i].from; epoch < segments[i].to; ++epoch) {
                require(segments[i].rate == _rate(epoch), "segment");
                sum += _rate(epoch);
            }
        }
        require(from >= to ? segments.length == 0 : next == to, "end");
        require(RateSchedule.integral(segments) == sum, "integral");
    }
}
