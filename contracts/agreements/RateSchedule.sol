// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What each epoch of an agreement costs, as a function that changes in steps
/// @notice Steps lie in the order of their epochs; each holds from its own epoch until the next one's, the last one for ever. Neighbours
/// never have the same rate. Nothing is rounded: a rate is in base units per epoch, and epochs are whole.
library RateSchedule {
    /// @notice A step in one word: the first epoch of the rate in the upper 40 bits, the rate in the lower 216.
    type Step is uint256;

    /// @notice A stretch of epochs [from, to) of one rate.
    struct Segment {
        uint64 from;
        uint64 to;
        uint256 rate;
    }

    error StepOutOfRange(uint64 from, uint256 rate);

    uint256 private constant RATE_BITS = 216;

    /// @notice The rate from an epoch on that no step reaches yet.
    function append(Step[] storage steps, uint64 from, uint256 rate) internal {
        uint256 count = steps.length;
        if (count == 0 || rateOf(steps[count - 1]) != rate) steps.push(step(from, rate));
    }

    /// @notice Raises the rate of all epochs from `from` on, which is not before the first step's.
    function raise(Step[] storage steps, uint64 from, uint256 by) internal {
        if (by == 0) return;
        // Makes room for a step by moving the later ones while they are raised.
        uint256 index = steps.length;
        steps.push(steps[index - 1]);
        for (; epochOf(steps[index - 1]) > from; --index) steps[index] = _raised(steps[index - 1], by);
        Step holding = steps[index - 1];
        steps[index] = step(from, rateOf(holding) + by);
        if (epochOf(holding) < from) return;

        // The one that held `from` began there itself: it is replaced, and its successor too if that is like its predecessor now.
        uint256 surplus = index > 1 && rateOf(steps[index - 2]) == rateOf(steps[index]) ? 2 : 1;
        for (index += surplus - 1; index < steps.length; ++index) steps[index - surplus] = steps[index];
        for (; surplus > 0; --surplus) steps.pop();
    }

    /// @notice The stretches of [from, to), in order. `from` is not before the first step's.
    function between(Step[] storage steps, uint64 from, uint64 to) internal view returns (Segment[] memory segments) {
        if (from >= to) return segments;
        uint256 last = steps.length - 1;
        while (epochOf(steps[last]) >= to) --last;
        uint256 first = last;
        while (epochOf(steps[first]) > from) --first;

        segments = new Segment[](last - first + 1);
        for (uint256 i = segments.length; i > 0; --i) {
            Step current = steps[first + i - 1];
            uint64 begin = i == 1 ? from : epochOf(current);
            segments[i - 1] = Segment(begin, to, rateOf(current));
            to = begin;
        }
    }

    /// @notice What the stretches cost.
    function integral(Segment[] memory segments) internal pure returns (uint256 sum) {
        for (uint256 i = 0; i < segments.length; ++i) {
            sum += segments[i].rate * (segments[i].to - segments[i].from);
        }
    }

    function step(uint64 from, uint256 rate) internal pure returns (Step) {
        if (from >> 40 != 0 || rate >> RATE_BITS != 0) revert StepOutOfRange(from, rate);
        return Step.wrap((uint256(from) << RATE_BITS) | rate);
    }

    function epochOf(Step one) internal pure returns (uint64) {
        return uint64(Step.unwrap(one) >> RATE_BITS);
    }

    function rateOf(Step one) internal pure returns (uint256) {
        return Step.unwrap(one) & ((1 << RATE_BITS) - 1);
    }

    function _raised(Step one, uint256 by) private pure returns (Step) {
        return step(epochOf(one), rateOf(one) + by);
    }
}
