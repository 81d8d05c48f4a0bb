// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Epoch} from "../types/MarketplaceTypes.sol";
import {IRandomnessBeacon} from "./IRandomnessBeacon.sol";

/// @title Seeds from drand, with block hashes where drand stays away
/// @notice drand is a network that signs a number, the round, every few seconds with a key that no one of its members holds. The scheme
/// here is bls-bn254-unchained-on-g1 (drand's chain "evmnet"): a BLS signature over BN254 of keccak256(u64 round), of which there is
/// exactly one for each round. Each epoch has exactly one round, so whoever seals has nothing to choose.
///
/// What is trusted: that fewer members of drand than its threshold collude (those who do know all rounds ahead), and that the chain's
/// clock is never more than `margin` seconds behind real time: the round is public `margin` seconds after the epoch's start at the
/// earliest, and no checkpoint may still be committed in the epoch before by then.
///
/// The round is public before it seals: whoever delays the sealing by censoring everybody else's gains that much time to prove. So
/// providers seal as soon as the round is there, each with a copy of its own.
///
/// The fallback: an epoch with no seed `livenessTimeout` seconds after its start (drand or all its relays are down, or the sealing is
/// censored) may be opened and sealed from a block hash (BlockhashAnchors), and the round still wins if it comes before that sealing.
/// Such a seed is BIASABLE BY ONE BIT by whoever can censor: the round, if there is one, has long been public, and once the anchor's
/// hash is known too, the censor sees both seeds and lets pass the one that it likes better. The anchor's block producer can moreover
/// withhold a block to draw once more, as with BlockhashBeacon. This is taken for markets that go on without drand: the alternative is
/// a dormant epoch, for which honest providers are not paid.
interface IDrandBeacon is IRandomnessBeacon {
    /// @notice A drand network as it describes itself under /info.
    /// @param publicKey A point of G2, 128 bytes: x.c1 || x.c0 || y.c1 || y.c0, big-endian, as drand publishes it.
    /// @param genesis When round 1 was signed, in seconds since 1970.
    /// @param period Seconds between two rounds.
    struct DrandChain {
        bytes publicKey;
        uint64 genesis;
        uint64 period;
    }

    /// @notice The epoch's seed comes from its drand round; `EpochSealed` has the seed. Not emitted where a block hash sealed.
    event EpochSealedByRound(Epoch indexed epoch, uint64 round, bytes signature);

    /// @notice The key is not 128 bytes, or not a point of G2's subgroup of prime order in its one encoding; infinity is refused too.
    error PublicKeyInvalid(bytes publicKey);
    /// @notice A constructor's argument is outside `minimum..maximum`.
    error DrandArgumentOutOfBounds(string argument, uint256 value, uint256 minimum, uint256 maximum);
    /// @notice A signature has `expected` bytes.
    error SignatureLengthWrong(uint256 length, uint256 expected);
    /// @notice A coordinate is not below the field's prime: the same point would have a second encoding, and the round a second seed.
    error SignatureNotCanonical(uint256 x, uint256 y);
    /// @notice The signature is not a point of the curve; infinity, written as zeros, is none.
    error SignatureNotOnCurve(uint256 x, uint256 y);
    /// @notice The point is not the network's signature of this round.
    error SignatureNotOfRound(uint64 round);
    /// @notice The epoch's seed is to come from its drand round until `fallbackFrom` (seconds since 1970).
    error RoundAwaited(Epoch epoch, uint64 round, uint64 fallbackFrom);

    /// @notice Seals the current epoch with its drand round. Anybody, in the epoch's first half. Does nothing if it is sealed.
    /// seed = sha256(sha256(signature) || u64 epoch); the inner hash is what drand calls the round's randomness.
    /// @param signature A point of G1, 64 bytes: x || y, big-endian, as drand publishes it.
    function sealWithRound(bytes calldata signature) external;

    /// @notice Reverts unless `signature` is the network's signature of `round`.
    function requireRound(uint64 round, bytes calldata signature) external view;

    /// @notice The first round at or after the epoch's start plus the margin; every epoch has its own.
    function roundOf(Epoch epoch) external view returns (uint64);

    /// @notice When `round` (from 1) is signed, in seconds since 1970.
    function roundTime(uint64 round) external view returns (uint64);

    /// @notice The first second in which the epoch can be opened and sealed from a block hash.
    function fallbackFrom(Epoch epoch) external view returns (uint64);

    /// @notice The network's key, as it was given.
    function publicKey() external view returns (bytes memory);

    /// @notice When round 1 was signed, in seconds since 1970.
    function drandGenesis() external view returns (uint64);

    /// @notice Seconds between two rounds.
    function drandPeriod() external view returns (uint64);

    /// @notice Seconds after the epoch's start before which the round must not be public.
    function margin() external view returns (uint64);

    /// @notice Seconds after the epoch's start in which only the round seals.
    function livenessTimeout() external view returns (uint64);
}
