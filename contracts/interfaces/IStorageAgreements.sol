// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AgreementId, Checkpoint, Epoch, GiB, ListingId, Permit, Revision} from "../types/MarketplaceTypes.sol";

/// @title Rentals between one consumer and one provider
/// @notice Proposed -> Active -> Ended, Proposed -> Withdrawn or Declined, Active -> Terminated -> Ended, Active or Terminated -> Voided.
/// Money leaves escrow only as payout for proven epochs (less the protocol fee) or as refund to the consumer.
/// Rounding favours escrow, that is the consumer's refund.
interface IStorageAgreements {
    /// @notice None: no such agreement. Proposed: waits for the provider. Active: runs (or its term is over and it is not closed).
    /// Terminated: ended early by the consumer, runs through its notice. Ended: closed, nothing is held for it. Voided: the provider failed
    /// an audit; what was not paid yet went back to the consumer, nothing is held for it.
    enum State {
        None,
        Proposed,
        Declined,
        Withdrawn,
        Active,
        Terminated,
        Ended,
        Voided
    }

    /// @notice What a consumer asks for.
    /// @param listing The offer.
    /// @param space GiB to rent.
    /// @param term Epochs to rent for.
    /// @param dataKey Signs revisions and transfer sessions for the consumer.
    /// @param maxDeposit The most that may be taken; protects against a price that changed.
    struct Request {
        ListingId listing;
        GiB space;
        uint64 term;
        address dataKey;
        uint256 maxDeposit;
    }

    /// @param start First payable epoch: the second after the opening (or acceptance). In the one between the provider commits the
    /// first checkpoint that can hold the agreement, which it can prove from `start` on.
    /// @param end The epoch after the last payable one.
    /// @param price Token base units per GiB per epoch.
    /// @param paid To the provider and, as its fee, to the treasury.
    /// @param remaining Of the deposit, what is neither paid out nor refunded.
    struct Agreement {
        address consumer;
        address provider;
        address dataKey;
        State state;
        ListingId listing;
        GiB space;
        Epoch start;
        Epoch end;
        uint64 term;
        uint64 billingCycle;
        uint64 settlementGrace;
        uint64 terminationNotice;
        uint16 protocolFeeBps;
        uint256 price;
        uint256 egressPrice;
        uint256 deposited;
        uint256 paid;
        uint256 refunded;
        uint256 remaining;
    }

    event AgreementProposed(
        AgreementId indexed agreement,
        address indexed consumer,
        address indexed provider,
        ListingId listing,
        GiB space,
        uint64 term,
        uint256 price,
        uint256 deposit
    );
    event AgreementActivated(AgreementId indexed agreement, Epoch start, Epoch end);
    event AgreementDeclined(AgreementId indexed agreement);
    event ProposalWithdrawn(AgreementId indexed agreement);
    event AgreementTerminated(AgreementId indexed agreement, Epoch end, uint256 refund);
    event DataKeyAuthorized(AgreementId indexed agreement, address indexed dataKey);
    /// @notice A billing cycle is done: `payout` (net of the fee) to the provider, `fee` to the treasury, `refund` to the consumer.
    event CycleSettled(
        AgreementId indexed agreement,
        uint64 indexed cycle,
        uint64 provenEpochs,
        uint256 payout,
        uint256 fee,
        uint256 refund
    );
    event AgreementEnded(AgreementId indexed agreement, uint256 refund);
    event AgreementVoided(AgreementId indexed agreement, uint256 refund);

    error UnknownAgreement(AgreementId agreement);
    error WrongState(AgreementId agreement, State state);
    error NotConsumer(AgreementId agreement, address caller);
    error NotProvider(AgreementId agreement, address caller);
    error OnlyAudits(address caller);
    error SpaceIsZero();
    error TermOutOfBounds(uint64 term, uint64 minTerm, uint64 maxTerm);
    error DepositTooHigh(uint256 deposit, uint256 maxDeposit);
    /// @notice There is nothing left to end early.
    error TermIsOver(AgreementId agreement, Epoch end, Epoch currentEpoch);
    error DataKeyIsZero();
    error NothingRequested();
    error UnknownCycle(AgreementId agreement, uint64 cycle, uint64 cycles);
    error CycleAlreadySettled(AgreementId agreement, uint64 cycle);
    /// @notice The cycle's last epoch, or the epoch that draws its checkpoint, is not there yet.
    error CycleNotReady(AgreementId agreement, uint64 cycle);
    error SettlementOver(AgreementId agreement, Epoch lastEpoch, Epoch currentEpoch);
    error SettlementOpen(AgreementId agreement, Epoch lastEpoch, Epoch currentEpoch);
    error RevisionNotSigned(AgreementId agreement, uint64 number, address signer);
    error EmptyRevisionInvalid(AgreementId agreement, bytes32 dataRoot, uint64 weight);
    error RevisionTooLarge(AgreementId agreement, uint64 weight, GiB space);

