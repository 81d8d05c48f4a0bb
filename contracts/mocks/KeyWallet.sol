// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {ContractWallet} from "./ContractWallet.sol";

/// @title A wallet that confirms whatever one key signed, as it was signed (EIP-1271)
/// @dev For tests only: it binds signatures to nothing, which is what the token must not lean on.
contract KeyWallet is ContractWallet, IERC1271 {
    address public immutable key;
    /// @notice What it answers to a good signature; another one than the standard's makes it a wallet that refuses.
    bytes4 public immutable answer;

    constructor(address key_, bytes4 answer_) {
        key = key_;
        answer = answer_;
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view override returns (bytes4) {
        return ECDSA.recoverCalldata(hash, signature) == key ? answer : bytes4(0xffffffff);
    }
}
