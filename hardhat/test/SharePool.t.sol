// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SharePool} from "../../contracts/stake/SharePool.sol";

/// @dev Amounts up to 2^96, as of a token with 2^90 base units; a step never puts in more than all holders together may have.
contract SharePoolTest {
    using SharePool for SharePool.Pool;

    uint256 private constant HOLDERS = 4;

    SharePool.Pool private _pool;
    mapping(uint256 holder => SharePool.Holding) private _holdings;
    uint256 private _given;
    uint256 private _taken;

    function testFuzz_theFirstHolderGetsBackExactlyWhatItGave(uint96 amount) external {
        uint256 shares = _mint(0, amount);
        require(shares == uint256(amount) * SharePool.VIRTUAL_SHARES, "shares");
        require(_pool.burn(_holdings[0], shares) == amount, "amount");
        require(_pool.assets == 0 && _pool.shares == 0 && _pool.takeRemainder() == 0, "empty");
    }

    function testFuzz_nobodyGainsByGoingInAndOut(uint96 others, uint96 earned, uint96 lost, uint96 amount) external {
        _mint(0, others);
        _pool.grow(earned);
        _slash(lost);
        uint256 before = _value(0);
        uint256 shares = _mint(1, amount);
        require(_pool.burn(_holdings[1], shares) <= amount, "gain");
        require(_value(0) >= before, "the other's loss");
    }

    /// @dev ERC-4626's first-depositor attack: the attacker loses at least what the victim does, whatever it donates.
    function testFuzz_driveUpThePriceBeforeTheFirstHolderComes(uint64 first, uint96 donation, uint96 amount) external {
        if (first == 0 || amount == 0) return;
        _mint(0, first);
        _pool.grow(donation);
        _mint(1, amount);
        uint256 victim = _value(1);
        uint256 attacker = _value(0);
        uint256 victimLoses = amount - victim;
        // What the victim loses is less than one share, and that is a millionth of what the attacker put in, and a base unit.
        require(victimLoses <= (uint256(first) + donation) / SharePool.VIRTUAL_SHARES + 2, "victim");
        require(attacker <= uint256(first) + donation + victimLoses, "attacker");
        if (victimLoses > 2) require(uint256(first) + donation - attacker >= victimLoses, "pays");
    }

    function testFuzz_aSlashFallsOnAllAlike(uint96[4] calldata amounts, uint96 lost) external {
        uint256 before;
        for (uint256 i = 0; i < HOLDERS; ++i) {
            if (amounts[i] == 0) return;
            _mint(i, amounts[i]);
            before += amounts[i];
        }
        uint256 take = lost % before;
        require(!_pool.slash(take), "wiped out");
        for (uint256 i = 0; i < HOLDERS; ++i) {
            uint256 fair = (uint256(amounts[i]) * (before - take)) / before;
            uint256 value = _value(i);
            require(value <= fair + 1 && value + 2 >= fair, "fair");
        }
    }

    function testFuzz_earningsFallOnAllAlike(uint96[4] calldata amounts, uint96 earned) external {
        uint256 before;
        for (uint256 i = 0; i < HOLDERS; ++i) {
            _mint(i, amounts[i]);
            before += amounts[i];
        }
        _pool.grow(earned);
        uint256 after_ = before + earned;
        for (uint256 i = 0; i < HOLDERS; ++i) {
            uint256 value = _value(i);
            // The virtual asset's part of the earnings is nobody's: a millionth of a holder with a base unit has.
            uint256 fair = (uint256(amounts[i]) * (after_ + 1)) / (before + 1);
            require(value <= fair && value + 1 >= fair, "fair");
        }
    }

    function testFuzz_wipedOutSharesAreWorthNothingForEver(uint96 old, uint96 fresh) external {
        if (old == 0 || fresh == 0) return;
        _mint(0, old);
        require(_pool.slash(old), "not wiped out");
        require(_pool.sharesOf(_holdings[0]) == 0 && _pool.shares == 0 && _pool.assets == 0, "shares are left");
        uint256 shares = _mint(1, fresh);
        require(shares == uint256(fresh) * SharePool.VIRTUAL_SHARES, "not as fresh");
        require(_value(0) == 0 && _pool.sharesOf(_holdings[0]) == 0, "risen");
        _mint(0, fresh);
        require(_value(0) == fresh && _value(1) == fresh, "new shares");
    }

    /// @dev The second pool of a provider under attack: slashed to a base unit again and again, each time with newcomers.
    function testFuzz_sharesNeverBecomeTooManyHoweverOftenThePoolIsSlashedToDust(uint96[12] calldata amounts, uint8 dust) external {
        for (uint256 i = 0; i < amounts.length; ++i) {
            _mint(i % HOLDERS, amounts[i]);
            uint256 left = (dust % 3) + 1;
            if (_pool.assets > left) _slash(_pool.assets - left);
            _requireSound();
        }
        uint256 value = _value(3);
        uint256 shares = _mint(3, type(uint96).max);
        require(shares > 0 && shares < 2 ** 192, "shares");
        uint256 worth = _value(3);
        require(worth >= type(uint96).max - 1 && worth <= uint256(type(uint96).max) + value + 1, "worth");
    }

    /// @dev Counting anew changes nobody's worth by more than the base unit that rounding may take.
    function testFuzz_countingAnewChangesNobodysWorth(uint96[4] calldata amounts, uint8 left) external {
        uint256 before;
        for (uint256 i = 0; i < HOLDERS; ++i) {
            _mint(i, uint256(amounts[i]) + 2 ** 80);
            before += uint256(amounts[i]) + 2 ** 80;
        }
        uint256 rest = uint256(left) + 1;
        uint64 era = _pool.era;
        _slash(before - rest);
        require(_pool.era > era, "no new era");
        for (uint256 i = 0; i < HOLDERS; ++i) {
            uint256 fair = ((uint256(amounts[i]) + 2 ** 80) * (rest + 1)) / before;
            uint256 value = _value(i);
            require(value <= fair && value + 1 >= fair, "fair");
        }
        _requireSound();
    }

    /// @dev Everything that can happen, in any order: the books always hold, and nobody takes out what was not put in.
    function testFuzz_whateverHappensTheHoldersNeverHaveMoreThanThePool(uint96[24] calldata amounts, uint8[24] calldata steps) external {
        for (uint256 i = 0; i < steps.length; ++i) {
            uint256 holder = (steps[i] >> 4) % HOLDERS;
            uint256 kind = steps[i] % 8;
            if (kind < 3) _mint(holder, amounts[i]);
            else if (kind == 3) _burn(holder, amounts[i]);
            else if (kind == 4) _burn(holder, type(uint256).max);
            else if (kind == 5) _grow(amounts[i] >> 20);
            else if (kind == 6) _slash(amounts[i]);
            else if (_pool.assets > 0) _slash(_pool.assets - (amounts[i] % 2));
            _requireSound();
        }
        for (uint256 i = 0; i < HOLDERS; ++i) _burn(i, type(uint256).max);
        _requireSound();
        require(_given == _taken + _pool.assets, "conservation");
    }

    function _mint(uint256 holder, uint256 amount) private returns (uint256 shares) {
        uint256 before = _pool.sharesOf(_holdings[holder]);
        uint256 expected = SharePool.toShares(amount, _pool.assets, _pool.shares);
        shares = _pool.mint(_holdings[holder], amount);
        require(shares == expected && _pool.sharesOf(_holdings[holder]) == before + shares, "minted");
        _given += amount;
    }

    function _burn(uint256 holder, uint256 shares) private {
        uint256 held = _pool.sharesOf(_holdings[holder]);
        if (shares > held) shares = held;
        uint256 expected = SharePool.toAssets(shares, _pool.assets, _pool.shares);
        uint256 amount = _pool.burn(_holdings[holder], shares);
        require(amount == expected && _pool.sharesOf(_holdings[holder]) == held - shares, "burnt");
        _taken += amount;
        if (_pool.shares == 0) _taken += _pool.takeRemainder();
    }

    function _grow(uint256 amount) private {
        _pool.grow(amount);
        _given += amount;
    }

    function _slash(uint256 amount) private {
        if (amount > _pool.assets) amount = _pool.assets;
        uint256 before = _pool.assets;
        bool hadShares = _pool.shares > 0;
        bool wipedOut = _pool.slash(amount);
        require(wipedOut == (amount > 0 && amount == before && hadShares), "wiped out");
        require(_pool.assets == before - amount, "assets");
        _taken += amount;
    }

    function _value(uint256 holder) private view returns (uint256) {
        return SharePool.toAssets(_pool.sharesOf(_holdings[holder]), _pool.assets, _pool.shares);
    }

    function _requireSound() private view {
        uint256 shares;
        uint256 values;
        for (uint256 i = 0; i < HOLDERS; ++i) {
            shares += _pool.sharesOf(_holdings[i]);
            values += _value(i);
        }
        require(shares <= _pool.shares, "more shares than counted");
        require(values <= _pool.assets, "worth more than there is");
        require(_pool.shares <= (uint256(_pool.assets) + 1) << 60, "too many shares");
        require(_given >= _taken && _given - _taken == _pool.assets, "conservation");
    }
}
