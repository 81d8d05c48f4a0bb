// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IMarketplaceGovernor} from "../interfaces/IMarketplaceGovernor.sol";
import {Bounded} from "./Bounded.sol";

/// @title The bounds of the governor's own settings
/// @dev To be the first of the governor's bases: the others' constructors set what is bounded here.
abstract contract GovernorBounds is IMarketplaceGovernor, Bounded {
    /// @dev The greatest floor: above it the times could not be set at all, or to nothing but one value.
    uint256 private constant MAX_FLOOR = 7 days;
    uint256 private constant MAX_VOTING_DELAY = 30 days;
    uint256 private constant MAX_VOTING_PERIOD = 30 days;
    uint256 private constant MIN_QUORUM_PERCENT = 2;
    uint256 private constant MAX_QUORUM_PERCENT = 30;

    uint48 private immutable _minVotingDelay;
    uint32 private immutable _minVotingPeriod;
    uint48 private immutable _minLateQuorumExtension;
    uint256 private immutable _minThreshold;
    uint256 private immutable _maxThreshold;

    constructor(IERC20 token_, Floors memory floors_) {
        _requireWithin("floors.votingDelay", floors_.votingDelay, 1, MAX_FLOOR);
        _requireWithin("floors.votingPeriod", floors_.votingPeriod, 1, MAX_FLOOR);
        _requireWithin("floors.lateQuorumExtension", floors_.lateQuorumExtension, 1, floors_.votingPeriod);
        _minVotingDelay = floors_.votingDelay;
        _minVotingPeriod = floors_.votingPeriod;
        _minLateQuorumExtension = floors_.lateQuorumExtension;
        // The supply never changes.
        uint256 supply = token_.totalSupply();
        _minThreshold = supply / 1_000_000;
        _maxThreshold = supply / 100;
    }

    /// @inheritdoc IMarketplaceGovernor
    function floors() external view override returns (Floors memory) {
        return Floors(_minVotingDelay, _minVotingPeriod, _minLateQuorumExtension);
    }

    function _requireVotingDelay(uint48 value) internal view {
        _requireWithin("votingDelay", value, _minVotingDelay, MAX_VOTING_DELAY);
    }

    function _requireVotingPeriod(uint32 value) internal view {
        _requireWithin("votingPeriod", value, _minVotingPeriod, MAX_VOTING_PERIOD);
    }

    function _requireThreshold(uint256 value) internal view {
        _requireWithin("proposalThreshold", value, _minThreshold, _maxThreshold);
    }

    function _requireQuorumPercent(uint256 value) internal pure {
        _requireWithin("quorumPercent", value, MIN_QUORUM_PERCENT, MAX_QUORUM_PERCENT);
    }

    function _requireLateQuorumExtension(uint48 value, uint256 votingPeriod_) internal view {
        _requireWithin("lateQuorumExtension", value, _minLateQuorumExtension, votingPeriod_);
    }
}
