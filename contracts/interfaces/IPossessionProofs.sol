// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AgreementId, Checkpoint, Epoch} from "../types/MarketplaceTypes.sol";

/// @title Proofs that providers still have everything
/// @notice One transaction an epoch proves all that a provider stores, whatever the number of agreements, files and bytes.
interface IPossessionProofs {
    /// @notice A checkpoint was committed in `epoch`; it can be proven from the next epoch on.
    event CheckpointCommitted(address indexed provider, Epoch indexed epoch, bytes32 root, uint64 leaves, uint32 agreements);
    /// @notice All challenges of the epoch were answered against the checkpoint with `root`.
    event PossessionProven(address indexed provider, Epoch indexed epoch, bytes32 root);

    error NotOperator(address provider, address caller);
    error CheckpointInvalid(Checkpoint checkpoint);
    error NoCheckpoint(address provider);
    /// @notice The checkpoint was committed in this epoch and cannot answer its challenge.
    error CheckpointTooNew(address provider, Epoch committedIn);
    error ProofWindowClosed(Epoch epoch, uint64 closedAt, uint256 timestamp);
    error AlreadyProven(address provider, Epoch epoch);
    /// @notice An answer leads elsewhere than its draw demands: to other leaves among all or within the agreement, or to another agreement.
    /// Here and below `challenge` is the number of the draw; 0 for an inclusion and for the answer to an audit, which are single ones.
    error WrongTarget(uint32 challenge, uint256 expected, uint256 actual);
    /// @notice The provider has not declared the node lost, or too late.
    error NotDeclared(uint32 challenge, AgreementId agreement, bytes32 node, uint64 leaves);
    error WrongRoot(uint32 challenge, bytes32 expected, bytes32 actual);
    error WrongTotal(uint32 challenge, uint256 expected, uint256 actual);
    error WrongDataRoot(uint32 challenge, bytes32 expected, bytes32 actual);
    error WrongDataWeight(uint32 challenge, uint256 expected, uint256 actual);
    error PathTooLong(uint256 depth, uint256 maximum);
    /// @notice A position has bits above the depth of its path.
    error PositionOutOfRange(uint256 position, uint256 depth);
    /// @notice An agreement stands where its number does not belong: the members of a tree are in the order of their numbers, so that
    /// none can be there twice.
    error OutOfOrder(AgreementId agreement, uint256 neighbour);
    error AnswersTooShort(uint256 length, uint256 needed);
    error AnswersTooLong(uint256 length, uint256 needed);
    error WrongAgreement(AgreementId expected, AgreementId actual);
    error NotTheProvenCheckpoint(address provider, Epoch epoch);

    /// @notice Commits a checkpoint without a proof: the first one, or after data was lost. The current epoch cannot be proven
    /// any more with it. Only the provider's operator.
    function commit(address provider, Checkpoint calldata next) external;

    /// @notice Answers the current epoch's challenge against the newest checkpoint, and commits the next. Seals the epoch if it is
    /// open and nobody has yet. Only the provider's operator.
    /// @param answers One packed answer a draw (docs/protocol.md, section 4).
    function advance(address provider, bytes calldata answers, Checkpoint calldata next) external;

    /// @notice The newest checkpoint and the epoch in which it was committed; `exists` is false before the first.
    function checkpointOf(address provider) external view returns (bool exists, Checkpoint memory checkpoint, Epoch committedIn);

    /// @notice keccak256(abi.encode(checkpoint)) that the provider proved in an epoch, or zero.
    function provenCheckpoint(address provider, Epoch epoch) external view returns (bytes32);

    /// @notice Reverts unless `inclusion` shows the agreement, with a revision that its consumer signed, in the checkpoint that the
    /// provider proved in `epoch`.
    function requireInclusion(
        address provider,
        Epoch epoch,
        AgreementId agreement,
        Checkpoint calldata checkpoint,
        bytes calldata inclusion
    ) external view;
}
