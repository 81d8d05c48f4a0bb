// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ChallengeAnswers} from "../proofs/ChallengeAnswers.sol";
import {ChallengeSampling} from "../proofs/ChallengeSampling.sol";
import {SumTree} from "../proofs/SumTree.sol";
import {Checkpoint} from "../types/MarketplaceTypes.sol";

/// @notice Lets tests call the verification that proofs and settlements use, without signatures, stakes and clocks.
contract SumTreeHarness {
    error TrailingBytes(uint256 length, uint256 needed);

    /// @notice Reverts unless `answers` are exactly those that the seed draws from the checkpoint.
    /// @return members The agreements that were shown, in order.
    function verify(
        bytes32 seed,
        address provider,
        uint32 challenges,
        Checkpoint calldata checkpoint,
        bytes calldata answers
    ) external view returns (SumTree.Member[] memory members) {
        members = new SumTree.Member[](challenges);
        uint256 start = 0;
        for (uint32 challenge = 0; challenge < challenges; ++challenge) {
            if (ChallengeAnswers.isVoid(challenge, checkpoint)) continue;
            uint256 target = ChallengeSampling.target(seed, provider, challenge);
            (members[challenge], start) = ChallengeAnswers.requireAnswer(answers, start, challenge, target, checkpoint);
        }
        if (start != answers.length) revert TrailingBytes(answers.length, start);
    }

    /// @notice One draw with a target of the test's choice.
    function verifyTarget(
        uint32 challenge,
        uint256 target,
        Checkpoint calldata checkpoint,
        bytes calldata answer
    ) external view returns (SumTree.Member memory member, uint256 end) {
        return ChallengeAnswers.requireAnswer(answer, 0, challenge, target, checkpoint);
    }

    /// @notice The path of an agreement alone.
    function verifyInclusion(Checkpoint calldata checkpoint, bytes calldata inclusion) external view returns (SumTree.Member memory) {
        return ChallengeAnswers.requireMember(inclusion, 0, 0, checkpoint);
    }
}
