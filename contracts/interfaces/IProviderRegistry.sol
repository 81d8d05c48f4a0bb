// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AgreementId, Epoch, GiB} from "../types/MarketplaceTypes.sol";

/// @title Who provides space, how much of it is reserved, and how well
/// @notice A provider is known by its owner's address. The operator key proves and settles; it can never move stake or payouts. Stake lies
/// in StakeVault; this contract says when it is slashed.
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

    /// @param proven Epochs proven since the registration.
    /// @param missed Epochs missed while space was reserved (forgiven ones too), counted until now.
    /// @param slashed Token base units lost, of its own stake and of its delegators'.
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
    event SpaceReserved(address indexed provider, GiB reserved, GiB totalReserved);
    event SpaceReleased(address indexed provider, GiB released, GiB totalReserved);
    event EpochProven(address indexed provider, Epoch indexed epoch);
    /// @notice `missed` epochs up to and including `through` were counted; `forgiven` of them were not slashed.
    event EpochsMissed(address indexed provider, Epoch through, uint64 missed, uint64 forgiven);
    /// @notice The duty to prove ends earlier than it was known to: the agreements that hold space end by `until`.
    event ObligationShortened(address indexed provider, Epoch until);
    event ProviderSlashed(address indexed provider, uint256 amount);

    error AlreadyRegistered(address provider);
    error NotRegistered(address provider);
    error OperatorIsZero();
    error EndpointLengthOutOfBounds(uint256 length, uint256 minimum, uint256 maximum);
    error MetadataTooLong(uint256 length, uint256 maximum);
    error TlsKeyHashIsZero();
    /// @notice The provider's stake, with its delegators', would not cover the reserved space.
    error StakeTooSmall(address provider, uint256 cover, uint256 required);
    /// @notice The agreement is not of the provider's, or holds none of its space.
    error HoldsNoSpace(address provider, AgreementId agreement);
    /// @notice The agreements are not in ascending order.
    error NotAscending(AgreementId agreement, AgreementId next);
    /// @notice The agreements hold `listed` GiB of the provider, and all together hold `reserved`.
    error AgreementsMissing(address provider, GiB listed, GiB reserved);
    error OnlyAgreements(address caller);
    error OnlyProofs(address caller);
    error OnlyAuditsOrLosses(address caller);
    error EpochAlreadyProven(address provider, Epoch epoch);
    /// @notice The epoch was counted as missed before; it cannot be proven any more.
    error EpochAlreadyMissed(address provider, Epoch epoch);
    /// @notice More than 256 epochs were asked for, or `from` lies after `to`.
    error EpochRangeInvalid(Epoch from, Epoch to);
    error NoSuchProvenEpoch(address provider, Epoch from, Epoch to, uint64 index);

    /// @notice Registers the sender as a provider.
    function register(address operator, string calldata endpoint, bytes32 tlsKeyHash, bytes2 region, string calldata metadata) external;

    /// @notice Replaces the sender's particulars. Another operator takes the place of the former, whose signatures bind for no space
    /// that is given later.
    function update(address operator, string calldata endpoint, bytes32 tlsKeyHash, bytes2 region, string calldata metadata) external;

    /// @notice Counts a provider's missed epochs and takes what they cost. Anybody may call.
    function settleMisses(address provider) external;

    /// @notice Lets the duty to prove end with the last of the agreements that hold space, where one that would have lasted longer was
    /// ended early. Anybody may call: the provider to be free, its delegators to be held no longer than agreements run.
    /// @param all Every agreement that holds the provider's space, in ascending order; the cost grows with their number.
    function shortenObligation(address provider, AgreementId[] calldata all) external;

    /// @notice Holds space for an agreement that runs through the epoch before `end`. Only StorageAgreements.
    /// The duty to prove begins with the second epoch after the first reservation, as agreements do, and ends with the largest `end`; a
    /// reservation after that is a first one again, though the space of agreements that are over may not be given back yet.
    function reserve(AgreementId agreement, address provider, GiB space, Epoch end) external;

    /// @notice Holds space for an agreement that runs already, for longer, or more of it, or both; all that is reserved needs cover as if
    /// it were new. Only StorageAgreements.
    /// @param addedSpace Can be 0.
    function extend(AgreementId agreement, address provider, GiB addedSpace, Epoch end) external;

    /// @notice Gives all the space of an ended agreement free. Only StorageAgreements.
    function release(AgreementId agreement, address provider, GiB space) external;

    /// @notice Slashes the provider's stake for what it did to one agreement, which alone is compensated, after the misses that nobody has
    /// counted yet. Only StorageAudits and DeclaredLosses.
    /// @return taken Base units; less than `amount` if there is no more.
    function penalize(address provider, AgreementId agreement, uint256 amount) external returns (uint256 taken);

    /// @notice Records that the provider proved everything in `epoch`. Only PossessionProofs.
    function recordProof(address provider, Epoch epoch) external;

    /// @notice A provider's particulars; all zero for an address that never registered.
    function provider(address owner) external view returns (Provider memory);

    /// @notice Whether the address registered as a provider; a registration is never undone.
    function isRegistered(address owner) external view returns (bool);

    /// @notice The key that proves and settles for a provider now, or zero. Several providers can name the same: it acts for the one that
    /// a call names, and signs for an agreement, which has one provider.
    function operatorOf(address provider) external view returns (address);

    /// @notice Whether what a key signed for an agreement of the provider's binds the provider: the operator's does, and a former
    /// operator's does for ever, for agreements that were given no space since it was replaced.
    function bindsFor(address provider, address key, AgreementId agreement) external view returns (bool);

    /// @notice Space that agreements hold.
    function reservedOf(address provider) external view returns (GiB);

    /// @notice The largest end of the agreements that hold space, or of such that ended early and nobody told of since
    /// (`shortenObligation`); 0 if none hold any.
    function obligedUntil(address provider) external view returns (Epoch);

    /// @notice Base units that the misses cost that no touch has counted yet, if there is as much.
    function pendingSlash(address provider) external view returns (uint256);

    function trackRecord(address provider) external view returns (TrackRecord memory);

    function hasProven(address provider, Epoch epoch) external view returns (bool);

    /// @notice The number of proven epochs in [from, to); at most 256 epochs apart.
    function provenCount(address provider, Epoch from, Epoch to) external view returns (uint64);

    /// @notice The proven epoch with number `index` (from 0) in [from, to); at most 256 epochs apart.
    function provenAt(address provider, Epoch from, Epoch to, uint64 index) external view returns (Epoch);
}
