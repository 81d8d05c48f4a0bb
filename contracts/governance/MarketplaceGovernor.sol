// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Governor} from "@openzeppelin/contracts/governance/Governor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {GovernorCountingSimple} from "@openzeppelin/contracts/governance/extensions/GovernorCountingSimple.sol";
import {GovernorPreventLateQuorum} from "@openzeppelin/contracts/governance/extensions/GovernorPreventLateQuorum.sol";
import {GovernorSettings} from "@openzeppelin/contracts/governance/extensions/GovernorSettings.sol";
import {GovernorTimelockControl} from "@openzeppelin/contracts/governance/extensions/GovernorTimelockControl.sol";
import {GovernorVotes} from "@openzeppelin/contracts/governance/extensions/GovernorVotes.sol";
import {GovernorVotesQuorumFraction} from "@openzeppelin/contracts/governance/extensions/GovernorVotesQuorumFraction.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {GovernorBounds} from "./GovernorBounds.sol";

/// @title Decides by the votes of the token's holders
/// @notice See IMarketplaceGovernor.
contract MarketplaceGovernor is
    GovernorBounds,
    Governor,
    GovernorSettings,
    GovernorCountingSimple,
    GovernorVotes,
    GovernorVotesQuorumFraction,
    GovernorPreventLateQuorum,
    GovernorTimelockControl
{
    /// @dev Of "#proposer=" with and without an address in hex digits, as OpenZeppelin's Governor looks for them at a description's end.
    uint256 private constant SUFFIX_LENGTH = 52;
    uint256 private constant MARKER_LENGTH = 10;
    /// @dev What of a description's end is searched for a suffix with a mistake in it.
    uint256 private constant TAIL_LENGTH = 2 * SUFFIX_LENGTH;

    /// @param token_ The StorageToken.
    /// @param timelock_ Executes what was decided.
    constructor(
        address token_,
        TimelockController timelock_,
        Settings memory settings,
        Floors memory floors_
    )
        GovernorBounds(IERC20(token_), floors_)
        Governor("Storage Marketplace Governor")
        GovernorSettings(settings.votingDelay, settings.votingPeriod, settings.proposalThreshold)
        GovernorVotes(IVotes(token_))
        GovernorVotesQuorumFraction(settings.quorumPercent)
        GovernorPreventLateQuorum(settings.lateQuorumExtension)
        GovernorTimelockControl(timelock_)
    {}

    /// @notice Always reverts: the timelock holds treasury and parameters, and is the governor's for ever.
    function updateTimelock(TimelockController) public pure override {
        revert TimelockIsFixed();
    }

    /// @inheritdoc GovernorTimelockControl
    function state(uint256 proposalId) public view override(Governor, GovernorTimelockControl) returns (ProposalState) {
        return super.state(proposalId);
    }

    /// @inheritdoc GovernorPreventLateQuorum
    function proposalDeadline(uint256 proposalId) public view override(Governor, GovernorPreventLateQuorum) returns (uint256) {
        return super.proposalDeadline(proposalId);
    }

    /// @inheritdoc GovernorSettings
    function proposalThreshold() public view override(Governor, GovernorSettings) returns (uint256) {
        return super.proposalThreshold();
    }

    /// @inheritdoc GovernorTimelockControl
    function proposalNeedsQueuing(uint256 proposalId) public view override(Governor, GovernorTimelockControl) returns (bool) {
        return super.proposalNeedsQueuing(proposalId);
    }

    function _setVotingDelay(uint48 newVotingDelay) internal override {
        _requireVotingDelay(newVotingDelay);
        super._setVotingDelay(newVotingDelay);
    }

    function _setVotingPeriod(uint32 newVotingPeriod) internal override {
        _requireVotingPeriod(newVotingPeriod);
        super._setVotingPeriod(newVotingPeriod);
    }

    function _setProposalThreshold(uint256 newProposalThreshold) internal override {
        _requireThreshold(newProposalThreshold);
        super._setProposalThreshold(newProposalThreshold);
    }

    function _updateQuorumNumerator(uint256 newQuorumNumerator) internal override {
        _requireQuorumPercent(newQuorumNumerator);
        super._updateQuorumNumerator(newQuorumNumerator);
    }

    function _setLateQuorumVoteExtension(uint48 newVoteExtension) internal override {
        _requireLateQuorumExtension(newVoteExtension, votingPeriod());
        super._setLateQuorumVoteExtension(newVoteExtension);
    }

    /// @dev Stricter than OpenZeppelin's: a suffix that names no address, or stands not quite at the end, is refused instead of protecting
    /// nobody in silence.
    function _isValidDescriptionForProposer(address proposer, string memory description) internal view override returns (bool) {
        uint256 length = bytes(description).length;
        for (uint256 i = length > TAIL_LENGTH ? length - TAIL_LENGTH : 0; i + MARKER_LENGTH <= length; ++i) {
            if (!_hasMarker(bytes(description), i)) continue;
            if (i + SUFFIX_LENGTH != length) return false;
            (bool parsed, ) = Strings.tryParseAddress(description, i + MARKER_LENGTH, length);
            if (!parsed) return false;
        }
        return super._isValidDescriptionForProposer(proposer, description);
    }

    function _tallyUpdated(uint256 proposalId) internal override(Governor, GovernorPreventLateQuorum) {
        super._tallyUpdated(proposalId);
    }

    function _queueOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) returns (uint48) {
        return super._queueOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _executeOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) {
        super._executeOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _cancel(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) returns (uint256) {
        return super._cancel(targets, values, calldatas, descriptionHash);
    }

    function _executor() internal view override(Governor, GovernorTimelockControl) returns (address) {
        return super._executor();
    }

    function _hasMarker(bytes memory description, uint256 offset) private pure returns (bool) {
        bytes10 marker = "#proposer=";
        for (uint256 i = 0; i < marker.length; ++i) {
            if (description[offset + i] != marker[i]) return false;
        }
        return true;
    }
}
