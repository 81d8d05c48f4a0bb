// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IStorageAgreements} from "../interfaces/IStorageAgreements.sol";
import {AgreementId, Epoch, Revision} from "../types/MarketplaceTypes.sol";
import {AgreementStore} from "./AgreementStore.sol";

/// @title Who may sign an agreement's contents, and what they signed
abstract contract DataKeys is AgreementStore, EIP712 {
    bytes32 private constant REVISION_TYPEHASH = keccak256("Revision(uint256 agreementId,uint64 number,bytes32 dataRoot,uint64 weight)");
    /// @dev 2^20 leaves of 1,024 bytes.
    uint256 private constant LEAVES_PER_GIB_BITS = 20;
    /// @dev A checkpoint that was committed in the epoch of the ending is proven in the next, or one later after a miss.
    uint64 private constant PROVABLE_AFTER_END = 2;

    mapping(AgreementId agreement => mapping(address key => bool)) private _authorized;

    constructor() EIP712("Storage Marketplace", "1") {}

    /// @inheritdoc IStorageAgreements
    function isDataKey(AgreementId agreement_, address key) public view override returns (bool) {
        return _authorized[agreement_][key];
    }

    /// @inheritdoc IStorageAgreements
    function revisionDigest(AgreementId agreement_, Revision calldata revision) public view override returns (bytes32) {
        return
            _hashTypedDataV4(
                keccak256(
                    abi.encode(REVISION_TYPEHASH, AgreementId.unwrap(agreement_), revision.number, revision.dataRoot, revision.weight)
                )
            );
    }

    /// @inheritdoc IStorageAgreements
    function requireRevision(
        address provider,
        AgreementId agreement_,
        Revision calldata revision,
        bytes calldata signature
    ) external view override {
        Record storage record = _known(agreement_);
        if (record.provider != provider) revert NotProvider(agreement_, provider);
        if (!_isProvable(record)) revert WrongState(agreement_, record.state);
        if (revision.number == 0) {
            if (revision.dataRoot != 0 || revision.weight != 0) {
                revert EmptyRevisionInvalid(agreement_, revision.dataRoot, revision.weight);
            }
            return;
        }
        if (revision.weight > uint256(record.space) << LEAVES_PER_GIB_BITS) {
            revert RevisionTooLarge(agreement_, revision.weight, _spaceOf(record));
        }
        // The zero address, which stands for a malformed signature, is never a data key.
        (address signer, , ) = ECDSA.tryRecoverCalldata(revisionDigest(agreement_, revision), signature);
        if (!isDataKey(agreement_, signer)) revert RevisionNotSigned(agreement_, revision.number, signer);
    }

    function _authorize(AgreementId agreement_, address key) internal {
        if (key == address(0)) revert DataKeyIsZero();
        _records[agreement_].dataKey = key;
        _authorized[agreement_][key] = true;
        emit DataKeyAuthorized(agreement_, key);
    }

    function _now() internal view virtual returns (Epoch);

    function _isProvable(Record storage record) private view returns (bool) {
        if (record.state == State.Ended || record.state == State.Voided) return _now().number() <= record.endedIn + PROVABLE_AFTER_END;
        return _runs(record);
    }
}
