// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AgreementId, Checkpoint, Epoch, GiB, ListingId, Permit, Revision} from "../types/MarketplaceTypes.sol";

/// @title Rentals between one consumer and one provider
/// @notice Proposed -> Active -> Ended, Proposed -> Withdrawn or Declined, Active -> Terminated -> Ended, Active or Terminated -> Voided.
/// Money leaves escrow only as payout for proven epochs (less the protocol fee) or as refund to the consumer.
/// What an epoch costs can change where an agreement is extended, and nowhere else; each epoch is paid or refunded at its own rate. Only
/// the fee is rounded: down, in favour of the provider and its delegators.
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
    /// @param maxEgressPrice The most that reading a GiB may cost, in base units; protects against such a price that changed.
    struct Request {
        ListingId listing;
        GiB space;
        uint64 term;
        address dataKey;
        uint256 maxDeposit;
        uint256 maxEgressPrice;
    }

    /// @notice What a consumer adds to an agreement; space or term, or both, is more than 0.
    /// @param listing The offer whose price holds for what is added: another one of the same provider, to which the agreement moves, or 0
    /// for the agreement's own. It has to accept automatically: a provider that decides by hand publishes one for this consumer alone.
    /// @param space GiB added.
    /// @param term Epochs added to the end.
    /// @param maxDeposit The most that may be taken; protects against a price that changed.
    struct Extension {
        ListingId listing;
        GiB space;
        uint64 term;
        uint256 maxDeposit;
    }

    /// @param from The first epoch of the rate, which holds until the next step or the agreement's end.
    /// @param rate Base units per epoch for all of the space.
    struct RateStep {
        Epoch from;
        uint256 rate;
    }

    /// @param start First payable epoch: the second after the opening (or acceptance). In the one between the provider commits the
    /// first checkpoint that can hold the agreement, which it can prove from `start` on.
    /// @param end The epoch after the last payable one.
    /// @param term Epochs from start to end, as agreed with the opening and all extensions.
    /// @param price Token base units per GiB per epoch, of the opening or the latest extension; what each epoch costs says `rateSteps`.
    /// @param paid To the provider with its delegators and, as the fee, to the treasury.
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
    /// @notice `addedSpace` costs `price` per GiB from `addedFrom` on, and so does all space from the former end to the new one.
    event AgreementExtended(
        AgreementId indexed agreement,
        ListingId listing,
        GiB addedSpace,
        Epoch addedFrom,
        Epoch end,
        uint256 price,
        uint256 deposit
    );
    event AgreementTerminated(AgreementId indexed agreement, Epoch end, uint256 refund);
    event DataKeyAuthorized(AgreementId indexed agreement, address indexed dataKey);
    /// @notice A billing cycle is done: `payout` (net of the fee) to the provider and its delegators, `fee` to the treasury, `refund` to
    /// the consumer.
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
    error EgressPriceTooHigh(uint256 egressPrice, uint256 maxEgressPrice);
    error DepositTooHigh(uint256 deposit, uint256 maxDeposit);
    /// @notice The extended agreement would end later than its listing or its number of billing cycles allows.
    error EndTooLate(AgreementId agreement, uint256 end, uint256 latest);
    /// @notice No epoch is left in which added space would be paid for.
    error NothingToAddTo(AgreementId agreement, Epoch addedFrom, Epoch end);
    error OtherProvider(ListingId listing, address provider);
    error ListingNeedsAcceptance(ListingId listing);
    error TooManyRateChanges(AgreementId agreement, uint256 changes, uint256 maximum);
    /// @notice There is nothing left to end early, or to extend.
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

    /// @notice Adds space or time, or both, to an active agreement of the sender whose end is not reached. The contents stay where they
    /// are: revisions, keys and proofs stay good. Added space can be used at once, needs stake at once, and is paid from the second epoch
    /// after this on, as in `open`. The deposit is the listing's price for what is added: added space until the new end, all former space
    /// from the former end on. What was agreed before keeps its price. Fee, notice, grace and egress price stay those of the opening. Not
    /// while the guardian has stopped new agreements (MarketPaused).
    /// @param permit Of the sender for the escrow, or value 0 to use the allowance.
    function extend(AgreementId agreement, Extension calldata extension, Permit calldata permit) external;

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

    /// @notice Calls functions of this contract one after the other as the sender, all or none: the first that fails undoes the others, and
    /// what it says is what this says. So a consumer extends or ends all that was rented together with one transaction. One permit for the
    /// sum, in the first of the calls, is enough; the others, with value 0, use the allowance that it left.
    /// @param data The calls, each as it would be sent by itself.
    /// @return results What each of them returned, encoded.
    function multicall(bytes[] calldata data) external returns (bytes[] memory results);

    /// @notice Pays a billing cycle, each proven epoch at its own rate, and refunds the rest. From the epoch in which the provider declared
    /// a loss of this agreement's data on, nothing is paid until it is cured (IDeclaredLosses). If the provider proved any payable epoch,
    /// the agreement must be shown to be in the checkpoint of the one that the seed of the first sealed epoch after the cycle draws.
    /// Anybody may call. After the settlement grace, counted from the cycle's end, all of it is refunded, and nothing needs to be shown.
    /// @param checkpoint The drawn epoch's checkpoint (ignored when nothing payable was proven).
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

    /// @notice What an epoch costs if it is proven, in base units for all of the space; 0 outside of the agreement's term.
    function rateAt(AgreementId agreement, Epoch epoch) external view returns (uint256);

    /// @notice The steps of the rate in the order of their epochs, the first from the start on; none for what was never active,
    /// or was ended before its start.
    function rateSteps(AgreementId agreement) external view returns (RateStep[] memory);

    /// @notice Which checkpoint a cycle's settlement has to show.
    /// @return ready Whether the cycle can be settled now.
    /// @return provenEpochs The number of proven and payable epochs in it; zero needs no inclusion.
    /// @return drawn The epoch whose checkpoint is to be shown.
    function settlementDraw(AgreementId agreement, uint64 cycle) external view returns (bool ready, uint64 provenEpochs, Epoch drawn);

    /// @notice EIP-712 digest of Revision(uint256 agreementId,uint64 number,bytes32 dataRoot,uint64 weight).
    function revisionDigest(AgreementId agreement, Revision calldata revision) external view returns (bytes32);
}
