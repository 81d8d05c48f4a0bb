using Marketplace.Chain.Contracts;
using Marketplace.Ethereum.Contracts;

namespace Marketplace.Chain;

public static partial class MarketErrorMessages
{
    static string? OfProviders(IContractError error) => error switch
    {
        AlreadyRegisteredError e => $"{e.Provider} is registered already; update its particulars instead.",
        NotRegisteredError e => $"{e.Provider} is not registered as a provider; register first.",
        OperatorIsZeroError => "A provider needs an operator key; name one.",
        EndpointLengthOutOfBoundsError e =>
            $"The endpoint has {e.Length} bytes but has to have {e.Minimum} to {e.Maximum}; give it as https://host:port.",
        MetadataTooLongError e => $"The metadata has {e.Length} bytes, at most {e.Maximum} are possible; give the CID of a description.",
        TlsKeyHashIsZeroError => "The hash of the node's TLS key is missing; take it from the node's status.",
        HoldsNoSpaceError e => $"Agreement {e.Agreement} holds no space of the provider {e.Provider}; name those that do, and no others.",
        NotAscendingError e => $"Agreement {e.Next} was named after {e.Agreement}; name each once, in ascending order.",
        AgreementsMissingError e =>
            $"The agreements that were named hold {e.Listed} of the provider {e.Provider}, all together {e.Reserved}; name all of them.",
        EpochAlreadyProvenError e => $"Epoch {e.Epoch} is proven already; there is nothing to do.",
        EpochAlreadyMissedError e => $"Epoch {e.Epoch} is counted as missed already and cannot be proven any more; go on with the next.",
        EpochRangeInvalidError e => $"Epochs {e.From} to {e.To} are no range of at most 256 epochs; ask for fewer.",
        NoSuchProvenEpochError e => $"There is no proven epoch with number {e.Index} from {e.From} to {e.To}; ask for a lower number.",
        _ => null,
    };

    static string? OfAgreements(IContractError error) => error switch
    {
        UnknownAgreementError e => $"There is no agreement {e.Agreement}; look its number up in the list.",
        WrongStateError e => $"Agreement {e.Agreement} is {e.State}, in which this cannot be done; look at its state first.",
        NotConsumerError e => $"Only the consumer of agreement {e.Agreement} can do this, not {e.Caller}; use the consumer's wallet.",
        NotProviderError e =>
            $"Only the provider of agreement {e.Agreement} can do this, not {e.Caller}; use the provider's owner or operator key.",
        TermOutOfBoundsError e =>
            $"The offer is for {e.MinTerm} to {e.MaxTerm} epochs, not {e.Term}; choose a term in between or another listing.",
        TermIsOverError e => $"Agreement {e.Agreement} ended with epoch {e.End}, now it is epoch {e.CurrentEpoch}; open a new one.",
        DepositTooHighError e =>
            $"The deposit would be {Tokens(e.Deposit)}, more than the {Tokens(e.MaxDeposit)} allowed; the price has changed, look at the offer again.",
        EgressPriceTooHighError e =>
            $"Reading a GiB would cost {Tokens(e.EgressPrice)}, more than the {Tokens(e.MaxEgressPrice)} allowed; the price has changed, look at the offer again.",
        EndTooLateError e =>
            $"Agreement {e.Agreement} would end in epoch {e.End}, and can end in {e.Latest} at the latest; add less time or use another listing.",
        NothingToAddToError e =>
            $"Space added to agreement {e.Agreement} would be paid from epoch {e.AddedFrom} on, but it ends in {e.End}; add time too.",
        OtherProviderError e => $"Listing {e.Listing} is {e.Provider}'s, another provider's than the agreement's; choose one of its own.",
        ListingNeedsAcceptanceError e =>
            $"Listing {e.Listing} needs the provider's answer, and extensions wait for none; ask the provider for a listing that accepts automatically.",
        TooManyRateChangesError e =>
            $"The price of agreement {e.Agreement} would change {e.Changes} times, at most {e.Maximum} are possible; open a new agreement.",
        StepOutOfRangeError e =>
            $"A price of {Tokens(e.Rate)} an epoch from epoch {e.From} on is beyond what agreements can hold; rent less space or for less time.",
        DataKeyIsZeroError => "An agreement needs a data key; name one.",
        NothingRequestedError => "No agreement was asked for; name at least one.",
        UnknownCycleError e => $"Agreement {e.Agreement} has {e.Cycles} billing cycles, numbered from 0; there is no cycle {e.Cycle}.",
        CycleAlreadySettledError e => $"Cycle {e.Cycle} of agreement {e.Agreement} is settled already; there is nothing to do.",
        CycleNotReadyError e =>
            $"Cycle {e.Cycle} of agreement {e.Agreement} cannot be settled before it is over and a later epoch is sealed; try again then.",
        SettlementOverError e =>
            $"Agreement {e.Agreement} could be settled until epoch {e.LastEpoch}, now it is {e.CurrentEpoch}; what was not collected is the consumer's.",
        SettlementOpenError e =>
            $"Agreement {e.Agreement} can be settled until epoch {e.LastEpoch}, now it is {e.CurrentEpoch}; close it afterwards.",
        RevisionNotSignedError e =>
            $"Revision {e.Number} of agreement {e.Agreement} is signed by {e.Signer}, which never was its data key; use the consumer's own signature.",
        EmptyRevisionInvalidError e => $"Revision 0 of agreement {e.Agreement} has to be empty; give the newest signed revision.",
        RevisionTooLargeError e =>
            $"A revision of {e.Weight} KiB does not fit into the {e.Space} GiB of agreement {e.Agreement}; delete something or rent more.",
        InsufficientEscrowError e =>
            $"{e.Controller} has {Tokens(e.Held)} in escrow under {e.Key}, {Tokens(e.Requested)} were asked for; this is a bug worth reporting.",
        _ => null,
    };

