// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AgreementId, Epoch, Revision} from "../types/MarketplaceTypes.sol";

/// @title What providers say they lost, before a challenge finds it
/// @notice A draw or an audit that falls on a declared node of an agreement's tree is answered with the declaration in the place of the
/// data. It costs a small slash, in proportion to what was lost, and the pay of that one agreement from the declaring epoch until the end
/// of the billing cycle in which the provider shows a later revision, or says that it has the data again. So one bad sector voids neither
/// a whole epoch nor anybody else's agreement. What need not be shown is not paid and what is paid has to be shown: no declaration exempts
/// in an epoch that is paid.
interface IDeclaredLosses {
    /// @notice `node`, which holds `leaves` of 1,024 bytes, is lost from `revision` of the agreement; it cost the provider `penalty`.
    event LossDeclared(
        AgreementId indexed agreement,
        address indexed provider,
        uint64 indexed revision,
        bytes32 node,
        uint64 leaves,
        uint256 penalty
    );
    /// @notice The provider showed a later revision: the agreement is paid, and its declarations exempt no more, from billing cycle
    /// `paidFrom` on.
    event LossCured(AgreementId indexed agreement, Revision revision, uint64 paidFrom);

    /// @notice The provider has the data again: the agreement is paid, and its declarations exempt no more, from billing cycle
    /// `paidFrom` on.
    event LossRestored(AgreementId indexed agreement, uint64 paidFrom);

    error NotProvider(AgreementId agreement, address caller);
    error AgreementNotRunning(AgreementId agreement);
    /// @notice A node holds at least one leaf and at most as many as the rented space; revision 0 holds none.
    error LossInvalid(AgreementId agreement, uint64 revision, uint64 leaves);
    /// @notice The declaration exempts already.
    error AlreadyDeclared(AgreementId agreement, uint64 revision, bytes32 node, uint64 leaves);
    /// @notice Pay is not suspended, or only until the end of the billing cycle.
    error NothingToCure(AgreementId agreement);
    /// @notice The revision is not newer than the newest one with a declared loss.
    error RevisionStillLossy(AgreementId agreement, uint64 revision, uint64 newestLossy);

    /// @notice Declares a node of one revision's tree lost: normally a fragment's root. Exempts from the next epoch on, whose seed nobody
    /// knows yet. Only the provider's owner or operator, while the agreement runs. A node that is not in the tree only costs the liar. The
    /// declarations of one billing cycle together cost no more than all of the rented space.
    /// One that was declared before can be declared anew when the agreement is paid again.
    /// @param revision The one revision that the declaration is for; a later one that still holds the node needs a declaration of its own.
    /// @param leaves The node's weight.
    function declare(AgreementId agreement, uint64 revision, bytes32 node, uint64 leaves) external;

    /// @notice Ends the suspension of pay with the current billing cycle, by showing a revision after the lossy ones that the consumer
    /// signed. Only the provider's owner or operator, who should have it in a checkpoint by then: consumers could otherwise sign what the
    /// provider does not have. It can be held to that revision in audits, though it never countersigned it, and to no earlier one.
    function cure(AgreementId agreement, Revision calldata revision, bytes calldata signature) external;

    /// @notice Ends the suspension of pay with the current billing cycle without a new revision, because the data is there again: a disk
    /// came back, or the consumer sent it anew. Only the provider's owner or operator. If it is not, an audit of the declared node, which
    /// everybody knows, or a challenge shows it.
    function restore(AgreementId agreement) external;

    /// @notice Whether a node of a revision need not be shown in an epoch: it was declared before the epoch, and the pay was suspended
    /// before it and still is. So nobody who knows the epoch's seed can choose.
    function isExempt(AgreementId agreement, uint64 revision, bytes32 node, uint64 leaves, Epoch epoch) external view returns (bool);

    /// @notice The first epoch for which the agreement is not paid in a billing cycle; it may lie before the cycle. The largest epoch there
    /// is if all of the cycle is paid. Final for epochs that are over.
    function unpaidFrom(AgreementId agreement, uint64 cycle) external view returns (Epoch);

    /// @notice The newest revision with a declared loss, or 0; and whether pay is suspended with no end in sight.
    function lossOf(AgreementId agreement) external view returns (uint64 newestLossy, bool suspended);

    /// @notice The newest revision with which the provider ended a suspension, all zero if none.
    function curedBy(AgreementId agreement) external view returns (Revision memory);
}
