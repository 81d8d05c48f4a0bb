// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBounded} from "./IBounded.sol";

/// @title Decides by the votes of the token's holders
/// @notice An OpenZeppelin Governor whose executor is the MarketplaceTimelock. Votes are those that were delegated at the proposal's
/// snapshot, a voting delay after the proposal: whoever borrows tokens for a block has none. Its own settings can be changed by vote, but
/// only within the bounds below, so that no majority can do away with the time that a minority needs to notice, vote and leave.
interface IMarketplaceGovernor is IBounded {
    /// @notice What governance can change of itself; times in seconds.
    /// @param votingDelay From a proposal to its snapshot and the beginning of the vote (the floor to 30 days).
    /// @param votingPeriod How long is voted (the floor to 30 days).
    /// @param proposalThreshold Base units of votes that a proposal needs (a millionth to a hundredth of the supply).
    /// @param quorumPercent Share of the supply that has to vote for or abstain (2..30).
    /// @param lateQuorumExtension How long is voted at least after the quorum was reached (the floor to the voting period).
    struct Settings {
        uint48 votingDelay;
        uint32 votingPeriod;
        uint256 proposalThreshold;
        uint256 quorumPercent;
        uint48 lateQuorumExtension;
    }

    /// @notice The least that the times can be set to, in seconds; immutable. On a public chain at least a day, three days and a day.
    struct Floors {
        uint48 votingDelay;
        uint32 votingPeriod;
        uint48 lateQuorumExtension;
    }

    /// @notice Decisions are executed by one timelock for ever; another one is another deployment.
    error TimelockIsFixed();

    /// @notice The least that the times can be set to.
    function floors() external view returns (Floors memory);
}