    /// @notice Deposits and proposes agreements, all or none; those with automatic acceptance are active at once. Not while the guardian
    /// has stopped new agreements (MarketPaused).
    /// @param requests At least one.
    /// @param permit Of the sender for the escrow, or value 0 to use the allowance.
    function open(Request[] calldata requests, Permit calldata permit) external returns (AgreementId[] memory);

    /// @notice The provider's owner or operator accepts a proposal.
    function accept(AgreementId agreement) external;

    /// @notice The provider's owner or operator declines a proposal; the deposit becomes the consumer's again.
    function decline(AgreementId agreement) external;

    /// @notice The consumer takes an unanswered proposal back.
    function withdrawProposal(AgreementId agreement) external;

    /// @notice The consumer ends an active agreement after its notice; the rest of the term is refunded at once. One that has not
    /// started and whose notice is over by then has no payable epoch: it can be closed from its start on.
    function terminate(AgreementId agreement) external;

    /// @notice The consumer names another data key. Earlier keys stay good for proofs of what they signed, so that no consumer can
    /// make a provider fail by changing the key.
    function authorizeDataKey(AgreementId agreement, address dataKey) external;

    /// @notice Pays a billing cycle. If the provider proved any epoch of it, the agreement must be shown to be in the checkpoint of
    /// the proven epoch that the seed of the first sealed epoch after the cycle draws. Anybody may call.
    /// @param checkpoint The drawn epoch's checkpoint (ignored when nothing was proven).
    /// @param inclusion The agreement's path in it (docs/protocol.md, section 4).
    function settle(AgreementId agreement, uint64 cycle, Checkpoint calldata checkpoint, bytes calldata inclusion) external;

    /// @notice Ends an agreement whose time to settle is over: what was not collected is refunded. One without a payable epoch needs no
    /// such time. Anybody may call.
    function close(AgreementId agreement) external;

    /// @notice Ends an agreement whose provider failed an audit: all that is not paid out yet goes back to the consumer, the space is free.
    /// Only StorageAudits.
    /// @return refund Base units; 0 also when the agreement does not run any more, in which case nothing happens: an audit must come to its
    /// end whatever became of the agreement.
    function void(AgreementId agreement) external returns (uint256 refund);

    /// @notice Reverts unless the revision is the empty one, or signed by a data key that the agreement ever had.
    /// Checks too that the agreement is the provider's, that the weight fits into the rented space, and that the agreement runs or ended
    /// (or was voided) no more than two epochs ago: a checkpoint may be that much older than the ending, and agreements for which no stake
    /// is reserved must not dilute the draws.
    function requireRevision(address provider, AgreementId agreement, Revision calldata revision, bytes calldata signature) external view;

    /// @notice All about an agreement; state None for a number that was never given.
    function agreement(AgreementId id) external view returns (Agreement memory);

    /// @notice The number of agreements ever proposed; their numbers are 1 to this.
    function agreementCount() external view returns (uint256);

    /// @notice Whether space is reserved for the agreement: it is Active or Terminated.
    function isRunning(AgreementId agreement) external view returns (bool);

    /// @notice Whether the key is or was the agreement's data key.
    function isDataKey(AgreementId agreement, address key) external view returns (bool);

    /// @notice The number of billing cycles of the agreement as it now runs.
    function cycleCount(AgreementId agreement) external view returns (uint64);

    function isCycleSettled(AgreementId agreement, uint64 cycle) external view returns (bool);

    /// @notice Which checkpoint a cycle's settlement has to show.
    /// @return ready Whether the cycle can be settled now.
    /// @return provenEpochs The number of proven epochs in it; zero needs no inclusion.
    /// @return drawn The epoch whose checkpoint is to be shown.
    function settlementDraw(AgreementId agreement, uint64 cycle) external view returns (bool ready, uint64 provenEpochs, Epoch drawn);

    /// @notice EIP-712 digest of Revision(uint256 agreementId,uint64 number,bytes32 dataRoot,uint64 weight).
    function revisionDigest(AgreementId agreement, Revision calldata revision) external view returns (bytes32);
}
