// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {ShareHistory} from "../../contracts/stake/ShareHistory.sol";

contract ShareHistoryTest {
    using Checkpoints for Checkpoints.Trace208;
    using ShareHistory for Checkpoints.Trace208;

    uint256 private constant EPOCHS = 64;
    uint48 private constant NOTICE = 3;

    Checkpoints.Trace208 private _history;
    ShareHistory.Live private _live;
    /// @dev What held at the end of each epoch, kept one by one.
    uint256[EPOCHS] private _parts;

    /// @dev In each epoch some of: the stake changes, once or twice, and a change of the commission is announced.
    function testFuzz_isWhatWasWrittenDownEpochByEpoch(uint256 random, uint8 from, uint8 to) external {
        for (uint48 epoch = 0; epoch < EPOCHS; ++epoch) {
            if (epoch > 0) random = uint256(keccak256(abi.encode(random)));
            for (uint256 i = 0; i < random % 3; ++i) _change(epoch, uint256(keccak256(abi.encode(random, i))));
            _parts[epoch] = epoch < _live.turn ? _live.part : _live.next;
        }
        require(_history.length() <= EPOCHS, "entries");
        from = uint8(from % EPOCHS);
        to = uint8(from + (to % (EPOCHS + 1 - from)));
        uint256 expected;
        for (uint256 epoch = from; epoch < to; ++epoch) expected += _parts[epoch];
        require(_history.sumBefore(_live, to) - _history.sumBefore(_live, from) == expected, "sum");
    }

    function testFuzz_whatIsPastNeverChanges(uint256 random, uint8 changes) external {
        _change(0, random);
        _change(9, random >> 8);
        uint256[10] memory before;
        for (uint48 epoch = 0; epoch < 10; ++epoch) before[epoch] = _history.sumBefore(_live, epoch);
        for (uint48 i = 0; i < changes % 16; ++i) _change(9 + i, uint256(keccak256(abi.encode(random, i))));
        for (uint48 epoch = 0; epoch < 10; ++epoch) require(_history.sumBefore(_live, epoch) == before[epoch], "changed");
    }

    function testFuzz_aPartIsExactAndAtMostAll(uint96 staked, uint96 delegated, uint16 bps, uint96 net) external pure {
        bps %= 10_001;
        uint256 part = ShareHistory.part(staked, delegated, bps);
        require(part <= 1 << ShareHistory.SCALE_BITS, "more than all");
        if (delegated == 0 || bps == 10_000) {
            require(part == 0, "of nothing");
            return;
        }
        uint256 numerator = uint256(delegated) * (10_000 - bps);
        uint256 denominator = (uint256(staked) + delegated) * 10_000;
        uint256 share = (net * part) >> ShareHistory.SCALE_BITS;
        // Not less than the fraction rounded down, and not more than the fraction rounded up.
        require(share >= (net * numerator) / denominator, "less");
        require(share * denominator <= net * numerator + denominator - 1, "more");
    }

    /// @dev As StakeDelegation does it: first written, then changed, and what was announced and has come is what counts.
    function _change(uint48 epoch, uint256 random) private {
        _history.write(_live, epoch);
        if (_live.turn <= epoch) _live.part = _live.next;
        if (_history.length() == 1 || random % 2 == 0) {
            _live.part = random % 1000;
            _live.next = _live.turn > epoch ? (random >> 16) % 1000 : _live.part;
        } else {
            _live.next = (random >> 16) % 1000;
            _live.turn = epoch + NOTICE;
        }
    }
}
