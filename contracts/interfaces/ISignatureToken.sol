// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What a token lets a wallet do by signature, whatever kind of wallet it is
/// @notice A signature is either the account's own ECDSA signature (65 bytes: r, s, v; s in the lower half of the order), or whatever the
/// account's contract confirms by EIP-1271 (a Safe, an account with delegated code). Nonces are shared with ERC-2612 and ERC-5805.
interface ISignatureToken {
    /// @notice The signature is neither `account`'s own for this digest nor confirmed by a contract at `account`.
    error SignatureNotValid(address account, bytes32 digest);

    /// @notice Sets an allowance by signature (ERC-7597): ERC-2612's digest, which its `permit` with v, r and s signs too.
    /// @param value Base units; replaces the former allowance.
    /// @param deadline The last second in which the token takes the signature.
    /// @param signature The owner's, over Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline).
    function permit(address owner, address spender, uint256 value, uint256 deadline, bytes calldata signature) external;

    /// @notice Delegates the votes of `account` by signature. The digest names the account, which ERC-5805's does not: what one key signs
    /// for one of the wallets that it controls must not count for another one.
    /// @param expiry The last second in which the token takes the signature.
    /// @param signature The account's, over Delegation(address account,address delegatee,uint256 nonce,uint256 expiry).
    function delegateBySig(address account, address delegatee, uint256 nonce, uint256 expiry, bytes calldata signature) external;
}
