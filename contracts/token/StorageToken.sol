// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC20Votes} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Votes.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {ISignatureToken} from "../interfaces/ISignatureToken.sol";

/// @title The market's means of payment, stake and vote
/// @notice A fixed supply with 18 decimals; nobody can mint more, take any away or stop transfers.
/// Votes are counted by timestamps (ERC-6372), which chains with irregular blocks need.
contract StorageToken is ERC20, ERC20Permit, ERC20Votes, ISignatureToken {
    bytes32 private constant PERMIT_TYPEHASH = keccak256(
        "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant DELEGATION_TYPEHASH = keccak256("Delegation(address account,address delegatee,uint256 nonce,uint256 expiry)");

    /// @param holder Receives the whole supply.
    /// @param supply In base units (10^-18 SPACE).
    constructor(address holder, uint256 supply) ERC20("Space", "SPACE") ERC20Permit("Space") {
        _mint(holder, supply);
    }

    /// @inheritdoc ISignatureToken
    function permit(address owner, address spender, uint256 value, uint256 deadline, bytes calldata signature) external override {
        if (block.timestamp > deadline) revert ERC2612ExpiredSignature(deadline);
        _requireSigned(owner, keccak256(abi.encode(PERMIT_TYPEHASH, owner, spender, value, _useNonce(owner), deadline)), signature);
        _approve(owner, spender, value);
    }

    /// @inheritdoc ISignatureToken
    function delegateBySig(address account, address delegatee, uint256 nonce, uint256 expiry, bytes calldata signature) external override {
        if (block.timestamp > expiry) revert VotesExpiredSignature(expiry);
        _useCheckedNonce(account, nonce);
        _requireSigned(account, keccak256(abi.encode(DELEGATION_TYPEHASH, account, delegatee, nonce, expiry)), signature);
        _delegate(account, delegatee);
    }

    /// @notice The time by which votes are counted.
    function clock() public view override returns (uint48) {
        return uint48(block.timestamp);
    }

    /// @notice Machine-readable description of the clock (ERC-6372).
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() public pure override returns (string memory) {
        return "mode=timestamp";
    }

    /// @inheritdoc ERC20Permit
    function nonces(address owner) public view override(ERC20Permit, Nonces) returns (uint256) {
        return super.nonces(owner);
    }

    function _update(address from, address to, uint256 value) internal override(ERC20, ERC20Votes) {
        super._update(from, to, value);
    }

    /// @dev A key's own signature counts even where its account has code (EIP-7702): by ERC-2612's `permit` it counts there as well.
    function _requireSigned(address account, bytes32 structHash, bytes calldata signature) private view {
        bytes32 digest = _hashTypedDataV4(structHash);
        (address signer, ECDSA.RecoverError failure, ) = ECDSA.tryRecoverCalldata(digest, signature);
        if (failure == ECDSA.RecoverError.NoError && signer == account) return;
        if (!SignatureChecker.isValidERC1271SignatureNowCalldata(account, digest, signature)) revert SignatureNotValid(account, digest);
    }
}
