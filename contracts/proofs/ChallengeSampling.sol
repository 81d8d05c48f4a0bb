// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Which leaves a provider has to show in an epoch
/// @notice Even draws pick one of all leaves evenly. Odd draws pick one of all agreements evenly and then one of its leaves, so that a
/// small agreement among large ones is still looked at (docs/protocol.md, section 3.4).
/// @dev Reducing 256 bits modulo at most 2^64 favours small results by less than 2^-192.
library ChallengeSampling {
    /// @notice The draw with number `challenge` of one provider, from which everything below follows.
    function target(bytes32 seed, address provider, uint32 challenge) internal pure returns (uint256) {
        return uint256(sha256(abi.encodePacked(seed, provider, challenge)));
    }

    function picksByLeaf(uint32 challenge) internal pure returns (bool) {
        return challenge % 2 == 0;
    }

    /// @notice Index of the leaf, among all of the provider's `leaves`, that an even draw demands.
    /// @param leaves Not zero.
    function leafIndex(uint256 target_, uint64 leaves) internal pure returns (uint256) {
        return target_ % leaves;
    }

    /// @notice Index of the agreement, among all of the provider's `agreements`, that an odd draw demands.
    /// @param agreements Not zero.
    function agreementIndex(uint256 target_, uint32 agreements) internal pure returns (uint256) {
        return target_ % agreements;
    }

    /// @notice Index of the leaf inside the agreement that an odd draw demands. Hashed anew, so that it does not hang on which
    /// agreement was picked.
    /// @param weight The agreement's leaves; not zero.
    function leafIndexWithin(uint256 target_, uint64 weight) internal pure returns (uint256) {
        return uint256(sha256(abi.encodePacked(target_))) % weight;
    }
}
