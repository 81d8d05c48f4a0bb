// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMarketPause} from "../interfaces/IMarketPause.sol";

/// @title Stops new agreements for a bounded time
/// @notice See IMarketPause.
abstract contract MarketPause is IMarketPause {
    /// @notice The longest that new agreements can be stopped at a time.
    uint64 public constant MAX_PAUSE = 14 days;
    /// @notice From the beginning of a pause to the earliest beginning of the next one.
    uint64 public constant PAUSE_COOLDOWN = 60 days;

    /// @inheritdoc IMarketPause
    address public immutable override owner;
    /// @inheritdoc IMarketPause
    address public override guardian;
    /// @inheritdoc IMarketPause
    uint64 public override pausedUntil;
    /// @inheritdoc IMarketPause
    uint64 public override nextPauseFrom;

    modifier onlyOwner() {
        if (msg.sender != owner) revert NotOwner(msg.sender);
        _;
    }

    constructor(address owner_, address guardian_) {
        if (owner_ == address(0)) revert OwnerIsZero();
        owner = owner_;
        _setGuardian(guardian_);
    }

    /// @inheritdoc IMarketPause
    function setGuardian(address newGuardian) external override onlyOwner {
        _setGuardian(newGuardian);
    }

    /// @inheritdoc IMarketPause
    function pause() external override {
        if (msg.sender != guardian) revert NotGuardian(msg.sender);
        if (block.timestamp < nextPauseFrom) revert PauseTooSoon(nextPauseFrom, block.timestamp);
        pausedUntil = uint64(block.timestamp) + MAX_PAUSE;
        nextPauseFrom = uint64(block.timestamp) + PAUSE_COOLDOWN;
        emit PauseBegan(msg.sender, pausedUntil);
    }

    /// @inheritdoc IMarketPause
    function unpause() external override {
        if (msg.sender != guardian && msg.sender != owner) revert NotGuardianOrOwner(msg.sender);
        if (block.timestamp >= pausedUntil) revert MarketNotPaused();
        pausedUntil = uint64(block.timestamp);
        emit PauseEnded(msg.sender);
    }

    /// @inheritdoc IMarketPause
    function requireNotPaused() external view override {
        if (block.timestamp < pausedUntil) revert MarketPaused(pausedUntil);
    }

    function _setGuardian(address newGuardian) private {
        address previous = guardian;
        guardian = newGuardian;
        emit GuardianChanged(previous, newGuardian);
    }
}
