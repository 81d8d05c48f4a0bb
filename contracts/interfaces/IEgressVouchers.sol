// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IStorageAgreements} from "./IStorageAgreements.sol";
import {AgreementId, Epoch, Permit} from "../types/MarketplaceTypes.sol";

/// @title What providers are paid for reading
/// @notice A deposit for each agreement bounds what can be owed. A voucher is the data key's signature under all that is owed for reading
/// since the opening, so that the highest one replaces all others, and a lost or repeated one does no harm. Payouts take the same fee as
/// those for space, and delegators get of them their mean part since the agreement's start (IStakeDelegation.earningsShare). The deposit
/// can be raised at any time, and what is not redeemed in time goes back.
interface IEgressVouchers {
    /// @param deposited Base units deposited since the opening.
    /// @param redeemed Base units paid out, fee included.
    /// @param reclaimed Base units given back to the consumer.
    struct Account {
        uint256 deposited;
        uint256 redeemed;
        uint256 reclaimed;
    }

    event EgressDeposited(AgreementId indexed agreement, address indexed from, uint256 amount);
    /// @notice A voucher was paid: `payout` (net of the fee, with the delegators' share) for the provider, `fee` for the treasury.
    event VoucherRedeemed(AgreementId indexed agreement, uint256 cumulative, uint256 payout, uint256 fee);
    event EgressReclaimed(AgreementId indexed agreement, uint256 amount);

    error NothingDeposited();
    error LengthsDiffer(uint256 agreements, uint256 amounts);
    error AmountIsZero(AgreementId agreement);
    error WrongState(AgreementId agreement, IStorageAgreements.State state);
    error VoucherNotSigned(AgreementId agreement, uint256 cumulative, address signer);
    /// @notice All that the voucher says and that was deposited is paid already.
    /// @param covered Base units deposited and not given back.
    error NothingToRedeem(AgreementId agreement, uint256 cumulative, uint256 redeemed, uint256 covered);
    error NothingToReclaim(AgreementId agreement);
    error RedemptionOpen(AgreementId agreement, Epoch lastEpoch, Epoch currentEpoch);

    /// @notice Pays for reading in advance, for agreements that are proposed or run. Anybody may pay for anybody's agreement; what is left
    /// of it becomes the consumer's.
    /// @param agreements At least one; the same one may come twice.
    /// @param amounts Base units for each, more than 0.
    /// @param permit Of the sender for the escrow, or value 0 to use the allowance.
    function deposit(AgreementId[] calldata agreements, uint256[] calldata amounts, Permit calldata permit) external;

    /// @notice Pays the provider what a voucher says beyond what was paid, as far as the deposit goes; the rest of it can be redeemed after
    /// a further deposit. For agreements that run or ended, until the deposit is reclaimed. Anybody may call.
    /// @param cumulative Base units owed since the opening.
    /// @param signature Of any data key that the agreement ever had, over `voucherDigest`.
    /// @return gross Base units paid, fee included.
    function redeem(AgreementId agreement, uint256 cumulative, bytes calldata signature) external returns (uint256 gross);

    /// @notice Gives the consumer what no voucher claimed: at once if the agreement was declined, withdrawn or voided, otherwise when the
    /// time to settle is over. Anybody may call.
    /// @return amount In base units.
    function reclaim(AgreementId agreement) external returns (uint256 amount);

    function accountOf(AgreementId agreement) external view returns (Account memory);

    /// @notice EIP-712 digest of EgressVoucher(uint256 agreementId,uint256 amount), of the domain "Storage Marketplace", version "1", and
    /// this contract.
    function voucherDigest(AgreementId agreement, uint256 cumulative) external view returns (bytes32);
}
