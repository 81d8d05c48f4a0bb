// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IMarketplaceParameters} from "../interfaces/IMarketplaceParameters.sol";
import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";
import {IRandomnessBeacon} from "../interfaces/IRandomnessBeacon.sol";
import {ISignatureToken} from "../interfaces/ISignatureToken.sol";
import {Epoch, GiB, Permit} from "../types/MarketplaceTypes.sol";
import {MissAccounting} from "./MissAccounting.sol";
import {ProvenEpochs} from "./ProvenEpochs.sol";

/// @title Who provides space, with what stake, and how well
/// @notice See IProviderRegistry.
contract ProviderRegistry is MissAccounting, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;
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

    mapping(address owner => Provider) private _providers;
    mapping(address provider => ProvenEpochs.Bitmap) private _proven;
    /// @inheritdoc IProviderRegistry
    mapping(address operator => address provider) public override providerOf;

    /// @dev The epoch from which a first reservation obliges: a checkpoint that holds it can be proven then (ADR 6).
    uint64 private constant EPOCHS_TO_FIRST_DUTY = 2;

    constructor(
        IERC20 token_,
        IMarketplaceParameters parameters_,
        IRandomnessBeacon beacon_,
        address agreements_,
        address proofs_
    ) MissAccounting(token_, parameters_, beacon_) {
        agreements = agreements_;
        proofs = proofs_;
    }

    modifier onlyAgreements() {
        if (msg.sender != agreements) revert OnlyAgreements(msg.sender);
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
        delete providerOf[_providers[msg.sender].operator];
        _setParticulars(_providers[msg.sender].registeredAt, operator, endpoint, tlsKeyHash, region, metadata);
        emit ProviderUpdated(msg.sender, operator, endpoint, tlsKeyHash, region, metadata);
    }

    /// @inheritdoc IProviderRegistry
    function stake(uint256 amount) external override {
        _stake(amount);
    }

    /// @inheritdoc IProviderRegistry
    function stakeWithPermit(uint256 amount, Permit calldata permit) external override {
        // Whoever saw the permit may have used it already; then the allowance is there, and otherwise the transfer says what is wrong.
        try ISignatureToken(address(token)).permit(msg.sender, address(this), permit.value, permit.deadline, permit.signature) {} catch {}
        _stake(amount);
    }

    /// @inheritdoc IProviderRegistry
    function requestUnstake(uint256 amount) external override nonReentrant onlyRegistered(msg.sender) countingMisses(msg.sender) {
        if (amount == 0) revert AmountIsZero();
        Account storage account = _accounts[msg.sender];
        IMarketplaceParameters.Values memory values = parameters.values();
        uint256 left = amount < account.staked ? account.staked - amount : 0;
        uint256 required = values.stakePerGiB * account.reserved;
        if (amount > account.staked || left < required) revert StakeTooSmall(msg.sender, left, required);

        account.staked = left;
        account.unbonding += amount;
        account.releaseEpoch = parameters.currentEpoch().number() + values.unbondingEpochs;
        emit UnstakeRequested(msg.sender, amount, Epoch.wrap(account.releaseEpoch));
    }

    /// @inheritdoc IProviderRegistry
    function withdrawUnstaked() external override nonReentrant onlyRegistered(msg.sender) countingMisses(msg.sender) {
        Account storage account = _accounts[msg.sender];
        uint256 amount = account.unbonding;
        if (amount == 0) revert NothingToWithdraw(msg.sender);
        Epoch current = parameters.currentEpoch();
        if (current.number() < account.releaseEpoch) {
            revert StillUnbonding(msg.sender, Epoch.wrap(account.releaseEpoch), current);
        }

        account.unbonding = 0;
        account.releaseEpoch = 0;
        emit Unstaked(msg.sender, amount);
        token.safeTransfer(msg.sender, amount);
    }

    /// @inheritdoc IProviderRegistry
    function settleMisses(address provider_) external override nonReentrant onlyRegistered(provider_) countingMisses(provider_) {}

    /// @inheritdoc IProviderRegistry
    function reserve(
        address provider_,
        GiB space,
        Epoch end
    ) external override onlyAgreements nonReentrant onlyRegistered(provider_) countingMisses(provider_) {
        Account storage account = _accounts[provider_];
        uint64 reserved = account.reserved + space.value();
        uint256 required = parameters.stakePerGiB() * reserved;
        if (account.staked < required) revert StakeTooSmall(provider_, account.staked, required);

        if (account.reserved == 0) {
            account.uncountedFrom = parameters.currentEpoch().number() + EPOCHS_TO_FIRST_DUTY;
            account.obligedUntil = 0;
        }
        account.reserved = reserved;
        if (end.number() > account.obligedUntil) account.obligedUntil = end.number();
        emit SpaceReserved(provider_, space, GiB.wrap(reserved));
    }

    /// @inheritdoc IProviderRegistry
    function release(address provider_, GiB space) external override onlyAgreements nonReentrant countingMisses(provider_) {
        Account storage account = _accounts[provider_];
        account.reserved -= space.value();
        emit SpaceReleased(provider_, space, GiB.wrap(account.reserved));
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
    function stakeOf(address provider_) external view override returns (Stake memory) {
        Account storage account = _accounts[provider_];
        Pending memory pending = _pendingMisses(provider_);
        return
            Stake({
                staked: account.staked - pending.fromStaked,
                unbonding: account.unbonding - pending.fromUnbonding,
                releaseEpoch: Epoch.wrap(account.releaseEpoch),
                reserved: GiB.wrap(account.reserved)
            });
    }

    /// @inheritdoc IProviderRegistry
    function trackRecord(address provider_) external view override returns (TrackRecord memory) {
        Account storage account = _accounts[provider_];
        Pending memory pending = _pendingMisses(provider_);
        return
            TrackRecord({
                proven: account.proven,
                missed: account.missed + pending.missed,
                slashed: account.slashed + pending.fromStaked + pending.fromUnbonding
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

    function _stake(uint256 amount) private nonReentrant onlyRegistered(msg.sender) countingMisses(msg.sender) {
        if (amount == 0) revert AmountIsZero();
        _accounts[msg.sender].staked += amount;
        emit Staked(msg.sender, amount);

        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = token.balanceOf(address(this)) - before;
        if (received != amount) revert UnexpectedTransferAmount(amount, received);
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
        if (providerOf[operator] != address(0)) revert OperatorTaken(operator, providerOf[operator]);
        uint256 length = bytes(endpoint).length;
        if (length < MIN_ENDPOINT_LENGTH || length > MAX_ENDPOINT_LENGTH) {
            revert EndpointLengthOutOfBounds(length, MIN_ENDPOINT_LENGTH, MAX_ENDPOINT_LENGTH);
        }
        if (tlsKeyHash == 0) revert TlsKeyHashIsZero();
        if (bytes(metadata).length > MAX_METADATA_LENGTH) revert MetadataTooLong(bytes(metadata).length, MAX_METADATA_LENGTH);

        providerOf[operator] = msg.sender;
        _providers[msg.sender] = Provider(operator, registeredAt, region, tlsKeyHash, endpoint, metadata);
    }

    function _provenIn(address provider_, Epoch from, Epoch to) private view returns (uint256) {
        if (from > to || to > from.plus(256)) revert EpochRangeInvalid(from, to);
        return _proven[provider_].range(from, to);
    }
}
