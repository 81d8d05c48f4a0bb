// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IMarketplaceParameters} from "../interfaces/IMarketplaceParameters.sol";
import {Epoch} from "../types/MarketplaceTypes.sol";
import {Bounded} from "./Bounded.sol";
import {MarketPause} from "./MarketPause.sol";

/// @title The market's clock and the numbers that govern it
/// @notice See IMarketplaceParameters.
contract MarketplaceParameters is IMarketplaceParameters, Bounded, MarketPause {
    /// @inheritdoc IMarketplaceParameters
    uint64 public immutable override genesis;
    /// @inheritdoc IMarketplaceParameters
    uint64 public immutable override epochLength;

    /// @dev Parts of an epoch that are left to prove, and to answer an audit, whatever is voted.
    uint64 private constant MIN_PROOF_WINDOWS_PER_EPOCH = 96;
    uint64 private constant MIN_AUDIT_WINDOWS_PER_EPOCH = 4;

    uint256 private immutable _maxStakePerGiB;
    uint256 private immutable _maxAuditBond;

    Values private _values;

    /// @param owner_ Who may change the values, for ever; governance on a public chain.
    /// @param guardian_ Who may stop new agreements for a time; zero for nobody.
    /// @param genesis_ Start of epoch 0, in seconds since 1970.
    /// @param epochLength_ Seconds in an epoch (2 s to 30 days).
    /// @param ceilings_ What no vote can raise the amounts above.
    /// @param values_ The values to begin with.
    constructor(
        address owner_,
        address guardian_,
        uint64 genesis_,
        uint64 epochLength_,
        Ceilings memory ceilings_,
        Values memory values_
    ) MarketPause(owner_, guardian_) {
        _requireWithin("epochLength", epochLength_, 2, 30 days);
        _requireWithin("genesis", genesis_, 1, type(uint40).max);
        genesis = genesis_;
        epochLength = epochLength_;
        // Keeps stakePerGiB x GiB x epochs x bps far below 2^256: counting misses can never overflow.
        _requireWithin("ceilings.stakePerGiB", ceilings_.stakePerGiB, 1, type(uint96).max);
        _requireWithin("ceilings.auditBond", ceilings_.auditBond, 1, type(uint96).max);
        _maxStakePerGiB = ceilings_.stakePerGiB;
        _maxAuditBond = ceilings_.auditBond;
        _setValues(values_);
    }

    /// @inheritdoc IMarketplaceParameters
    function setValues(Values calldata values_) external override onlyOwner {
        _setValues(values_);
    }

    /// @inheritdoc IMarketplaceParameters
    function values() external view override returns (Values memory) {
        return _values;
    }

    /// @inheritdoc IMarketplaceParameters
    function ceilings() external view override returns (Ceilings memory) {
        return Ceilings(_maxStakePerGiB, _maxAuditBond);
    }

    /// @inheritdoc IMarketplaceParameters
    function agreementTerms() external view override returns (AgreementTerms memory) {
        return AgreementTerms(_values.protocolFeeBps, _values.billingCycle, _values.settlementGrace, _values.terminationNotice);
    }

    /// @inheritdoc IMarketplaceParameters
    function currentEpoch() external view override returns (Epoch) {
        if (block.timestamp < genesis) revert BeforeGenesis(block.timestamp, genesis);
        return Epoch.wrap((uint64(block.timestamp) - genesis) / epochLength);
    }

    /// @inheritdoc IMarketplaceParameters
    function epochStart(Epoch epoch) external view override returns (uint64) {
        return genesis + epoch.number() * epochLength;
    }

    /// @inheritdoc IMarketplaceParameters
    function challengesPerEpoch() external view override returns (uint32) {
        return _values.challengesPerEpoch;
    }

    /// @inheritdoc IMarketplaceParameters
    function proofWindow() external view override returns (uint64) {
        return _values.proofWindow;
    }

    /// @inheritdoc IMarketplaceParameters
    function stakePerGiB() external view override returns (uint256) {
        return _values.stakePerGiB;
    }

    /// @inheritdoc IMarketplaceParameters
    function treasury() external view override returns (address) {
        return _values.treasury;
    }

    function _setValues(Values memory v) private {
        _requireWithin("challengesPerEpoch", v.challengesPerEpoch, 1, 64);
        // Sealing ends with the first half of an epoch: a window of at most another half closes before the next epoch begins.
        _requireWithin("proofWindow", v.proofWindow, Math.max(1, epochLength / MIN_PROOF_WINDOWS_PER_EPOCH), epochLength / 2);
        _requireWithin("stakePerGiB", v.stakePerGiB, 0, _maxStakePerGiB);
        _requireWithin("missSlashBps", v.missSlashBps, 0, 2_000);
        _requireWithin("missGraceEpochs", v.missGraceEpochs, 0, 365);
        _requireWithin("unbondingEpochs", v.unbondingEpochs, 1, 365);
        _requireWithin("billingCycle", v.billingCycle, 1, 256);
        _requireWithin("settlementGrace", v.settlementGrace, 1, 365);
        _requireWithin("terminationNotice", v.terminationNotice, 0, 90);
        _requireWithin("protocolFeeBps", v.protocolFeeBps, 0, 1_000);
        _requireWithin("compensationBps", v.compensationBps, 0, 9_000);
        _requireWithin("auditWindow", v.auditWindow, Math.max(1, epochLength / MIN_AUDIT_WINDOWS_PER_EPOCH), 30 days);
        _requireWithin("auditBond", v.auditBond, 0, _maxAuditBond);
        _requireWithin("auditSlashBps", v.auditSlashBps, 0, 10_000);
        _requireWithin("lossSlashBps", v.lossSlashBps, 0, 2_000);
        _requireWithin("minSelfStakeBps", v.minSelfStakeBps, 0, 10_000);
        _requireWithin("commissionNotice", v.commissionNotice, 1, 365);
        if (v.treasury == address(0)) revert TreasuryIsZero();
        _values = v;
        emit ParametersChanged(v);
    }
}
