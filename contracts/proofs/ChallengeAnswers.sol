// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IPossessionProofs} from "../interfaces/IPossessionProofs.sol";
import {Checkpoint} from "../types/MarketplaceTypes.sol";
import {ChallengeSampling} from "./ChallengeSampling.sol";
import {SumTree} from "./SumTree.sol";

/// @title Whether an answer shows what was committed and drawn
/// @notice The one implementation of these comparisons, for proofs, settlements and audits alike.
/// @dev Does not look at signatures: whoever calls must have the member's revision checked, or a provider could prove invented contents.
library ChallengeAnswers {
    /// @notice Whether a draw has an answer at all: nothing can be shown of an empty checkpoint, nor by leaf if there are no leaves.
    function isVoid(uint32 challenge, Checkpoint memory checkpoint) internal pure returns (bool) {
        return checkpoint.agreements == 0 || (checkpoint.leaves == 0 && ChallengeSampling.picksByLeaf(challenge));
    }

    /// @notice Reverts unless the answer at `start` is the one that the draw demands.
    /// @param challenge Number of the draw; one that is not void.
    /// @param target The draw.
    /// @return member The agreement that was shown.
    /// @return end Where the answer ends.
    function requireAnswer(
        bytes calldata answers,
        uint256 start,
        uint32 challenge,
        uint256 target,
        Checkpoint memory checkpoint
    ) internal view returns (SumTree.Member memory member, uint256 end) {
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
            if (weight == 0) return (member, member.end);
            within = ChallengeSampling.leafIndexWithin(target, weight);
        }
        end = _requireLeaf(answers, challenge, member, within);
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

    /// @dev The leaf with index `within` of the member.
    function _requireLeaf(
        bytes calldata answers,
        uint32 challenge,
        SumTree.Member memory member,
        uint256 within
    ) private view returns (uint256 end) {
        SumTree.Leaf memory leaf = SumTree.readLeaf(answers, member.end);
        if (leaf.root != member.revision.dataRoot) {
            revert IPossessionProofs.WrongDataRoot(challenge, member.revision.dataRoot, leaf.root);
        }
        if (leaf.leaves != member.revision.weight) {
            revert IPossessionProofs.WrongDataWeight(challenge, member.revision.weight, leaf.leaves);
        }
        if (leaf.leavesBefore != within) {
            revert IPossessionProofs.WrongTarget(challenge, member.leavesBefore + within, member.leavesBefore + leaf.leavesBefore);
        }
        return leaf.end;
    }
}
