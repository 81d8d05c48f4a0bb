// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IPossessionProofs} from "../interfaces/IPossessionProofs.sol";
import {Checkpoint, Revision} from "../types/MarketplaceTypes.sol";
import {ChallengeSampling} from "./ChallengeSampling.sol";
import {SumTree} from "./SumTree.sol";

/// @title Whether an answer shows what was committed and drawn
/// @notice The one implementation of these comparisons, for proofs, settlements and audits alike.
/// @dev Does not look at signatures: whoever calls must have the member's revision checked, or a provider could prove invented contents.
/// Nor does it look at declarations: whoever calls must ask for each lost node whether it was declared, or nothing need be kept.
library ChallengeAnswers {
    /// @notice Whether a draw has an answer at all: nothing can be shown of an empty checkpoint, nor by leaf if there are no leaves.
    function isVoid(uint32 challenge, Checkpoint memory checkpoint) internal pure returns (bool) {
        return checkpoint.agreements == 0 || (checkpoint.leaves == 0 && ChallengeSampling.picksByLeaf(challenge));
    }

    /// @notice Reverts unless the answer at `start` is the one that the draw demands.
    /// @param challenge Number of the draw; one that is not void.
    /// @param target The draw.
    /// @return member The agreement that was shown.
    /// @return leaf What was shown of it. The answer ends where it ends, also if the agreement holds nothing that could be shown.
    function requireAnswer(
        bytes calldata answers,
        uint256 start,
        uint32 challenge,
        uint256 target,
        Checkpoint memory checkpoint
    ) internal view returns (SumTree.Member memory member, SumTree.Leaf memory leaf) {
        member = requireMember(answers, start, challenge, checkpoint);
        uint64 weight = member.revision.weight;
        uint256 within;
        if (ChallengeSampling.picksByLeaf(challenge)) {
            uint256 expected = ChallengeSampling.leafIndex(target, checkpoint.leaves);
            // An agreement without leaves holds no leaf at all, and fails here.
            if (expected < member.leavesBefore || expected - member.leavesBefore >= weight) {
                revert IPossessionProofs.WrongTarget(challenge, expected, member.leavesBefore);
            }
            within = expected - member.leavesBefore;
        } else {
            uint256 expected = ChallengeSampling.agreementIndex(target, checkpoint.agreements);
            if (member.agreementsBefore != expected) revert IPossessionProofs.WrongTarget(challenge, expected, member.agreementsBefore);
            if (weight == 0) {
                leaf.end = member.end;
                return (member, leaf);
            }
            within = ChallengeSampling.leafIndexWithin(target, weight);
        }
        leaf = requireLeaf(answers, member.end, challenge, member.revision, within);
    }

    /// @notice Reverts unless the member at `start` is under the checkpoint's root, and root and path have its totals.
    function requireMember(
        bytes calldata answers,
        uint256 start,
        uint32 challenge,
        Checkpoint memory checkpoint
    ) internal view returns (SumTree.Member memory member) {
        member = SumTree.readMember(answers, start);
        if (member.root != checkpoint.root) revert IPossessionProofs.WrongRoot(challenge, checkpoint.root, member.root);
        if (member.leaves != checkpoint.leaves) revert IPossessionProofs.WrongTotal(challenge, checkpoint.leaves, member.leaves);
        if (member.agreements != checkpoint.agreements) {
            revert IPossessionProofs.WrongTotal(challenge, checkpoint.agreements, member.agreements);
        }
    }

    /// @notice Reverts unless what is shown at `start` is the leaf with number `within` of the revision, or a lost node that covers it.
    function requireLeaf(
        bytes calldata answers,
        uint256 start,
        uint32 challenge,
        Revision memory revision,
        uint256 within
    ) internal view returns (SumTree.Leaf memory leaf) {
        leaf = SumTree.readLeaf(answers, start);
        if (leaf.root != revision.dataRoot) revert IPossessionProofs.WrongDataRoot(challenge, revision.dataRoot, leaf.root);
        if (leaf.leaves != revision.weight) revert IPossessionProofs.WrongDataWeight(challenge, revision.weight, leaf.leaves);
        // A lost node without leaves covers none.
        if (within < leaf.leavesBefore || within - leaf.leavesBefore >= leaf.weight) {
            revert IPossessionProofs.WrongTarget(challenge, within, leaf.leavesBefore);
        }
    }
}
