using Marketplace.Chain.Contracts;
using Marketplace.Ethereum.Contracts;

namespace Marketplace.Chain;

public static partial class MarketErrorMessages
{
    static string? OfGovernance(IContractError error) => error switch
    {
        GovernorAlreadyCastVoteError e => $"{e.Voter} has voted on this proposal already; a vote cannot be changed.",
        GovernorAlreadyQueuedProposalError => "The proposal waits in the timelock already; execute it when its delay is over.",
        GovernorDisabledDepositError => "The governor takes no deposits; send them to the timelock, which is the treasury.",
        GovernorInsufficientProposerVotesError e =>
            $"{e.Proposer} has {Tokens(e.Votes)} of votes, and a proposal needs {Tokens(e.Threshold)}; delegate more to it first.",
        GovernorInvalidProposalLengthError e =>
            $"A proposal has as many targets as call data and values, not {e.Targets}, {e.Calldatas} and {e.Values}; give one of each for every call.",
        GovernorInvalidQuorumFractionError e =>
            $"A quorum of {e.QuorumNumerator} of {e.QuorumDenominator} cannot be; choose a smaller one.",
        GovernorInvalidSignatureError e => $"The vote is not signed by {e.Voter}; sign with its key or wallet, on this chain.",
        GovernorInvalidVoteParamsError => "A vote carries no parameters here; leave them empty.",
        GovernorInvalidVoteTypeError => "A vote is 0 against, 1 for or 2 abstain; choose one of them.",
        GovernorInvalidVotingPeriodError e => $"A voting period of {e.VotingPeriod} s is too short; choose a longer one.",
        GovernorNonexistentProposalError => "There is no such proposal; give exactly the calls and the description that were proposed.",
        GovernorOnlyExecutorError e => $"Only the timelock may do this, not {e.Account}; propose it.",
        GovernorPreventLateQuorumVoteExtensionTooLargeError e =>
            $"An extension of {e.NewVoteExtension} s is above the highest possible, {e.MaxVoteExtension} s; choose a shorter one.",
        GovernorProposalQueueingFailedError => "The timelock did not take the proposal; look at its state first.",
        GovernorProposalQueueingNotRequiredError => "The proposal needs no waiting; execute it.",
        GovernorRestrictedProposerError e => $"The description names another proposer than {e.Proposer}, or none that can be read; change its end.",
        GovernorUnableToCancelError e => $"{e.Account} cannot cancel this proposal now; only its proposer can, before the vote begins.",
        GovernorUnexpectedProposalStateError => "The proposal is not in a state in which this can be done; look at its state first.",
        TimelockIsFixedError => "The governor keeps its timelock for ever; another one is another deployment.",
        ERC6372InconsistentClockError => "The token and the governor count time differently; this is a bug worth reporting.",
        AccessControlUnauthorizedAccountError e => $"{e.Account} has no such role in the timelock; propose it to the governor.",
        AccessControlBadConfirmationError => "A role can be given up only by whoever has it; send it from that account.",
        TimelockInsufficientDelayError e => $"A delay of {e.Delay} s is below the timelock's {e.MinDelay} s; choose a longer one.",
        TimelockInvalidOperationLengthError e =>
            $"An operation has as many targets as payloads and values, not {e.Targets}, {e.Payloads} and {e.Values}; give one of each for every call.",
        TimelockUnauthorizedCallerError e => $"Only the timelock may do this, not {e.Caller}; propose it.",
        TimelockUnexecutedPredecessorError => "Another operation has to be executed first; execute it before this one.",
        TimelockUnexpectedOperationStateError => "The operation is not in a state in which this can be done; wait until its delay is over.",
        FailedCallError => "A call of the operation failed without saying why; look at what it calls.",
        _ => null,
    };
}
