// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BLS} from "@kevincharm/bls-bn254/contracts/BLS.sol";
import {IDrandBeacon} from "../interfaces/IDrandBeacon.sol";

/// @title drand's scheme bls-bn254-unchained-on-g1: keys, rounds and their signatures
/// @dev Hashing to G1 (RFC 9380, SVDW, Keccak-256) and the pairing's input are the library's; this decides which bytes are taken at all.
library DrandRounds {
    /// @dev The curve's field.
    uint256 private constant P = 21888242871839275222246405745257275088696311157297823662689037894645226208583;
    bytes private constant DOMAIN = "BLS_SIG_BN254G1_XMD:KECCAK-256_SVDW_RO_NUL_";
    uint256 private constant SIGNATURE_LENGTH = 64;
    uint256 private constant KEY_LENGTH = 128;

    /// @notice Reads a key, and refuses all but a point of prime order.
    /// @return key x.c0, x.c1, y.c0, y.c1, the order in which BLS takes them.
    function requireKey(bytes memory encoded) internal view returns (uint256[4] memory key) {
        if (encoded.length != KEY_LENGTH) revert IDrandBeacon.PublicKeyInvalid(encoded);
        (key[1], key[0], key[3], key[2]) = abi.decode(encoded, (uint256, uint256, uint256, uint256));
        if (!BLS.isValidPublicKey(key)) revert IDrandBeacon.PublicKeyInvalid(encoded);
        // The precompile refuses points outside the subgroup (EIP-197), with which any equation could be made to hold.
        uint256[2] memory generator = [uint256(1), 2];
        (, bool accepted) = BLS.verifySingle(generator, key, generator);
        if (!accepted) revert IDrandBeacon.PublicKeyInvalid(encoded);
    }

    /// @notice Reverts unless the bytes are the key's one signature of the round.
    function requireSignature(uint256[4] memory key, uint64 round, bytes calldata signature) internal view {
        if (signature.length != SIGNATURE_LENGTH) revert IDrandBeacon.SignatureLengthWrong(signature.length, SIGNATURE_LENGTH);
        (uint256 x, uint256 y) = abi.decode(signature, (uint256, uint256));
        if (x >= P || y >= P) revert IDrandBeacon.SignatureNotCanonical(x, y);
        // G1 has a cofactor of 1: what is on the curve is in the group.
        if (!BLS.isOnCurveG1([x, y])) revert IDrandBeacon.SignatureNotOnCurve(x, y);
        uint256[2] memory message = BLS.hashToPoint(DOMAIN, abi.encodePacked(keccak256(abi.encodePacked(round))));
        (bool holds, bool answered) = BLS.verifySingle([x, y], key, message);
        if (!answered || !holds) revert IDrandBeacon.SignatureNotOfRound(round);
    }
}
