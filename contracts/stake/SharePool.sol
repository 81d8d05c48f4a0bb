// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @title Assets that belong to holders of shares, and can grow and be slashed
/// @notice As ERC-4626 with virtual shares (OpenZeppelin's `_decimalsOffset`): VIRTUAL_SHARES belong to nobody, so that whoever drives up
/// the price before the first holders come gives most of it away. Counts by its own books alone: tokens sent to the contract change
/// nothing. Both conversions round down, so the price of a share never falls by them, and the holders' shares are never worth more than
/// the assets.
/// @dev Slashes make shares cheap, and cheap shares many. Before they become too many they are counted anew: each new era
/// divides all shares by 2^ERA_BITS, at once for the pool and for a holder when it is next touched. So there are never more than
/// 2^60 x (assets + 1) shares, and what a division cuts off is worth less than a millionth of a base unit. A pool slashed to nothing
/// skips so many eras that no share is left.
library SharePool {
    using Math for uint256;
    using SafeCast for uint256;

    /// @param assets Base units.
    /// @param era How often the shares were counted anew.
    /// @param shares Of all holders.
    struct Pool {
        uint128 assets;
        uint64 era;
        uint256 shares;
    }

    /// @param era The pool's when `shares` was written.
    struct Holding {
        uint192 shares;
        uint64 era;
    }

    uint256 internal constant VIRTUAL_SHARES = 1e6;
    uint256 private constant VIRTUAL_ASSETS = 1;
    uint256 private constant ERA_BITS = 20;
    /// @dev So cheap that they are counted anew: 2^60 shares for a base unit. At least 2^40 for one are left then, next to which
    /// VIRTUAL_SHARES are nothing.
    uint256 private constant CHEAPEST_BITS = 60;
    /// @dev Shifts any number of shares to 0.
    uint64 private constant ERAS_TO_NOTHING = 13;

    /// @notice Puts `amount` into the pool for the holder.
    /// @return shares The holder's for it, rounded down; can be 0.
    function mint(Pool storage self, Holding storage holding, uint256 amount) internal returns (uint256 shares) {
        shares = toShares(amount, self.assets, self.shares);
        uint256 held = sharesOf(self, holding) + shares;
        self.assets = (self.assets + amount).toUint128();
        self.shares += shares;
        _write(self, holding, held);
    }

    /// @notice Takes `shares` of the holder, who has them, out of the pool.
    /// @return amount What they are worth, rounded down.
    function burn(Pool storage self, Holding storage holding, uint256 shares) internal returns (uint256 amount) {
        amount = toAssets(shares, self.assets, self.shares);
        uint256 held = sharesOf(self, holding) - shares;
        self.assets -= amount.toUint128();
        self.shares -= shares;
        _write(self, holding, held);
    }

    /// @notice Adds to what the shares are worth.
    function grow(Pool storage self, uint256 amount) internal {
        self.assets = (self.assets + amount).toUint128();
    }

    /// @notice Takes from what the shares are worth; `amount` is at most the assets.
    /// @return wipedOut Whether there were shares, and all are worth nothing now.
    function slash(Pool storage self, uint256 amount) internal returns (bool wipedOut) {
        if (amount == 0) return false;
        uint128 assets = self.assets - amount.toUint128();
        self.assets = assets;
        uint256 shares = self.shares;
        wipedOut = assets == 0 && shares > 0;
        uint64 eras = wipedOut ? ERAS_TO_NOTHING : 0;
        while (!wipedOut && _areTooCheap(assets, shares >> (ERA_BITS * eras))) ++eras;
        if (eras == 0) return wipedOut;
        self.era += eras;
        self.shares = shares >> (ERA_BITS * eras);
    }

    /// @notice Empties a pool that has no holders.
    /// @return amount What rounding, or the last holder, left in it.
    function takeRemainder(Pool storage self) internal returns (uint256 amount) {
        amount = self.assets;
        self.assets = 0;
    }

    /// @notice The holder's shares, as they are counted now.
    function sharesOf(Pool storage self, Holding storage holding) internal view returns (uint256) {
        return uint256(holding.shares) >> (ERA_BITS * (self.era - holding.era));
    }

    /// @notice The shares that `amount` gives in a pool of `assets` and `shares`, rounded down.
    function toShares(uint256 amount, uint256 assets, uint256 shares) internal pure returns (uint256) {
        return amount.mulDiv(shares + VIRTUAL_SHARES, assets + VIRTUAL_ASSETS);
    }

    /// @notice What `held` shares are worth in a pool of `assets` and `shares`, rounded down.
    function toAssets(uint256 held, uint256 assets, uint256 shares) internal pure returns (uint256) {
        return held.mulDiv(assets + VIRTUAL_ASSETS, shares + VIRTUAL_SHARES);
    }

    function _write(Pool storage self, Holding storage holding, uint256 shares) private {
        holding.shares = shares.toUint192();
        holding.era = self.era;
    }

    function _areTooCheap(uint256 assets, uint256 shares) private pure returns (bool) {
        return shares > (assets + VIRTUAL_ASSETS) << CHEAPEST_BITS;
    }
}
