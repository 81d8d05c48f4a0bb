// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Epoch, GiB, Permit} from "../types/MarketplaceTypes.sol";

/// @title Who provides space, with what stake, and how well
/// @notice A provider is known by its owner's address. The operator key proves and settles; it can never move stake or payouts.
/// Missed epochs need no transaction by anybody: they are counted from the beacon's seeds whenever the provider is next touched.
interface IProviderRegistry {
    /// @param operator The node's key.
    /// @param registeredAt Epoch of the registration.
    /// @param region ISO 3166-1 alpha-2 country code as two ASCII bytes ("DE"), or zero.
    /// @param tlsKeyHash SHA-256 of the node's TLS public key (SubjectPublicKeyInfo).
    /// @param endpoint "https://host:port".
    /// @param metadata CID of a description, or empty.
    struct Provider {
        address operator;
        Epoch registeredAt;
        bytes2 region;
        bytes32 tlsKeyHash;
        string endpoint;
        string metadata;
    }

    /// @notice A provider's stake in token base units, as it stands with all misses counted until now.
    /// @param staked Bonded; covers the reservations.
    /// @param unbonding Asked back; can still be slashed.
    /// @param releaseEpoch When the unbonding stake can be withdrawn.
    /// @param reserved Space that agreements hold.
    struct Stake {
        uint256 staked;
        uint256 unbonding;
        Epoch releaseEpoch;
        GiB reserved;
    }

    /// @param proven Epochs proven since the registration.
    /// @param missed Epochs missed while space was reserved (forgiven ones too), counted until now.
    /// @param slashed Token base units lost.
    struct TrackRecord {
        uint64 proven;
        uint64 missed;
        uint256 slashed;
    }

    event ProviderRegistered(
        address indexed provider,
        address operator,
        string endpoint,
        bytes32 tlsKeyHash,
        bytes2 region,
        string metadata
    );
    event ProviderUpdated(address indexed provider, address operator, string endpoint, bytes32 tlsKeyHash, bytes2 region, string metadata);
    event Staked(address indexed provider, uint256 amount);
    event UnstakeRequested(address indexed provider, uint256 amount, Epoch releaseEpoch);
    event Unstaked(address indexed provider, uint256 amount);
    event SpaceReserved(address indexed provider, GiB reserved, GiB totalReserved);
    event SpaceReleased(address indexed provider, GiB released, GiB totalReserved);
    event EpochProven(address indexed provider, Epoch indexed epoch);
    /// @notice `missed` epochs up to and including `through` were counted; `forgiven` of them were not slashed.
    event EpochsMissed(address indexed provider, Epoch through, uint64 missed, uint64 forgiven);
    event ProviderSlashed(address indexed provider, uint256 amount);

    error AlreadyRegistered(address provider);
    error NotRegistered(address provider);
    error OperatorTaken(address operator, address provider);
    error OperatorIsZero();
    error EndpointLengthOutOfBounds(uint256 length, uint256 minimum, uint256 maximum);
    error MetadataTooLong(uint256 length, uint256 maximum);
    error TlsKeyHashIsZero();
    error AmountIsZero();
    /// @notice The stake would not cover the reserved space.
    error StakeTooSmall(address provider, uint256 staked, uint256 required);
    error NothingToWithdraw(address provider);
    error StillUnbonding(address provider, Epoch releaseEpoch, Epoch currentEpoch);
    error OnlyAgreements(address caller);
    error OnlyProofs(address caller);
    error EpochAlreadyProven(address provider, Epoch epoch);
    /// @notice The epoch was counted as missed before; it cannot be proven any more.
    error EpochAlreadyMissed(address provider, Epoch epoch);
    /// @notice More than 256 epochs were asked for, or `from` lies after `to`.
    error EpochRangeInvalid(Epoch from, Epoch to);
    error NoSuchProvenEpoch(address provider, Epoch from, Epoch to, uint64 index);
    /// @notice The token delivered another amount than was asked for.
    error UnexpectedTransferAmount(uint256 expected, uint256 received);

    /// @notice Registers the sender as a provider.
    function register(address operator, string calldata endpoint, bytes32 tlsKeyHash, bytes2 region, string calldata metadata) external;

    /// @notice Replaces the sender's particulars.
    function update(address operator, string calldata endpoint, bytes32 tlsKeyHash, bytes2 region, string calldata metadata) external;

    /// @notice Bonds tokens of the sender behind its own provider; they are taken by transferFrom.
    function stake(uint256 amount) external;

    /// @notice As `stake`, after using a permit of the sender for the registry (one that was used by somebody else first does no harm).
    function stakeWithPermit(uint256 amount, Permit calldata permit) external;

    /// @notice Asks for stake back. A further request adds to the first and starts the wait anew.
    function requestUnstake(uint256 amount) external;

    /// @notice Pays out the sender's unbonded stake to the sender.
    function withdrawUnstaked() external;

    /// @notice Counts a provider's missed epochs and takes what they cost. Anybody may call.
    function settleMisses(address provider) external;

    /// @notice Holds space for an agreement that runs through the epoch before `end`. Only StorageAgreements.
    /// The duty to prove begins with the second epoch after the first reservation, as agreements do, and ends with the largest `end`.
    function reserve(address provider, GiB space, Epoch end) external;

    /// @notice Gives space of an ended agreement free. Only StorageAgreements.
    function release(address provider, GiB space) external;

    /// @notice Records that the provider proved everything in `epoch`. Only PossessionProofs.
    function recordProof(address provider, Epoch epoch) external;

    /// @notice A provider's particulars; all zero for an address that never registered.
    function provider(address owner) external view returns (Provider memory);

    /// @notice Whether the address registered as a provider; a registration is never undone.
    function isRegistered(address owner) external view returns (bool);

    /// @notice The provider that an operator key belongs to, or zero.
    function providerOf(address operator) external view returns (address);

    function stakeOf(address provider) external view returns (Stake memory);

    function trackRecord(address provider) external view returns (TrackRecord memory);

    function hasProven(address provider, Epoch epoch) external view returns (bool);

    /// @notice The number of proven epochs in [from, to); at most 256 epochs apart.
    function provenCount(address provider, Epoch from, Epoch to) external view returns (uint64);

    /// @notice The proven epoch with number `index` (from 0) in [from, to); at most 256 epochs apart.
    function provenAt(address provider, Epoch from, Epoch to, uint64 index) external view returns (Epoch);
}
