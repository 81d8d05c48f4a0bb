// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AgreementId, AuditId, Permit, Revision} from "../types/MarketplaceTypes.sol";

/// @title Challenges on demand
/// @notice Whoever holds a revision with both sides' signatures may demand one leaf of it, against a bond. The provider shows the leaf, or
/// a later revision that the consumer signed, and receives the bond; or it is slashed, the agreement is voided, its escrow goes back to the
/// consumer and the bond to the auditor. An audit takes nobody else's place: providers could otherwise keep audits away with their own.
interface IStorageAudits {
    /// @notice None: no such audit. Demanded: waits for the answer, or, after its deadline, to be concluded. Answered and Superseded: the
    /// provider did its duty. Failed: it did not.
    enum State {
        None,
        Demanded,
        Answered,
        Superseded,
        Failed
    }

    /// @param auditor Who demanded, and gets the bond back if the audit fails.
    /// @param leaf The demanded leaf's number within the revision's tree.
    /// @param demandedAt When it was demanded, in seconds since 1970.
    /// @param deadline The last second in which it can be answered.
    /// @param bond Token base units in escrow until the end.
    /// @param penalty What failing will cost, fixed at the demand: a share of the stake for the space, rounded up.
    struct Audit {
        AgreementId agreement;
        address auditor;
        State state;
        uint64 leaf;
        uint64 demandedAt;
        uint64 deadline;
        Revision revision;
        uint256 bond;
        uint256 penalty;
    }

    event AuditDemanded(
        AuditId indexed audit,
        AgreementId indexed agreement,
        address indexed provider,
        address auditor,
        Revision revision,
        uint64 leaf,
        uint64 deadline,
        uint256 bond,
        uint256 penalty
    );
    event AuditAnswered(AuditId indexed audit, AgreementId indexed agreement);
    /// @notice The provider showed a later revision, to which it can be held from now on.
    event AuditSuperseded(AuditId indexed audit, AgreementId indexed agreement, Revision revision);
    /// @notice `slashed` is what was there to take of the penalty, less what an earlier failed audit of the agreement was slashed for;
    /// `refund` went back to the consumer.
    event AuditFailed(AuditId indexed audit, AgreementId indexed agreement, uint256 slashed, uint256 refund);

    error AgreementNotRunning(AgreementId agreement);
    error UnknownAudit(AuditId audit);
    /// @notice The audit does not wait for an answer or a conclusion any more.
    error AuditNotOpen(AuditId audit, State state);
    /// @notice The auditor waits for another leaf of the agreement.
    error AuditOpen(AgreementId agreement, AuditId audit);
    error LeafOutOfRange(uint64 leaf, uint64 weight);
    /// @notice The provider has acknowledged a later revision on chain.
    error StaleRevision(AgreementId agreement, uint64 number, uint64 acknowledged);
    /// @notice The signature is of no key that ever was the provider's operator.
    error NotCountersigned(AgreementId agreement, uint64 number, address signer);
    /// @notice The provider would have to answer after the agreement's end.
    error TooLateToAudit(AgreementId agreement, uint64 deadline, uint64 endsAt);
    error DeadlinePassed(AuditId audit, uint64 deadline, uint256 timestamp);
    error DeadlineNotPassed(AuditId audit, uint64 deadline, uint256 timestamp);
    error NotAuditedProvider(AuditId audit, address caller);
    error NotNewer(AuditId audit, uint64 number, uint64 audited);

    /// @notice Demands a leaf of a revision. Anybody who waits for no other leaf of the agreement; the bond is taken from the sender.
    /// @param revision Not older than the newest one that the provider acknowledged on chain.
    /// @param consumerSignature By a data key of the agreement.
    /// @param operatorSignature By a key that is or was the provider's operator; ignored if the provider acknowledged this very revision on
    /// chain.
    /// @param leaf Below the revision's weight.
    /// @param permit Of the sender for the escrow, or value 0 to use the allowance.
    function demand(
        AgreementId agreement,
        Revision calldata revision,
        bytes calldata consumerSignature,
        bytes calldata operatorSignature,
        uint64 leaf,
        Permit calldata permit
    ) external returns (AuditId);

    /// @notice Shows the leaf, or a lost node around it that was exempt in the epoch of the demand. Anybody, until the deadline. What is
    /// wrong with an answer is said with the errors of IPossessionProofs.
    /// @param leafPart As in an answer to a challenge (docs/protocol.md, section 4.1).
    function answer(AuditId audit, bytes calldata leafPart) external;

    /// @notice Shows a later revision that the consumer signed. Only the provider's owner or operator, until the deadline: it can be held
    /// to that revision from then on, though it never countersigned it, and to no earlier one.
    function supersede(AuditId audit, Revision calldata newer, bytes calldata consumerSignature) external;

    /// @notice After the deadline: slashes the provider, voids the agreement if it still runs, and gives the bond back. Anybody. Of several
    /// failed audits of an agreement the dearest alone is slashed for.
    function conclude(AuditId audit) external;

    /// @notice All about an audit; state None for a number that was never given.
    function auditOf(AuditId audit) external view returns (Audit memory);

    /// @notice The open audit of an agreement that an auditor demanded, or 0.
    function openAudit(AgreementId agreement, address auditor) external view returns (AuditId);

    /// @notice The newest revision that the provider acknowledged on chain by superseding another or by curing a loss, all zero if none.
    function acknowledged(AgreementId agreement) external view returns (Revision memory);

    /// @notice The number of audits ever demanded; their numbers are 1 to this.
    function auditCount() external view returns (uint256);
}
