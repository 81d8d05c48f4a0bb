// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDrandBeacon} from "../interfaces/IDrandBeacon.sol";
import {IMarketplaceParameters} from "../interfaces/IMarketplaceParameters.sol";
import {IRandomnessBeacon} from "../interfaces/IRandomnessBeacon.sol";
import {Epoch} from "../types/MarketplaceTypes.sol";
import {BlockhashAnchors} from "./BlockhashAnchors.sol";
import {DrandRounds} from "./DrandRounds.sol";
import {SealedEpochs} from "./SealedEpochs.sol";

/// @title Seeds from a drand network on BN254, with block hashes after a time-out
contract DrandBeacon is BlockhashAnchors, IDrandBeacon {
    uint64 private constant MAX_PERIOD = 3_600;
    /// @dev The fallback begins in the first quarter of an epoch, so that as long again is left to open and seal before the half.
    uint64 private constant TIMEOUTS_PER_EPOCH = 4;

    /// @inheritdoc IDrandBeacon
    uint64 public immutable override drandGenesis;
    /// @inheritdoc IDrandBeacon
    uint64 public immutable override drandPeriod;
    /// @inheritdoc IDrandBeacon
    uint64 public immutable override margin;
    /// @inheritdoc IDrandBeacon
    uint64 public immutable override livenessTimeout;

    uint256 private immutable _keyX0;
    uint256 private immutable _keyX1;
    uint256 private immutable _keyY0;
    uint256 private immutable _keyY1;

    /// @param anchorDelay_ Blocks between an opening and its anchor in the fallback (1..64).
    /// @param chain The drand network. It must have begun by the start of epoch 0 plus the margin; its period is 1..3,600 s.
    /// @param margin_ Seconds by which the chain's clock may lag behind real time (1..livenessTimeout - period - 1).
    /// @param livenessTimeout_ Seconds after an epoch's start in which only the round seals; longer than margin and period together, so
    /// that the round is out by then, and at most a quarter of an epoch.
    constructor(
        IMarketplaceParameters parameters_,
        uint64 anchorDelay_,
        DrandChain memory chain,
        uint64 margin_,
        uint64 livenessTimeout_
    ) SealedEpochs(parameters_) BlockhashAnchors(anchorDelay_) {
        uint64 quarter = parameters_.epochLength() / TIMEOUTS_PER_EPOCH;
        _requireWithin("period", chain.period, 1, MAX_PERIOD);
        _requireWithin("livenessTimeout", livenessTimeout_, uint256(chain.period) + 2, quarter);
        _requireWithin("margin", margin_, 1, livenessTimeout_ - chain.period - 1);
        // Otherwise the epochs before it would share round 1.
        _requireWithin("genesis", chain.genesis, 1, uint256(parameters_.genesis()) + margin_);
        uint256[4] memory key = DrandRounds.requireKey(chain.publicKey);

        (_keyX0, _keyX1, _keyY0, _keyY1) = (key[0], key[1], key[2], key[3]);
        drandGenesis = chain.genesis;
        drandPeriod = chain.period;
        margin = margin_;
        livenessTimeout = livenessTimeout_;
    }

    /// @inheritdoc IDrandBeacon
    function sealWithRound(bytes calldata signature) external override {
        Epoch epoch = parameters.currentEpoch();
        if (_isSealed(epoch)) return;
        _requireFirstHalf(epoch);
        uint64 round = roundOf(epoch);
        DrandRounds.requireSignature(_key(), round, signature);
        _fix(epoch, sha256(signature));
        emit EpochSealedByRound(epoch, round, signature);
    }

    /// @inheritdoc IRandomnessBeacon
    /// @dev The fallback: reverts before the time-out, so that no anchor's hash can be known by then.
    function open() external override {
        Epoch epoch = parameters.currentEpoch();
        if (_isSealed(epoch)) return;
        _requireFallback(epoch);
        _fixAnchor(epoch);
    }

    /// @inheritdoc IRandomnessBeacon
    /// @dev The fallback: reverts before the time-out.
    function seal() external override {
        Epoch epoch = parameters.currentEpoch();
        if (_isSealed(epoch)) return;
        _requireFallback(epoch);
        _sealFromAnchor(epoch);
    }

    /// @inheritdoc IDrandBeacon
    function requireRound(uint64 round, bytes calldata signature) external view override {
        DrandRounds.requireSignature(_key(), round, signature);
    }

    /// @inheritdoc IDrandBeacon
    function roundTime(uint64 round) external view override returns (uint64) {
        return drandGenesis + (round - 1) * drandPeriod;
    }

    /// @inheritdoc IDrandBeacon
    function publicKey() external view override returns (bytes memory) {
        return abi.encodePacked(_keyX1, _keyX0, _keyY1, _keyY0);
    }

    /// @inheritdoc IDrandBeacon
    function roundOf(Epoch epoch) public view override returns (uint64) {
        // The constructor has seen to it that no epoch begins before drand did. Rounded up: at or after, never before.
        uint64 since = parameters.epochStart(epoch) + margin - drandGenesis;
        return (since + drandPeriod - 1) / drandPeriod + 1;
    }

    /// @inheritdoc IDrandBeacon
    function fallbackFrom(Epoch epoch) public view override returns (uint64) {
        return parameters.epochStart(epoch) + livenessTimeout;
    }

    function _requireFallback(Epoch epoch) private view {
        _requireFirstHalf(epoch);
        uint64 from = fallbackFrom(epoch);
        if (block.timestamp < from) revert RoundAwaited(epoch, roundOf(epoch), from);
    }

    function _key() private view returns (uint256[4] memory) {
        return [_keyX0, _keyX1, _keyY0, _keyY1];
    }

    function _requireWithin(string memory argument, uint256 given, uint256 minimum, uint256 maximum) private pure {
        if (given < minimum || given > maximum) revert DrandArgumentOutOfBounds(argument, given, minimum, maximum);
    }
}
