// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMarketplaceParameters} from "../interfaces/IMarketplaceParameters.sol";
import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";
import {IRandomnessBeacon} from "../interfaces/IRandomnessBeacon.sol";
import {IStakeVault} from "../interfaces/IStakeVault.sol";
import {Epoch} from "../types/MarketplaceTypes.sol";

/// @title Counts missed epochs without anybody having reported them
/// @dev Every proof and every change of a reservation is a touch, which counts all epochs before it. So the epochs that are not
/// counted yet are all unproven, and one reservation held for all of them: their number times one price is what they cost.
abstract contract MissAccounting is IProviderRegistry {
    /// @param slashed Base units lost so far.
    /// @param reserved GiB that agreements hold.
    /// @param uncountedFrom The first epoch that no touch has counted.
    /// @param obligedUntil The largest end of the agreements since the reservation was last 0.
    /// @param proven Epochs proven.
    /// @param missed Epochs counted as missed.
    /// @param lastMissed The last of them.
    struct Account {
        uint256 slashed;
        uint64 reserved;
        uint64 uncountedFrom;
        uint64 obligedUntil;
        uint64 proven;
        uint64 missed;
        uint64 lastMissed;
    }

    /// @dev What the next touch will count.
    /// @param until The first epoch that it leaves uncounted.
    /// @param cost Base units, if there are as many.
    struct Pending {
        uint64 until;
        uint64 missed;
        uint64 forgiven;
        uint64 lastMissed;
        uint256 cost;
    }

    uint256 private constant BPS = 10_000;

    /// @notice The market's clock and numbers.
    IMarketplaceParameters public immutable parameters;
    /// @notice Tells which epochs were live.
    IRandomnessBeacon public immutable beacon;
    /// @notice Holds the stakes.
    IStakeVault public immutable stakes;

    mapping(address provider => Account) internal _accounts;

    constructor(IMarketplaceParameters parameters_, IRandomnessBeacon beacon_, IStakeVault stakes_) {
        parameters = parameters_;
        beacon = beacon_;
        stakes = stakes_;
    }

    /// @dev Counts and slashes first, then runs the function.
    modifier countingMisses(address provider_) {
        _countMisses(provider_);
        _;
    }

    function _countMisses(address provider_) private {
        Account storage account = _accounts[provider_];
        Pending memory pending = _pendingMisses(provider_);
        if (pending.until > account.uncountedFrom) account.uncountedFrom = pending.until;
        if (pending.missed == 0) return;

        account.missed += pending.missed;
        account.lastMissed = pending.lastMissed;
        emit EpochsMissed(provider_, Epoch.wrap(pending.until - 1), pending.missed, pending.forgiven);
        if (pending.cost > 0) _recordSlash(provider_, stakes.slash(provider_, pending.cost));
    }

    /// @dev The vault calls nobody while it slashes, and this contract is locked: nothing is seen half done.
    function _recordSlash(address provider_, uint256 taken) internal {
        if (taken == 0) return;
        _accounts[provider_].slashed += taken;
        emit ProviderSlashed(provider_, taken);
    }

    function _pendingMisses(address provider_) internal view returns (Pending memory pending) {
        Account storage account = _accounts[provider_];
        if (account.reserved == 0) return pending;

        pending.until = _firstOpenEpoch();
        // Every agreement's end lies after the first uncounted epoch of its reservation; obligedUntil is never 0 here.
        uint64 end = pending.until < account.obligedUntil ? pending.until : account.obligedUntil;
        if (end <= account.uncountedFrom) return pending;
        pending.missed = _sealedBefore(end) - _sealedBefore(account.uncountedFrom);
        if (pending.missed == 0) return pending;

        IMarketplaceParameters.Values memory values = parameters.values();
        (, Epoch last) = beacon.lastSealedThrough(Epoch.wrap(end - 1));
        pending.lastMissed = last.number();
        pending.forgiven = _isFirstForgiven(account, values.missGraceEpochs) ? 1 : 0;
        // Rounds down: in favour of the provider by less than one base unit an epoch.
        uint256 price = (values.stakePerGiB * account.reserved * values.missSlashBps) / BPS;
        pending.cost = price * (pending.missed - pending.forgiven);
    }

    /// @dev The current epoch, or the next if the time to prove the current one is over. (A proof of it has counted it already.)
    function _firstOpenEpoch() private view returns (uint64) {
        Epoch current = parameters.currentEpoch();
        uint64 sealedAt = beacon.sealedAt(current);
        bool over = sealedAt != 0 && block.timestamp > sealedAt + parameters.proofWindow();
        return over ? current.number() + 1 : current.number();
    }

    function _isFirstForgiven(Account storage account, uint64 grace) private view returns (bool) {
        if (grace == 0) return false;
        if (account.missed == 0) return true;
        (, Epoch first) = beacon.firstSealedFrom(Epoch.wrap(account.uncountedFrom));
        return first.number() - account.lastMissed > grace;
    }

    function _sealedBefore(uint64 epoch) private view returns (uint64) {
        return epoch == 0 ? 0 : beacon.sealedThrough(Epoch.wrap(epoch - 1));
    }
}
