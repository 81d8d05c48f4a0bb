// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {IDeclaredLosses} from "../interfaces/IDeclaredLosses.sol";
import {IMarketplaceParameters} from "../interfaces/IMarketplaceParameters.sol";
import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";
import {IStorageAgreements} from "../interfaces/IStorageAgreements.sol";
import {AgreementId, Epoch, Revision} from "../types/MarketplaceTypes.sol";

/// @title What providers say they lost, before a challenge finds it
/// @notice See IDeclaredLosses and docs/protocol.md, section 3.4.
contract DeclaredLosses is IDeclaredLosses {
    using Checkpoints for Checkpoints.Trace160;

    /// @param newestLossy The newest revision with a declared loss.
    /// @param suspended Whether nothing ended the suspension since.
    /// @param curedNumber, curedWeight, curedRoot The newest revision that cured one.
    struct Loss {
        uint64 newestLossy;
        bool suspended;
        uint64 curedNumber;
        uint64 curedWeight;
        bytes32 curedRoot;
    }

    uint256 private constant BPS = 10_000;
    /// @dev 2^20 leaves of 1,024 bytes.
    uint256 private constant LEAVES_PER_GIB = 1 << 20;

    /// @notice The market's clock and numbers.
    IMarketplaceParameters public immutable parameters;
    /// @notice Knows operators, and takes what a declaration costs.
    IProviderRegistry public immutable registry;
    /// @notice Knows agreements, and what consumers signed.
    IStorageAgreements public immutable agreements;

    mapping(AgreementId agreement => Loss) private _losses;
    /// @dev The declaring epoch plus one, by what was declared.
    mapping(bytes32 declaration => uint256) private _declared;
    /// @dev Leaves that declarations of a billing cycle were slashed for.
    mapping(AgreementId agreement => mapping(uint64 cycle => uint64)) private _charged;
    /// @dev Key: a billing cycle; value: 0 if the agreement is paid from that cycle on, else the first unpaid epoch plus one.
    mapping(AgreementId agreement => Checkpoints.Trace160) private _suspensions;

    constructor(IMarketplaceParameters parameters_, IProviderRegistry registry_, IStorageAgreements agreements_) {
        parameters = parameters_;
        registry = registry_;
        agreements = agreements_;
    }

    /// @inheritdoc IDeclaredLosses
    function declare(AgreementId agreement, uint64 revision, bytes32 node, uint64 leaves) external override {
        IStorageAgreements.Agreement memory item = _ownAgreement(agreement);
        if (!agreements.isRunning(agreement)) revert AgreementNotRunning(agreement);
        if (revision == 0 || leaves == 0 || leaves > item.space.value() * LEAVES_PER_GIB) revert LossInvalid(agreement, revision, leaves);
        Loss storage loss = _losses[agreement];
        bytes32 declaration = _key(agreement, revision, node, leaves);
        bool isNew = _declared[declaration] == 0;
        if (!isNew && loss.suspended) revert AlreadyDeclared(agreement, revision, node, leaves);

        Epoch epoch = parameters.currentEpoch();
        if (isNew) _declared[declaration] = uint256(epoch.number()) + 1;
        uint64 cycle = _cycleOf(item, epoch);
        if (!loss.suspended) _suspend(agreement, cycle, epoch);
        loss.suspended = true;
        if (revision > loss.newestLossy) loss.newestLossy = revision;

        uint256 penalty = _penalty(_charge(agreement, cycle, leaves, item.space.value() * uint64(LEAVES_PER_GIB)));
        emit LossDeclared(agreement, item.provider, revision, node, leaves, penalty);
        registry.penalize(item.provider, agreement, penalty);
    }

    /// @inheritdoc IDeclaredLosses
    function cure(AgreementId agreement, Revision calldata revision, bytes calldata signature) external override {
        IStorageAgreements.Agreement memory item = _ownAgreement(agreement);
        Loss storage loss = _suspended(agreement);
        if (revision.number <= loss.newestLossy) revert RevisionStillLossy(agreement, revision.number, loss.newestLossy);
        agreements.requireRevision(item.provider, agreement, revision, signature);

        loss.curedNumber = revision.number;
        loss.curedWeight = revision.weight;
        loss.curedRoot = revision.dataRoot;
        emit LossCured(agreement, revision, _resume(agreement, item, loss));
    }

    /// @inheritdoc IDeclaredLosses
    function restore(AgreementId agreement) external override {
        IStorageAgreements.Agreement memory item = _ownAgreement(agreement);
        emit LossRestored(agreement, _resume(agreement, item, _suspended(agreement)));
    }

    /// @inheritdoc IDeclaredLosses
    function isExempt(
        AgreementId agreement,
        uint64 revision,
        bytes32 node,
        uint64 leaves,
        Epoch epoch
    ) external view override returns (bool) {
        uint256 declared = _declared[_key(agreement, revision, node, leaves)];
        if (declared == 0 || declared > epoch.number()) return false;
        return unpaidFrom(agreement, _cycleOf(agreements.agreement(agreement), epoch)) < epoch;
    }

    /// @inheritdoc IDeclaredLosses
    function unpaidFrom(AgreementId agreement, uint64 cycle) public view override returns (Epoch) {
        uint160 first = _suspensions[agreement].upperLookupRecent(cycle);
        return Epoch.wrap(first == 0 ? type(uint64).max : uint64(first - 1));
    }

    /// @inheritdoc IDeclaredLosses
    function lossOf(AgreementId agreement) external view override returns (uint64 newestLossy, bool suspended) {
        Loss storage loss = _losses[agreement];
        return (loss.newestLossy, loss.suspended);
    }

    /// @inheritdoc IDeclaredLosses
    function curedBy(AgreementId agreement) external view override returns (Revision memory) {
        Loss storage loss = _losses[agreement];
        return Revision(loss.curedNumber, loss.curedRoot, loss.curedWeight);
    }

    /// @dev Keys only grow: a cure has written the next cycle's, which a further loss in this one has to write again. This cycle's stays:
    /// the first loss suspended the rest of it.
    function _suspend(AgreementId agreement, uint64 cycle, Epoch epoch) private {
        Checkpoints.Trace160 storage trace = _suspensions[agreement];
        (bool exists, uint96 newest, ) = trace.latestCheckpoint();
        trace.push(exists && newest > cycle ? newest : cycle, uint160(epoch.number()) + 1);
    }

    /// @return paidFrom The next cycle.
    function _resume(AgreementId agreement, IStorageAgreements.Agreement memory item, Loss storage loss) private returns (uint64 paidFrom) {
        paidFrom = _cycleOf(item, parameters.currentEpoch()) + 1;
        loss.suspended = false;
        _suspensions[agreement].push(paidFrom, 0);
    }

    function _suspended(AgreementId agreement) private view returns (Loss storage loss) {
        loss = _losses[agreement];
        if (!loss.suspended) revert NothingToCure(agreement);
    }

    /// @dev Nobody loses more than all there is: of the declarations of one cycle, no more leaves are slashed for than the space has. An
    /// operator's key could otherwise burn all stake at once, by declaring what never was.
    /// @return due Leaves that are not slashed for yet.
    function _charge(AgreementId agreement, uint64 cycle, uint64 leaves, uint64 space) private returns (uint64 due) {
        uint64 left = space - _charged[agreement][cycle];
        due = leaves < left ? leaves : left;
        _charged[agreement][cycle] += due;
    }

    /// @dev Rounded up: nothing is lost for free. Cannot overflow: stakePerGiB is below 2^96.
    function _penalty(uint64 leaves) private view returns (uint256) {
        IMarketplaceParameters.Values memory values = parameters.values();
        return Math.ceilDiv(values.stakePerGiB * leaves * values.lossSlashBps, LEAVES_PER_GIB * BPS);
    }

    function _ownAgreement(AgreementId agreement) private view returns (IStorageAgreements.Agreement memory item) {
        item = agreements.agreement(agreement);
        if (msg.sender != item.provider && msg.sender != registry.operatorOf(item.provider)) revert NotProvider(agreement, msg.sender);
    }

    /// @dev The time before an agreement's start counts as its first cycle.
    function _cycleOf(IStorageAgreements.Agreement memory item, Epoch epoch) private pure returns (uint64) {
        return epoch <= item.start ? 0 : (epoch.number() - item.start.number()) / item.billingCycle;
    }

    function _key(AgreementId agreement, uint64 revision, bytes32 node, uint64 leaves) private pure returns (bytes32) {
        return keccak256(abi.encode(agreement, revision, node, leaves));
    }
}
