// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Stops new agreements for a bounded time
/// @notice For the days in which a fault was found and governance has not decided yet. Only what brings in new money looks at it (opening
/// and extending agreements): withdrawals, settlements, proofs, endings and claims never do, so that a pause can hold up nobody's money.
interface IMarketPause {
    /// @notice The guardian was named by the owner; zero: nobody can pause.
    event GuardianChanged(address indexed previousGuardian, address indexed newGuardian);
    /// @notice New agreements stop until `until`, exclusive.
    event PauseBegan(address indexed guardian, uint64 until);
    /// @notice The pause was ended before its time.
    event PauseEnded(address indexed by);

    error NotOwner(address caller);
    error OwnerIsZero();
    error NotGuardian(address caller);
    error NotGuardianOrOwner(address caller);
    /// @notice New agreements are stopped until `until`.
    error MarketPaused(uint64 until);
    error MarketNotPaused();
    /// @notice The last pause began too short a time ago.
    error PauseTooSoon(uint64 notBefore, uint256 timestamp);

    /// @notice Names the guardian. Only the owner. Does not end a pause, nor shorten the wait for the next one.
    /// @param newGuardian Zero for none.
    function setGuardian(address newGuardian) external;

    /// @notice Stops new agreements until MAX_PAUSE from now. Only the guardian, and not within PAUSE_COOLDOWN of the beginning of the last
    /// pause, whoever was guardian then and whether it was ended early or not: nobody can pause for ever.
    function pause() external;

    /// @notice Ends the pause. The guardian or the owner.
    function unpause() external;

    /// @notice Who may set the values and name the guardian: the timelock on a public chain, the deployer on a development chain. Fixed at
    /// the deployment and handed to nobody, not even by a vote: whoever decides waits as long as the timelock.
    function owner() external view returns (address);

    /// @notice Who may pause, or zero.
    function guardian() external view returns (address);

    /// @notice The time from which on new agreements are taken (again); 0 before the first pause.
    function pausedUntil() external view returns (uint64);

    /// @notice The time from which on the next pause can begin; 0 before the first one.
    function nextPauseFrom() external view returns (uint64);

    /// @notice Reverts with MarketPaused while new agreements are stopped.
    function requireNotPaused() external view;
}
