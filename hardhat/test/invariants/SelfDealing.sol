// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICompensation} from "../../../contracts/interfaces/ICompensation.sol";
import {IEgressVouchers} from "../../../contracts/interfaces/IEgressVouchers.sol";
import {IStakeVault} from "../../../contracts/interfaces/IStakeVault.sol";
import {IStorageAgreements} from "../../../contracts/interfaces/IStorageAgreements.sol";
import {IStorageAudits} from "../../../contracts/interfaces/IStorageAudits.sol";
import {AgreementId, AuditId} from "../../../contracts/types/MarketplaceTypes.sol";
import {DisputeSteps} from "./DisputeSteps.sol";
import {Vm} from "./Vm.sol";

/// @title What a provider could gain together with a consumer, an auditor or a delegator of its own
/// @dev Nothing is created: what such a coalition has more at the end, others have less. Delegators lose only what is slashed, of which
/// consumers get no part that was not the provider's own; consumers lose only what was proven, read or answered. So whoever deals with itself
/// gains at most what honest consumers pay for proven epochs, and loses a tenth at least of all that it has itself slashed.
abstract contract SelfDealing is DisputeSteps {
    /// @dev The most of the provider's own loss that MarketplaceParameters lets consumers have.
    uint256 private constant MOST_COMPENSATION_BPS = 9_000;

    /// @notice What each provider lost of its own stake, asked back or not, and what its consumers were to have of it.
    mapping(address provider => uint256) public ownLoss;
    mapping(address provider => uint256) public compensation;
    /// @notice What each agreement's consumer was paid as compensation.
    mapping(uint256 agreement => uint256) public compensated;

    function checkCompensation() external view {
        for (uint256 i = 0; i < PROVIDERS; ++i) {
            require(compensation[owners[i]] * 10_000 <= ownLoss[owners[i]] * MOST_COMPENSATION_BPS, "paid with delegators' stake");
            uint256 got;
            uint256[] storage ids = _agreementsOf[i];
            for (uint256 j = 0; j < ids.length; ++j) got += compensated[ids[j]] + stakes.compensationOf(AgreementId.wrap(ids[j]));
            require(got <= compensation[owners[i]], "more than was set aside");
        }
    }

    /// @dev When everybody has left: a consumer has what it began with, less what was proven, read, and answered when it asked, with its
    /// compensations.
    function _requireFairToConsumers() internal view virtual {
        for (uint256 i = 0; i < CONSUMERS; ++i) {
            (uint256 paid, uint256 got) = _dealingsOf(consumers[i]);
            require(token.balanceOf(consumers[i]) + paid == WEALTH + got, "a consumer lost or gained by something else");
        }
    }

    function _dealingsOf(address consumer) private view returns (uint256 paid, uint256 got) {
        for (uint256 id = 1; id <= agreements.agreementCount(); ++id) {
            IStorageAgreements.Agreement memory item = _agreement(id);
            if (item.consumer != consumer) continue;
            paid += item.paid + egress.accountOf(AgreementId.wrap(id)).redeemed;
            got += compensated[id];
        }
        for (uint256 id = 1; id <= audits.auditCount(); ++id) {
            IStorageAudits.Audit memory item = audits.auditOf(AuditId.wrap(id));
            if (item.auditor == consumer && item.state != IStorageAudits.State.Failed) paid += item.bond;
        }
    }

    function _book(Vm.Log[] memory logs) internal override {
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].emitter != address(stakes)) continue;
            bytes32 kind = logs[i].topics[0];
            if (kind == IStakeVault.StakeSlashed.selector) _bookSlash(logs[i]);
            if (kind == ICompensation.CompensationPaid.selector) {
                compensated[uint256(logs[i].topics[1])] += abi.decode(logs[i].data, (uint256));
            }
        }
    }

    function _bookSlash(Vm.Log memory log) private {
        address provider = address(uint160(uint256(log.topics[1])));
        (uint256 staked, uint256 unbonding, , , uint256 given) = abi.decode(log.data, (uint256, uint256, uint256, uint256, uint256));
        ownLoss[provider] += staked + unbonding;
        compensation[provider] += given;
    }
}
