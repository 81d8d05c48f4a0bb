// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgreementEscrow} from "../interfaces/IAgreementEscrow.sol";
import {IMarketplaceParameters} from "../interfaces/IMarketplaceParameters.sol";
import {ISignatureToken} from "../interfaces/ISignatureToken.sol";
import {IStakeDelegation} from "../interfaces/IStakeDelegation.sol";
import {PaymentMath} from "../agreements/PaymentMath.sol";
import {Epoch} from "../types/MarketplaceTypes.sol";
import {EscrowController} from "./EscrowController.sol";

/// @title The one way in which providers are paid, for space and for reading alike
abstract contract ProviderPayout is EscrowController {
    /// @param fee For the treasury.
    /// @param net For the provider and its delegators.
    struct Payout {
        uint256 fee;
        uint256 net;
    }

    IMarketplaceParameters public immutable parameters;
    /// @notice StakeVault, which knows the delegators' share and passes it on to them.
    IStakeDelegation public immutable stakes;

    constructor(
        ISignatureToken token_,
        IMarketplaceParameters parameters_,
        IStakeDelegation stakes_,
        IAgreementEscrow escrow_
    ) EscrowController(token_, escrow_) {
        parameters = parameters_;
        stakes = stakes_;
    }

    function _split(uint256 gross, uint16 feeBps) internal pure returns (Payout memory payout) {
        payout.fee = PaymentMath.fee(gross, feeBps);
        payout.net = gross - payout.fee;
    }

    /// @dev The caller has booked the payout, which was earned in the epochs [from, to); what delegators do not get is the provider's. The
    /// epochs must not depend on when the provider chooses to be paid: else it had much own stake or a high commission just then.
    function _payProvider(uint256 key, address provider, Payout memory payout, Epoch from, Epoch to) internal {
        uint256 share = stakes.earningsShare(provider, payout.net, from, to);
        _credit(key, parameters.treasury(), payout.fee);
        _credit(key, provider, payout.net - share);
        if (share == 0) return;
        _credit(key, address(stakes), share);
        stakes.addEarnings(provider, share);
    }
}
