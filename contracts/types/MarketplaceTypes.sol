// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice An agreement's number; the first is 1, so that 0 means "none".
type AgreementId is uint256;

/// @notice A listing's number; the first is 1, so that 0 means "none".
type ListingId is uint256;

/// @notice An audit's number; the first is 1, so that 0 means "none".
type AuditId is uint256;

/// @notice A proving period, counted from the market's genesis.
type Epoch is uint64;

/// @notice A number of whole GiB (2^30 bytes, 2^20 leaves of 1,024 bytes).
type GiB is uint64;

using {epochLt as <, epochLte as <=, epochGt as >, epochGte as >=, epochEq as ==, plus, number} for Epoch global;
using {value} for GiB global;

function epochLt(Epoch a, Epoch b) pure returns (bool) {
    return Epoch.unwrap(a) < Epoch.unwrap(b);
}

function epochLte(Epoch a, Epoch b) pure returns (bool) {
    return Epoch.unwrap(a) <= Epoch.unwrap(b);
}

function epochGt(Epoch a, Epoch b) pure returns (bool) {
    return Epoch.unwrap(a) > Epoch.unwrap(b);
}

function epochGte(Epoch a, Epoch b) pure returns (bool) {
    return Epoch.unwrap(a) >= Epoch.unwrap(b);
}

function epochEq(Epoch a, Epoch b) pure returns (bool) {
    return Epoch.unwrap(a) == Epoch.unwrap(b);
}

/// @dev Checked: reverts on overflow.
function plus(Epoch a, uint64 epochs) pure returns (Epoch) {
    return Epoch.wrap(Epoch.unwrap(a) + epochs);
}

function number(Epoch a) pure returns (uint64) {
    return Epoch.unwrap(a);
}

function value(GiB a) pure returns (uint64) {
    return GiB.unwrap(a);
}

/// @notice A provider's commitment to everything it stores: the root of its Merkle sum tree (docs/protocol.md, section 4).
/// @param root Hash of the top node; zero for a provider that stores nothing.
/// @param leaves Number of 1-KiB leaves under the root.
/// @param agreements Number of agreements under the root.
struct Checkpoint {
    bytes32 root;
    uint64 leaves;
    uint32 agreements;
}

/// @notice The contents of one agreement, as its consumer signed them.
/// @param number Counts up by one with each change; 0 is the empty agreement, which needs no signature.
/// @param dataRoot Root of the agreement's tree of fragments.
/// @param weight Number of 1-KiB leaves under dataRoot.
struct Revision {
    uint64 number;
    bytes32 dataRoot;
    uint64 weight;
}

/// @notice An allowance by signature (ERC-2612's digest, ERC-7597's call) of whoever sends it, for the contract that takes the tokens;
/// value 0 means that the allowance is already there.
/// @param value Base units.
/// @param deadline The last second in which the token takes it.
/// @param signature 65 bytes (r, s, v) of a key, or whatever a contract wallet confirms by EIP-1271.
struct Permit {
    uint256 value;
    uint256 deadline;
    bytes signature;
}
