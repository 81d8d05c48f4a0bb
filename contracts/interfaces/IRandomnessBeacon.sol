// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Epoch} from "../types/MarketplaceTypes.sol";

/// @title One random seed an epoch, the same for the whole market
/// @notice A seed is unknown before its epoch starts, is fixed once, is never zero, and stays readable for ever.
/// An epoch that nobody sealed in its first half is dormant: it has no seed, nobody is paid for it and nobody is slashed.
interface IRandomnessBeacon {
    /// @notice The epoch's anchor was fixed: the seed will come from block `anchorBlock`.
    event EpochOpened(Epoch indexed epoch, uint256 anchorBlock);
    /// @notice The epoch has its seed.
    event EpochSealed(Epoch indexed epoch, bytes32 seed);

    /// @notice Only the current epoch, in its first half, can be opened or sealed.
    error NotInFirstHalf(Epoch currentEpoch, uint256 timestamp);
    /// @notice The epoch has to be opened first.
    error EpochNotOpened(Epoch epoch);
    /// @notice The anchor block is not mined yet, or its hash cannot be read in this block.
    error AnchorNotReached(Epoch epoch, uint256 anchorBlock, uint256 blockNumber);
    /// @notice The anchor left the window of readable block hashes: open the epoch again.
    error AnchorExpired(Epoch epoch, uint256 anchorBlock);
    /// @notice The epoch has no seed.
    error EpochNotSealed(Epoch epoch);

    /// @notice Fixes the current epoch's anchor. Does nothing if it is open with a live anchor, or sealed.
    /// Opens again if the anchor left the window of readable hashes unread. A beacon with a better source than block hashes reverts for as
    /// long as it waits for that source.
    function open() external;

    /// @notice Stores the current epoch's seed, drawn from its anchor. Does nothing if it is sealed. As with `open`, a beacon may make one
    /// wait for its better source.
    function seal() external;

    /// @notice The seed of an epoch, or zero if it has none.
    function seed(Epoch epoch) external view returns (bytes32);

    /// @notice When the epoch was sealed (seconds since 1970), or zero.
    function sealedAt(Epoch epoch) external view returns (uint64);

    /// @notice The number of sealed epochs from genesis up to and including `epoch`.
    function sealedThrough(Epoch epoch) external view returns (uint64);

    /// @notice The first sealed epoch at or after `epoch`; `found` is false if there is none yet.
    function firstSealedFrom(Epoch epoch) external view returns (bool found, Epoch sealedEpoch);

    /// @notice The last sealed epoch at or before `epoch`; `found` is false if there is none.
    function lastSealedThrough(Epoch epoch) external view returns (bool found, Epoch sealedEpoch);

    /// @notice The block whose hash will be (or was) the epoch's source of randomness, unless a better one comes first; zero if it was not
    /// opened.
    function anchorBlock(Epoch epoch) external view returns (uint256);
}
