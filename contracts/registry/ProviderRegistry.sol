// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IMarketplaceParameters} from "../interfaces/IMarketplaceParameters.sol";
import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";
import {IRandomnessBeacon} from "../interfaces/IRandomnessBeacon.sol";
import {IStakeVault} from "../interfaces/IStakeVault.sol";
import {IStorageAgreements} from "../interfaces/IStorageAgreements.sol";
import {AgreementId, Epoch, GiB} from "../types/MarketplaceTypes.sol";
import {MissAccounting} from "./MissAccounting.sol";
import {ProvenEpochs} from "./ProvenEpochs.sol";

/// @title Who provides space, how much of it is reserved, and how well
/// @notice See IProviderRegistry.
contract ProviderRegistry is MissAccounting, ReentrancyGuardTransient {
    using ProvenEpochs for ProvenEpochs.Bitmap;

    /// @notice Bounds of an endpoint's length in bytes.
    uint256 public constant MIN_ENDPOINT_LENGTH = 9;
    uint256 public constant MAX_ENDPOINT_LENGTH = 256;
    /// @notice Bound of a metadata CID's length in bytes.
    uint256 public constant MAX_METADATA_LENGTH = 128;

    /// @notice StorageAgreements, which reserves and releases space.
    address public immutable agreements;
    /// @notice PossessionProofs, which records proofs.
    address public immutable proofs;
    /// @notice DeclaredLosses, which penalizes.
    address public immutable losses;
    /// @notice StorageAudits, which penalizes.
    address public immutable audits;

    mapping(address owner => Provider) private _providers;
    mapping(address provider => ProvenEpochs.Bitmap) private _proven;
    /// @dev How often the provider replaced its operator.
    mapping(address provider => uint256) private _replacements;
    /// @dev How often it had when it replaced this one, with that; 0 for a key that never was replaced.
    mapping(address provider => mapping(address formerOperator => uint256)) private _replacedBy;
    /// @dev How often it had when the agreement was last given space.
    mapping(AgreementId agreement => uint256) private _givenAfter;

    /// @dev The epoch from which a first reservation obliges: a checkpoint that holds it can be proven then (ADR 6).
    uint64 private constant EPOCHS_TO_FIRST_DUTY = 2;

    constructor(
        IMarketplaceParameters parameters_,
        IRandomnessBeacon beacon_,
        IStakeVault stakes_,
        address agreements_,
        address proofs_,
        address losses_,
        address audits_
    ) MissAccounting(parameters_, beacon_, stakes_) {
        agreements = agreements_;
        proofs = proofs_;
        losses = losses_;
        audits = audits_;
    }

    modifier onlyAgreements() {
        if (msg.sender != agreements) revert OnlyAgreements(msg.sender);
        _;
    }

    modifier onlyAuditsOrLosses() {
        if (msg.sender != audits && msg.sender != losses) revert OnlyAuditsOrLosses(msg.sender);
        _;
    }

    modifier onlyRegistered(address provider_) {
        if (!isRegistered(provider_)) revert NotRegistered(provider_);
        _;
    }

    /// @inheritdoc IProviderRegistry
    function register(
        address operator,
        string calldata endpoint,
        bytes32 tlsKeyHash,
        bytes2 region,
        string calldata metadata
    ) external override {
        if (isRegistered(msg.sender)) revert AlreadyRegistered(msg.sender);
        _setParticulars(parameters.currentEpoch(), operator, endpoint, tlsKeyHash, region, metadata);
        emit ProviderRegistered(msg.sender, operator, endpoint, tlsKeyHash, region, metadata);
    }

    /// @inheritdoc IProviderRegistry
    function update(
        address operator,
        string calldata endpoint,
        bytes32 tlsKeyHash,
        bytes2 region,
        string calldata metadata
    ) external override onlyRegistered(msg.sender) {
        address former = _providers[msg.sender].operator;
        if (former != operator) _replacedBy[msg.sender][former] = ++_replacements[msg.sender];
        _setParticulars(_providers[msg.sender].registeredAt, operator, endpoint, tlsKeyHash, region, metadata);
        emit ProviderUpdated(msg.sender, operator, endpoint, tlsKeyHash, region, metadata);
    }

    /// @inheritdoc IProviderRegistry
    function settleMisses(address provider_) external override nonReentrant onlyRegistered(provider_) countingMisses(provider_) {}

    /// @inheritdoc IProviderRegistry
    function shortenObligation(
        address provider_,
        AgreementId[] calldata all
    ) external override nonReentrant onlyRegistered(provider_) countingMisses(provider_) {
        Account storage account = _accounts[provider_];
        (uint64 space, uint64 end) = _heldBy(provider_, all);
        if (space != account.reserved) revert AgreementsMissing(provider_, GiB.wrap(space), GiB.wrap(account.reserved));
        if (end >= account.obligedUntil) return;
        account.obligedUntil = end;
        emit ObligationShortened(provider_, Epoch.wrap(end));
    }

    /// @inheritdoc IProviderRegistry
    function reserve(
        AgreementId agreement,
        address provider_,
        GiB space,
        Epoch end
    ) external override onlyAgreements nonReentrant onlyRegistered(provider_) countingMisses(provider_) {
        Account storage account = _accounts[provider_];
        uint64 current = parameters.currentEpoch().number();
        // Space of agreements that are over and not closed yet obliges to nothing either.
        if (account.reserved == 0 || account.obligedUntil <= current) {
            account.uncountedFrom = current + EPOCHS_TO_FIRST_DUTY;
            account.obligedUntil = 0;
        }
        _reserve(agreement, provider_, space, end);
    }

    /// @inheritdoc IProviderRegistry
    function extend(
        AgreementId agreement,
        address provider_,
        GiB addedSpace,
        Epoch end
    ) external override onlyAgreements nonReentrant countingMisses(provider_) {
        _reserve(agreement, provider_, addedSpace, end);
    }

    /// @inheritdoc IProviderRegistry
    function release(
        AgreementId agreement,
        address provider_,
        GiB space
    ) external override onlyAgreements nonReentrant countingMisses(provider_) {
        Account storage account = _accounts[provider_];
        account.reserved -= space.value();
        emit SpaceReleased(provider_, space, GiB.wrap(account.reserved));
        stakes.endPosition(agreement);
    }

    /// @inheritdoc IProviderRegistry
    function penalize(
        address provider_,
        AgreementId agreement,
        uint256 amount
    ) external override onlyAuditsOrLosses nonReentrant onlyRegistered(provider_) countingMisses(provider_) returns (uint256 taken) {
        taken = stakes.slashFor(provider_, agreement, amount);
        _recordSlash(provider_, taken);
    }

    /// @inheritdoc IProviderRegistry
    function recordProof(address provider_, Epoch epoch) external override nonReentrant countingMisses(provider_) {
        if (msg.sender != proofs) revert OnlyProofs(msg.sender);
        if (_proven[provider_].contains(epoch)) revert EpochAlreadyProven(provider_, epoch);
        Account storage account = _accounts[provider_];
        if (account.missed > 0 && account.lastMissed == epoch.number()) revert EpochAlreadyMissed(provider_, epoch);

        _proven[provider_].add(epoch);
        ++account.proven;
        if (account.uncountedFrom <= epoch.number()) account.uncountedFrom = epoch.number() + 1;
        emit EpochProven(provider_, epoch);
    }

    /// @inheritdoc IProviderRegistry
    function provider(address owner) external view override returns (Provider memory) {
        return _providers[owner];
    }

    /// @inheritdoc IProviderRegistry
    function isRegistered(address owner) public view override returns (bool) {
        return _providers[owner].operator != address(0);
    }

    /// @inheritdoc IProviderRegistry
    function operatorOf(address provider_) external view override returns (address) {
        return _providers[provider_].operator;
    }

    /// @inheritdoc IProviderRegistry
    function bindsFor(address provider_, address key, AgreementId agreement) external view override returns (bool) {
        if (key == address(0)) return false;
        return key == _providers[provider_].operator || _givenAfter[agreement] < _replacedBy[provider_][key];
    }

    /// @inheritdoc IProviderRegistry
    function reservedOf(address provider_) external view override returns (GiB) {
        return GiB.wrap(_accounts[provider_].reserved);
    }

    /// @inheritdoc IProviderRegistry
    function obligedUntil(address provider_) external view override returns (Epoch) {
        Account storage account = _accounts[provider_];
        return Epoch.wrap(account.reserved == 0 ? 0 : account.obligedUntil);
    }

    /// @inheritdoc IProviderRegistry
    function pendingSlash(address provider_) external view override returns (uint256) {
        return _pendingMisses(provider_).cost;
    }

    /// @inheritdoc IProviderRegistry
    function trackRecord(address provider_) external view override returns (TrackRecord memory) {
        Account storage account = _accounts[provider_];
        Pending memory pending = _pendingMisses(provider_);
        return
            TrackRecord({
                proven: account.proven,
                missed: account.missed + pending.missed,
                slashed: account.slashed + Math.min(pending.cost, stakes.slashable(provider_))
            });
    }

    /// @inheritdoc IProviderRegistry
    function hasProven(address provider_, Epoch epoch) external view override returns (bool) {
        return _proven[provider_].contains(epoch);
    }

    /// @inheritdoc IProviderRegistry
    function provenCount(address provider_, Epoch from, Epoch to) external view override returns (uint64) {
        return uint64(ProvenEpochs.count(_provenIn(provider_, from, to)));
    }

    /// @inheritdoc IProviderRegistry
    function provenAt(address provider_, Epoch from, Epoch to, uint64 index) external view override returns (Epoch) {
        uint256 bits = _provenIn(provider_, from, to);
        if (index >= ProvenEpochs.count(bits)) revert NoSuchProvenEpoch(provider_, from, to, index);
        return from.plus(uint64(ProvenEpochs.select(bits, index)));
    }

    /// @dev The space that the agreements hold, in GiB, and their largest end.
    function _heldBy(address provider_, AgreementId[] calldata all) private view returns (uint64 space, uint64 end) {
        for (uint256 i = 0; i < all.length; ++i) {
            if (i > 0 && AgreementId.unwrap(all[i - 1]) >= AgreementId.unwrap(all[i])) revert NotAscending(all[i - 1], all[i]);
            IStorageAgreements.Agreement memory item = IStorageAgreements(agreements).agreement(all[i]);
            bool holds = item.state == IStorageAgreements.State.Active || item.state == IStorageAgreements.State.Terminated;
            if (!holds || item.provider != provider_) revert HoldsNoSpace(provider_, all[i]);
            space += item.space.value();
            if (item.end.number() > end) end = item.end.number();
        }
    }

    /// @dev The whole reservation needs cover, not only what is new in it.
    function _reserve(AgreementId agreement, address provider_, GiB space, Epoch end) private {
        Account storage account = _accounts[provider_];
        uint64 reserved = account.reserved + space.value();
        uint256 required = parameters.stakePerGiB() * reserved;
        uint256 cover = stakes.cover(provider_);
        if (cover < required) revert StakeTooSmall(provider_, cover, required);

        account.reserved = reserved;
        if (end.number() > account.obligedUntil) account.obligedUntil = end.number();
        if (space.value() == 0) return;
        uint256 replacements = _replacements[provider_];
        if (replacements > 0) _givenAfter[agreement] = replacements;
        emit SpaceReserved(provider_, space, GiB.wrap(reserved));
        stakes.addPosition(agreement, provider_, space);
    }

    function _setParticulars(
        Epoch registeredAt,
        address operator,
        string calldata endpoint,
        bytes32 tlsKeyHash,
        bytes2 region,
        string calldata metadata
    ) private {
        if (operator == address(0)) revert OperatorIsZero();
        uint256 length = bytes(endpoint).length;
        if (length < MIN_ENDPOINT_LENGTH || length > MAX_ENDPOINT_LENGTH) {
            revert EndpointLengthOutOfBounds(length, MIN_ENDPOINT_LENGTH, MAX_ENDPOINT_LENGTH);
        }
        if (tlsKeyHash == 0) revert TlsKeyHashIsZero();
        if (bytes(metadata).length > MAX_METADATA_LENGTH) revert MetadataTooLong(bytes(metadata).length, MAX_METADATA_LENGTH);

        _providers[msg.sender] = Provider(operator, registeredAt, region, tlsKeyHash, endpoint, metadata);
    }

    function _provenIn(address provider_, Epoch from, Epoch to) private view returns (uint256) {
        if (from > to || to > from.plus(256)) revert EpochRangeInvalid(from, to);
        return _proven[provider_].range(from, to);
    }
}