    static string? OfProofs(IContractError error) => error switch
    {
        NotOperatorError e => $"{e.Caller} is not the operator key of the provider {e.Provider}; name it with an update, or use the right key.",
        CheckpointInvalidError =>
            "The checkpoint contradicts itself: a root without leaves or agreements, or the reverse; check the node's store.",
        NoCheckpointError e => $"The provider {e.Provider} has committed no checkpoint yet; commit one first.",
        CheckpointTooNewError e =>
            $"The newest checkpoint was committed in epoch {e.CommittedIn} and answers from the next epoch on; wait for it.",
        ProofWindowClosedError e => $"Proofs for epoch {e.Epoch} were taken until {Time(e.ClosedAt)}; go on with the next epoch.",
        AlreadyProvenError e => $"Epoch {e.Epoch} is proven already; there is nothing to do.",
        WrongTargetError e =>
            $"Answer {e.Challenge} leads to {e.Actual} where the draw demands {e.Expected}; build the proof from the committed checkpoint.",
        WrongRootError e =>
            $"Answer {e.Challenge} leads to another root than was committed; build the proof from the committed checkpoint.",
        WrongTotalError e =>
            $"Answer {e.Challenge} sums up to {e.Actual} where {e.Expected} were committed; build the proof from the committed checkpoint.",
        WrongDataRootError e => $"Answer {e.Challenge} leads to another data root than was signed; check the stored fragments for damage.",
        WrongDataWeightError e =>
            $"Answer {e.Challenge} sums up to {e.Actual} leaves where {e.Expected} were signed; check the stored fragments for damage.",
        NotDeclaredError e =>
            $"Answer {e.Challenge} shows a node of {e.Leaves} leaves of agreement {e.Agreement} as lost that need not be left out in that epoch; declare losses an epoch earlier.",
        PathTooLongError e => $"A path of {e.Depth} steps is longer than the {e.Maximum} possible; check the proof's format.",
        PositionOutOfRangeError e => $"Position {e.Position} does not exist at a depth of {e.Depth}; check the proof's format.",
        AnswersTooShortError e => $"The answers have {e.Length} bytes where {e.Needed} are needed; check the proof's format.",
        AnswersTooLongError e => $"The answers have {e.Length} bytes where only {e.Needed} are needed; check the proof's format.",
        WrongAgreementError e => $"The inclusion shows agreement {e.Actual} instead of {e.Expected}; give the path of the right one.",
        OutOfOrderError e => $"Agreement {e.Agreement} is out of order beside agreement {e.Neighbour} in the checkpoint; build the checkpoint with its members in order.",
        NotTheProvenCheckpointError e =>
            $"This is not the checkpoint that the provider {e.Provider} proved in epoch {e.Epoch}; give that one.",
        _ => null,
    };
}
