// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {PaymentMath} from "../../contracts/agreements/PaymentMath.sol";

contract PaymentMathTest {
    function testFuzz_cyclesCoverTheTermWithoutGapOrOverlap(uint40 start, uint16 term, uint8 length) external pure {
        if (term == 0 || length == 0) return;
        uint64 end = uint64(start) + term;
        uint64 cycles = PaymentMath.cycleCount(start, end, length);
        uint64 next = start;
        for (uint64 cycle = 0; cycle < cycles; ++cycle) {
            (uint64 from, uint64 to) = PaymentMath.cycleBounds(start, end, length, cycle);
            require(from == next && to > from && to - from <= length, "cycle");
            next = to;
        }
        require(next == end, "term");
    }

    function testFuzz_payoutAndRefundOfAllCyclesAreTheDeposit(
        uint128 price,
        uint64 space,
        uint16 term,
        uint8 length,
        uint256 proofs
    ) external pure {
        if (term == 0 || length == 0) return;
        uint256 sum;
        uint64 cycles = PaymentMath.cycleCount(0, term, length);
        for (uint64 cycle = 0; cycle < cycles; ++cycle) {
            (uint64 from, uint64 to) = PaymentMath.cycleBounds(0, term, length, cycle);
            uint64 proven = uint64(uint256(keccak256(abi.encode(proofs, cycle))) % (to - from + 1));
            sum += PaymentMath.price(price, space, proven) + PaymentMath.price(price, space, to - from - proven);
        }
        require(sum == PaymentMath.price(price, space, term), "sum");
    }

    function testFuzz_theFeeIsRoundedDownAndAtMostATenth(uint192 payout, uint16 bps) external pure {
        bps %= 1_001;
        uint256 fee = PaymentMath.fee(payout, bps);
        require(fee * 10_000 <= uint256(payout) * bps, "rounded up");
        require((fee + 1) * 10_000 > uint256(payout) * bps, "rounded too far");
        require(fee <= uint256(payout) / 10 + 1, "too high");
    }

    function test_theDearestAgreementDoesNotOverflow() external pure {
        PaymentMath.price(type(uint128).max, type(uint64).max, type(uint64).max);
    }
}
