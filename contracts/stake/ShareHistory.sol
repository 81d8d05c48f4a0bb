// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";

/// @title What part of a provider's earnings was its delegators', epoch by epoch
/// @notice The part of an epoch is the one that held at its end. Kept is its sum over all epochs, at the epochs in which it changed: at
/// most two entries for a change, and no more than one for an epoch. Who reads it searches in as many steps as the number of entries has
/// bits.
/// @dev A sum has less than 2^SCALE_BITS for each of at most 2^48 epochs, and so fits into 208 bits.
library ShareHistory {
    using Checkpoints for Checkpoints.Trace208;

    /// @notice The part since the last entry, as a fraction of 2^SCALE_BITS.
    /// @param part Before the epoch `turn`.
    /// @param next From `turn` on.
    struct Live {
        uint256 part;
        uint256 next;
        uint48 turn;
    }

    uint256 internal constant SCALE_BITS = 144;
    uint256 private constant BPS = 10_000;

    /// @notice The delegators' part where the provider keeps `commissionBps` of it. Rounded up, by less than any payout shows: so that a
    /// share that comes out even stays so when the payout is rounded down.
    function part(uint256 staked, uint256 delegated, uint256 commissionBps) internal pure returns (uint256) {
        if (delegated == 0) return 0;
        return Math.mulDiv(delegated * (BPS - commissionBps), 1 << SCALE_BITS, (staked + delegated) * BPS, Math.Rounding.Ceil);
    }

    /// @notice Writes down what held until `epoch`, in which it is about to change; nothing if something changed in it before.
    function write(Checkpoints.Trace208 storage self, Live memory live, uint48 epoch) internal {
        (bool exists, uint48 last, ) = self.latestCheckpoint();
        if (exists && last == epoch) return;
        // Between two entries the part is always the same.
        if (live.part != live.next && live.turn > last && live.turn < epoch)
            self.push(live.turn, uint208(sumBefore(self, live, live.turn)));
        self.push(epoch, uint208(sumBefore(self, live, epoch)));
    }

    /// @notice The sum of the parts of all epochs before `epoch`; of epochs to come, as it will be if nothing changes.
    function sumBefore(Checkpoints.Trace208 storage self, Live memory live, uint48 epoch) internal view returns (uint256) {
        (, uint48 last, uint208 sum) = self.latestCheckpoint();
        if (epoch < last) return _sumBetween(self, epoch);
        uint256 turn = Math.min(Math.max(live.turn, last), epoch);
        return sum + live.part * (turn - last) + live.next * (epoch - turn);
    }

    /// @dev For an epoch before the last entry.
    function _sumBetween(Checkpoints.Trace208 storage self, uint48 epoch) private view returns (uint256) {
        uint256 low = 0;
        uint256 high = self.length() - 1;
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (self.at(uint32(middle))._key > epoch) high = middle;
            else low = middle + 1;
        }
        // Nobody had delegated anything before the first.
        if (low == 0) return 0;
        Checkpoints.Checkpoint208 memory next = self.at(uint32(low));
        Checkpoints.Checkpoint208 memory before = self.at(uint32(low - 1));
        uint256 each = (next._value - before._value) / (next._key - before._key);
        return before._value + each * (epoch - before._key);
    }
}
