// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDeclaredLosses} from "../interfaces/IDeclaredLosses.sol";
import {IMarketplaceParameters} from "../interfaces/IMarketplaceParameters.sol";
import {IPossessionProofs} from "../interfaces/IPossessionProofs.sol";
import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";
import {IRandomnessBeacon} from "../interfaces/IRandomnessBeacon.sol";
import {IStorageAgreements} from "../interfaces/IStorageAgreements.sol";
import {AgreementId, Checkpoint, Epoch} from "../types/MarketplaceTypes.sol";
import {ChallengeAnswers} from "./ChallengeAnswers.sol";
import {ChallengeSampling} from "./ChallengeSampling.sol";
import {SumTree} from "./SumTree.sol";

/// @title Checkpoints and their proofs
/// @notice See IPossessionProofs and docs/protocol.md, sections 3.4 and 4.
/// @dev Trusts the five contracts it was wired with, which call nobody else's code: the beacon for seeds that were unknown when the
/// checkpoint was committed, StorageAgreements for which revisions a consumer signed, DeclaredLosses for what need not be shown. A provider
/// is bound to its answers by the draw (its address is hashed into it) and by its operator's key, so that copied call data proves nothing
/// for anybody else.
contract PossessionProofs is IPossessionProofs {
    /// @param exists Tells a committed empty checkpoint from none.
    struct Commitment {
        bytes32 root;
        uint64 leaves;
        uint32 agreements;
        Epoch committedIn;
        bool exists;
    }

    /// @dev Whom an epoch asks, and about what.
    struct Challenge {
        address provider;
        Epoch epoch;
        bytes32 seed;
        Checkpoint checkpoint;
    }

    /// @notice The market's clock and numbers.
    IMarketplaceParameters public immutable parameters;
    /// @notice Draws the challenges.
    IRandomnessBeacon public immutable beacon;
    /// @notice Knows operators, and keeps the record of proven epochs.
    IProviderRegistry public immutable registry;
    /// @notice Knows which revisions consumers signed.
    IStorageAgreements public immutable agreements;
    /// @notice Knows what providers declared lost.
    IDeclaredLosses public immutable losses;

    mapping(address provider => Commitment commitment) private _commitments;
    /// @inheritdoc IPossessionProofs
    mapping(address provider => mapping(Epoch epoch => bytes32 checkpointHash)) public override provenCheckpoint;

    constructor(
        IMarketplaceParameters parameters_,
        IRandomnessBeacon beacon_,
        IProviderRegistry registry_,
        IStorageAgreements agreements_,
        IDeclaredLosses losses_
    ) {
        parameters = parameters_;
        beacon = beacon_;
        registry = registry_;
        agreements = agreements_;
        losses = losses_;
    }

    modifier onlyOperator(address provider) {
        if (msg.sender != registry.operatorOf(provider)) revert NotOperator(provider, msg.sender);
        _;
    }

    /// @inheritdoc IPossessionProofs
    function commit(address provider, Checkpoint calldata next) external override onlyOperator(provider) {
        _commit(provider, parameters.currentEpoch(), next);
    }

    /// @inheritdoc IPossessionProofs
    function advance(address provider, bytes calldata answers, Checkpoint calldata next) external override onlyOperator(provider) {
        Epoch epoch = parameters.currentEpoch();
        Checkpoint memory checkpoint = _provable(provider, epoch);
        _requireAnswers(Challenge(provider, epoch, _openSeed(epoch), checkpoint), answers);

        provenCheckpoint[provider][epoch] = keccak256(abi.encode(checkpoint));
        emit PossessionProven(provider, epoch, checkpoint.root);
        _commit(provider, epoch, next);
        registry.recordProof(provider, epoch);
    }

    /// @inheritdoc IPossessionProofs
    function checkpointOf(address provider) external view override returns (bool exists, Checkpoint memory checkpoint, Epoch committedIn) {
        Commitment storage held = _commitments[provider];
        return (held.exists, Checkpoint(held.root, held.leaves, held.agreements), held.committedIn);
    }

    /// @inheritdoc IPossessionProofs
    function requireInclusion(
        address provider,
        Epoch epoch,
        AgreementId agreement,
        Checkpoint calldata checkpoint,
        bytes calldata inclusion
    ) external view override {
        if (provenCheckpoint[provider][epoch] != keccak256(abi.encode(checkpoint))) revert NotTheProvenCheckpoint(provider, epoch);
        SumTree.Member memory member = ChallengeAnswers.requireMember(inclusion, 0, 0, checkpoint);
        if (inclusion.length != member.end) revert AnswersTooLong(inclusion.length, member.end);
        if (AgreementId.unwrap(member.agreement) != AgreementId.unwrap(agreement)) revert WrongAgreement(agreement, member.agreement);
        agreements.requireRevision(provider, agreement, member.revision, SumTree.signatureOf(inclusion, 0));
    }

    /// @dev The newest checkpoint, if it can still be proven in `epoch`.
    function _provable(address provider, Epoch epoch) private view returns (Checkpoint memory) {
        if (provenCheckpoint[provider][epoch] != 0) revert AlreadyProven(provider, epoch);
        Commitment storage held = _commitments[provider];
        if (!held.exists) revert NoCheckpoint(provider);
        // Committed in this epoch, it could have been chosen to suit the draw.
        if (held.committedIn >= epoch) revert CheckpointTooNew(provider, held.committedIn);
        return Checkpoint(held.root, held.leaves, held.agreements);
    }

    /// @dev The epoch's seed while proofs are taken; the first proof seals it.
    function _openSeed(Epoch epoch) private returns (bytes32 seed) {
        seed = beacon.seed(epoch);
        if (seed == 0) {
            beacon.seal();
            seed = beacon.seed(epoch);
            if (seed == 0) revert IRandomnessBeacon.EpochNotSealed(epoch);
        }
        uint64 closesAt = beacon.sealedAt(epoch) + parameters.proofWindow();
        if (block.timestamp > closesAt) revert ProofWindowClosed(epoch, closesAt, block.timestamp);
    }

    /// @dev One answer for each draw that is not void, in order, and nothing else.
    function _requireAnswers(Challenge memory asked, bytes calldata answers) private view {
        uint32 challenges = parameters.challengesPerEpoch();
        uint256 start = 0;
        for (uint32 challenge = 0; challenge < challenges; ++challenge) {
            if (ChallengeAnswers.isVoid(challenge, asked.checkpoint)) continue;
            start = _requireAnswer(asked, answers, start, challenge);
        }
        if (answers.length != start) revert AnswersTooLong(answers.length, start);
    }

    function _requireAnswer(
        Challenge memory asked,
        bytes calldata answers,
        uint256 start,
        uint32 challenge
    ) private view returns (uint256 end) {
        uint256 target = ChallengeSampling.target(asked.seed, asked.provider, challenge);
        SumTree.Member memory member;
        SumTree.Leaf memory leaf;
        (member, leaf) = ChallengeAnswers.requireAnswer(answers, start, challenge, target, asked.checkpoint);
        agreements.requireRevision(asked.provider, member.agreement, member.revision, SumTree.signatureOf(answers, start));
        if (leaf.isLost && !losses.isExempt(member.agreement, member.revision.number, leaf.node, leaf.weight, asked.epoch)) {
            revert NotDeclared(challenge, member.agreement, leaf.node, leaf.weight);
        }
        return leaf.end;
    }

    function _commit(address provider, Epoch epoch, Checkpoint calldata next) private {
        bool isEmpty = next.agreements == 0;
        if (isEmpty != (next.root == 0) || (isEmpty && next.leaves != 0)) revert CheckpointInvalid(next);
        _commitments[provider] = Commitment(next.root, next.leaves, next.agreements, epoch, true);
        emit CheckpointCommitted(provider, epoch, next.root, next.leaves, next.agreements);
    }
}
