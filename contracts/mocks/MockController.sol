// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgreementEscrow} from "../interfaces/IAgreementEscrow.sol";
import {IStorageAgreements} from "../interfaces/IStorageAgreements.sol";
import {AgreementId} from "../types/MarketplaceTypes.sol";

/// @title Stands in the place of a controller of the escrow, and does there whatever a test asks of it
/// @dev For tests only.
contract MockController {
    IAgreementEscrow public immutable escrow;
    IStorageAgreements public immutable agreements;

    constructor(IAgreementEscrow escrow_, IStorageAgreements agreements_) {
        escrow = escrow_;
        agreements = agreements_;
    }

    function deposit(uint256 key, address from, uint256 amount) external {
        escrow.deposit(key, from, amount);
    }

    function credit(uint256 key, address account, uint256 amount) external {
        escrow.credit(key, account, amount);
    }

    function void(AgreementId agreement) external returns (uint256) {
        return agreements.void(agreement);
    }
}
