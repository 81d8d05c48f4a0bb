// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ChallengeAnswers} from "../proofs/ChallengeAnswers.sol";
import {ChallengeSampling} from "../proofs/ChallengeSampling.sol";
import {SumTree} from "../proofs/SumTree.sol";
import {Checkpoint, Revision} from "../types/MarketplaceTypes.sol";

/// @notice Lets tests call the verification that proofs and settlements use, without signatures, stakes and clocks.
contract SumTreeHarness {
    error TrailingBytes(uint256 length, uint256 needed);

    /// @notice Reverts unless `answers` are exactly those that the seed draws from the checkpoint.
    /// @return members The agreements that were shown, in order.
    /// @return leaves What was shown of each; whether a lost node was declared is for the test to say.
    function verify(
        bytes32 seed,
        address provider,
        uint32 challenges,
        Checkpoint calldata checkpoint,
        bytes calldata answers
    ) external view returns (SumTree.Member[] memory members, SumTree.Leaf[] memory leaves) {
        members = new SumTree.Member[](challenges);
        leaves = new SumTree.Leaf[](challenges);
        uint256 start = 0;
        for (uint32 challenge = 0; challenge < challenges; ++challenge) {
            if (ChallengeAnswers.isVoid(challenge, checkpoint)) continue;
            uint256 target = ChallengeSampling.target(seed, provider, challenge);
            (members[challenge], leaves[challenge]) = ChallengeAnswers.requireAnswer(answers, start, challenge, target, checkpoint);
            start = leaves[challenge].end;
        }
        if (start != answers.length) revert TrailingBytes(answers.length, start);
    }

    /// @notice One draw with a target of the test's choice.
    function verifyTarget(
        uint32 challenge,
        uint256 target,
        Checkpoint calldata checkpoint,
        bytes calldata answer
    ) external view returns (SumTree.Member memory member, SumTree.Leaf memory leaf) {
        return ChallengeAnswers.requireAnswer(answer, 0, challenge, target, checkpoint);
    }

    /// @notice The path of an agreement alone.
    function verifyInclusion(Checkpoint calldata checkpoint, bytes calldata inclusion) external view returns (SumTree.Member memory) {
        return ChallengeAnswers.requireMember(inclusion, 0, 0, checkpoint);
    }

    /// @notice The answer to an audit of a revision's leaf.
    function verifyLeaf(
        Revision calldata revision,
        uint64 wanted,
        bytes calldata leafPart
    ) external view returns (SumTree.Leaf memory leaf) {
        leaf = ChallengeAnswers.requireLeaf(leafPart, 0, 0, revision, wanted);
        if (leaf.end != leafPart.length) revert TrailingBytes(leafPart.length, leaf.end);
    }
}
