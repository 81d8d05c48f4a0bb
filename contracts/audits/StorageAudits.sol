// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {EscrowController} from "../escrow/EscrowController.sol";
import {IAgreementEscrow} from "../interfaces/IAgreementEscrow.sol";
import {IDeclaredLosses} from "../interfaces/IDeclaredLosses.sol";
import {IMarketplaceParameters} from "../interfaces/IMarketplaceParameters.sol";
import {IPossessionProofs} from "../interfaces/IPossessionProofs.sol";
import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";
import {ISignatureToken} from "../interfaces/ISignatureToken.sol";
import {IStorageAgreements} from "../interfaces/IStorageAgreements.sol";
import {IStorageAudits} from "../interfaces/IStorageAudits.sol";
import {ChallengeAnswers} from "../proofs/ChallengeAnswers.sol";
import {SumTree} from "../proofs/SumTree.sol";
import {AgreementId, AuditId, Epoch, Permit, Revision} from "../types/MarketplaceTypes.sol";
import {AuditStore} from "./AuditStore.sol";

/// @title Challenges on demand
/// @notice See IStorageAudits and docs/protocol.md, section 3.6. Escrow holds the bonds under the audits' numbers.
contract StorageAudits is AuditStore, EscrowController, ReentrancyGuardTransient {
    uint256 private constant BPS = 10_000;
    /// @dev 2^20 leaves of 1,024 bytes.
    uint256 private constant LEAVES_PER_GIB = 1 << 20;

    /// @notice The market's clock and numbers.
    IMarketplaceParameters public immutable parameters;
    /// @notice Knows operators, and takes what failing costs.
    IProviderRegistry public immutable registry;
    /// @notice Knows agreements and what consumers signed, and voids those whose provider fails.
    IStorageAgreements public immutable agreements;
    /// @notice Knows what need not be shown.
    IDeclaredLosses public immutable losses;

    constructor(
        ISignatureToken token_,
        IMarketplaceParameters parameters_,
        IProviderRegistry registry_,
        IStorageAgreements agreements_,
        IAgreementEscrow escrow_,
        IDeclaredLosses losses_
    ) EscrowController(token_, escrow_) {
        parameters = parameters_;
        registry = registry_;
        agreements = agreements_;
        losses = losses_;
    }

    /// @inheritdoc IStorageAudits
    function demand(
        AgreementId agreement,
        Revision calldata revision,
        bytes calldata consumerSignature,
        bytes calldata operatorSignature,
        uint64 leaf,
        Permit calldata permit
    ) external override nonReentrant returns (AuditId audit) {
        if (!agreements.isRunning(agreement)) revert AgreementNotRunning(agreement);
        IStorageAgreements.Agreement memory item = agreements.agreement(agreement);
        _requireNoneOpen(agreement, msg.sender);
        agreements.requireRevision(item.provider, agreement, revision, consumerSignature);
        // Revision 0 has no leaves.
        if (leaf >= revision.weight) revert LeafOutOfRange(leaf, revision.weight);
        _requireBound(agreement, item.provider, revision, operatorSignature);

        Audit memory demanded = _terms(agreement, item, revision, leaf);
        audit = _add(demanded);
        emit AuditDemanded(audit, agreement, item.provider, msg.sender, revision, leaf, demanded.deadline, demanded.bond, demanded.penalty);
        _usePermit(permit);
        _deposit(AuditId.unwrap(audit), demanded.bond);
    }

    /// @inheritdoc IStorageAudits
    function answer(AuditId audit, bytes calldata leafPart) external override nonReentrant {
        Record storage record = _inTime(audit);
        Revision memory revision = _revisionOf(record);
        SumTree.Leaf memory shown = ChallengeAnswers.requireLeaf(leafPart, 0, 0, revision, record.leaf);
        if (leafPart.length != shown.end) revert IPossessionProofs.AnswersTooLong(leafPart.length, shown.end);
        AgreementId agreement = _agreementOf(record);
        if (shown.isLost) _requireExempt(agreement, revision, shown, record.demandedAt);

        _close(audit, State.Answered);
        emit AuditAnswered(audit, agreement);
        _credit(AuditId.unwrap(audit), agreements.agreement(agreement).provider, record.bond);
    }

    /// @inheritdoc IStorageAudits
    function supersede(AuditId audit, Revision calldata newer, bytes calldata consumerSignature) external override nonReentrant {
        Record storage record = _inTime(audit);
        AgreementId agreement = _agreementOf(record);
        IStorageAgreements.Agreement memory item = agreements.agreement(agreement);
        if (msg.sender != item.provider && msg.sender != registry.operatorOf(item.provider)) revert NotAuditedProvider(audit, msg.sender);
        if (newer.number <= record.number) revert NotNewer(audit, newer.number, record.number);
        _requireSigned(agreement, item, newer, consumerSignature);

        _close(audit, State.Superseded);
        _acknowledge(agreement, newer);
        emit AuditSuperseded(audit, agreement, newer);
        _credit(AuditId.unwrap(audit), item.provider, record.bond);
    }

    /// @inheritdoc IStorageAudits
    function conclude(AuditId audit) external override nonReentrant {
        Record storage record = _open(audit);
        if (block.timestamp <= record.deadline) revert DeadlineNotPassed(audit, record.deadline, block.timestamp);
        AgreementId agreement = _agreementOf(record);
        _close(audit, State.Failed);
        uint256 due = _charge(agreement, record.penalty);
        uint256 slashed = registry.penalize(agreements.agreement(agreement).provider, agreement, due);
        uint256 refund = agreements.void(agreement);
        // After the calls, whose results it carries; neither reaches foreign code.
        emit AuditFailed(audit, agreement, slashed, refund);
        _credit(AuditId.unwrap(audit), record.auditor, record.bond);
    }

    /// @inheritdoc IStorageAudits
    function acknowledged(AgreementId agreement) public view override returns (Revision memory newest) {
        newest = _superseding[agreement];
        Revision memory cured = losses.curedBy(agreement);
        if (cured.number > newest.number) newest = cured;
    }

    /// @dev What an audit demanded now is to go by, to its end.
    function _terms(
        AgreementId agreement,
        IStorageAgreements.Agreement memory item,
        Revision calldata revision,
        uint64 leaf
    ) private view returns (Audit memory) {
        IMarketplaceParameters.Values memory values = parameters.values();
        uint64 deadline = uint64(block.timestamp) + values.auditWindow;
        uint64 endsAt = parameters.epochStart(item.end);
        if (deadline > endsAt) revert TooLateToAudit(agreement, deadline, endsAt);
        return
            Audit({
                agreement: agreement,
                auditor: msg.sender,
                state: State.Demanded,
                leaf: leaf,
                demandedAt: uint64(block.timestamp),
                deadline: deadline,
                revision: revision,
                bond: values.auditBond,
                // Rounded up: no failure is free. Cannot overflow: stakePerGiB is below 2^96.
                penalty: Math.ceilDiv(values.stakePerGiB * item.space.value() * values.auditSlashBps, BPS)
            });
    }

    /// @dev An audit that can still be answered.
    function _inTime(AuditId audit) private view returns (Record storage record) {
        record = _open(audit);
        if (block.timestamp > record.deadline) revert DeadlinePassed(audit, record.deadline, block.timestamp);
    }

    /// @dev Whether the provider can be held to a revision: it countersigned or acknowledged it, and acknowledged no later one.
    function _requireBound(
        AgreementId agreement,
        address provider,
        Revision calldata revision,
        bytes calldata operatorSignature
    ) private view {
        Revision memory newest = acknowledged(agreement);
        if (revision.number < newest.number) revert StaleRevision(agreement, revision.number, newest.number);
        bool isAcknowledged = revision.number == newest.number && revision.dataRoot == newest.dataRoot && revision.weight == newest.weight;
        if (isAcknowledged) return;
        address signer = _signerOf(agreement, revision, operatorSignature);
        if (!registry.bindsFor(provider, signer, agreement)) revert NotCountersigned(agreement, revision.number, signer);
    }

    /// @dev Not requireRevision: a consumer that ends the agreement meanwhile must not take away from the provider's time to answer.
    function _requireSigned(
        AgreementId agreement,
        IStorageAgreements.Agreement memory item,
        Revision calldata revision,
        bytes calldata signature
    ) private view {
        if (revision.weight > item.space.value() * LEAVES_PER_GIB) {
            revert IStorageAgreements.RevisionTooLarge(agreement, revision.weight, item.space);
        }
        address signer = _signerOf(agreement, revision, signature);
        if (!agreements.isDataKey(agreement, signer)) revert IStorageAgreements.RevisionNotSigned(agreement, revision.number, signer);
    }

    /// @dev The zero address, which stands for a malformed signature, is never a data key and binds nobody.
    function _signerOf(AgreementId agreement, Revision calldata revision, bytes calldata signature) private view returns (address signer) {
        (signer, , ) = ECDSA.tryRecoverCalldata(agreements.revisionDigest(agreement, revision), signature);
    }

    function _requireExempt(AgreementId agreement, Revision memory revision, SumTree.Leaf memory shown, uint64 demandedAt) private view {
        Epoch epoch = Epoch.wrap((demandedAt - parameters.genesis()) / parameters.epochLength());
        if (!losses.isExempt(agreement, revision.number, shown.node, shown.weight, epoch)) {
            revert IPossessionProofs.NotDeclared(0, agreement, shown.node, shown.weight);
        }
    }
}
