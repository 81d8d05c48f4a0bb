// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IAgreementEscrow} from "../../../contracts/interfaces/IAgreementEscrow.sol";
import {IStakeVault} from "../../../contracts/interfaces/IStakeVault.sol";
import {OddToken} from "../../../contracts/mocks/OddToken.sol";
import {StorageToken} from "../../../contracts/token/StorageToken.sol";
import {AgreementId, Checkpoint} from "../../../contracts/types/MarketplaceTypes.sol";
import {MarketWorld} from "./MarketWorld.sol";

/// @title The same market with a token that is odd now and then
/// @dev It keeps a fee, answers false, blocks an account or calls back into the market in the middle of transfers. Steps that move tokens may
/// then be refused; all others go on, and the books balance to the last unit.
contract OddMarketWorld is MarketWorld {
    /// @dev The steps that move tokens; every other one has to go on whatever the token does.
    string private constant MOVING =
        "|open|extend|extendTogether|stake|delegate|demandAudit|depositEgress|withdraw|withdrawUnstaked|withdrawUndelegated|claimCompensation|sweep|collect|";

    OddToken private _odd;
    address private _blocked;

    function _createToken() internal override returns (StorageToken) {
        _odd = new OddToken(address(this), SUPPLY);
        return StorageToken(address(_odd));
    }

    function beOdd(uint256 how, uint256 choice) external {
        _beNormal();
        if (how % 6 == 0) _odd.setFee(1 + (choice % 1_000));
        if (how % 6 == 1) _odd.setAnswersFalse(true);
        if (how % 6 == 2) {
            _blocked = choice % 2 == 0 ? address(stakes) : everybody[choice % everybody.length];
            _odd.setBlocked(_blocked, true);
        }
        if (how % 6 == 3) _callBack(choice);
    }

    /// @inheritdoc MarketWorld
    function donate(uint256 amount, bool toEscrow) public override {
        _beNormal();
        super.donate(amount, toEscrow);
    }

    /// @inheritdoc MarketWorld
    function leave() public override {
        _beNormal();
        super.leave();
    }

    /// @dev The token itself keeps fees of what is paid out.
    function _requireFairToConsumers() internal view override {}

    function _beNormal() private {
        _odd.setFee(0);
        _odd.setAnswersFalse(false);
        if (_blocked != address(0)) _odd.setBlocked(_blocked, false);
        _odd.setCallback(address(0), "");
    }

    /// @dev What anybody may call, in the middle of somebody else's transfer.
    function _callBack(uint256 choice) private {
        AgreementId id = AgreementId.wrap(_anyAgreement(choice >> 8));
        Checkpoint memory none;
        if (choice % 7 == 0) _odd.setCallback(address(stakes), abi.encodeCall(stakes.sweep, ()));
        if (choice % 7 == 1) _odd.setCallback(address(stakes), abi.encodeCall(stakes.collect, ()));
        if (choice % 7 == 2) _odd.setCallback(address(stakes), abi.encodeCall(stakes.claimCompensation, (id)));
        if (choice % 7 == 3) _odd.setCallback(address(egress), abi.encodeCall(egress.reclaim, (id)));
        if (choice % 7 == 4) _odd.setCallback(address(agreements), abi.encodeCall(agreements.settle, (id, 0, none, "")));
        if (choice % 7 == 5) _odd.setCallback(address(registry), abi.encodeCall(registry.settleMisses, (owners[choice % PROVIDERS])));
        if (choice % 7 == 6) _odd.setCallback(address(escrow), abi.encodeCall(escrow.withdraw, (address(_odd))));
    }

    function _refusalsOfToken(string memory step) internal pure override returns (bytes memory) {
        if (!_moves(step)) return "";
        return
            abi.encodePacked(
                SafeERC20.SafeERC20FailedOperation.selector,
                OddToken.AccountBlocked.selector,
                IAgreementEscrow.UnexpectedTransferAmount.selector,
                IStakeVault.UnexpectedTransferAmount.selector
            );
    }

    function _moves(string memory step) private pure returns (bool) {
        (bytes memory all, bytes memory sought) = (bytes(MOVING), bytes(string.concat("|", step, "|")));
        for (uint256 i = 0; i + sought.length <= all.length; ++i) {
            uint256 j = 0;
            while (j < sought.length && all[i + j] == sought[j]) ++j;
            if (j == sought.length) return true;
        }
        return false;
    }
}
